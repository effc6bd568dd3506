import { chmod, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { folderPrefix } from './registry';
import type { ServerUser } from './server-user';

const enter = 0o1;
const readAndEnter = 0o5;

/** Whether `user` (null: the one this process runs as) can list the folder `path` and enter every folder above it, by their modes. */
export async function canReach(user: ServerUser | null, path: string): Promise<boolean> {
  if (user === null) return true;
  let folder = resolve(path);
  let needed = readAndEnter;
  for (;;) {
    if (!(await allows(user, folder, needed))) return false;
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
    needed = enter;
  }
}

/** Whether the mode of one file or folder gives `user` these bits (4 read, 2 write, 1 enter or execute). */
export async function allows(user: ServerUser, path: string, bits: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) return false;
  const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0;
  return ((found.mode >> shift) & bits) === bits;
}

/** A new temporary folder that `user` can enter, in the system's one or, where that is closed to it, in /var/tmp. */
export async function temporaryFolder(user: ServerUser | null, purpose: string): Promise<string> {
  const base = (await canReach(user, tmpdir())) ? tmpdir() : '/var/tmp';
  const folder = await mkdtemp(join(base, `${folderPrefix}${purpose}-`));
  if (user !== null) await chmod(folder, 0o755);
  return folder;
}
