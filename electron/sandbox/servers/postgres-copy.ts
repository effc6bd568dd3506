import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { SyncError } from '../../engine/errors';
import type { PostgresPackage } from './postgres-package';
import { folderPrefix } from './registry';

interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/**
 * Copies a package's programs to a folder that every account can enter (0755), and makes the links that are missing; gives that
 * folder. One whole copy is kept for later starts, named by version and contents; two processes may make it at once.
 * `base` is where copies live: /var/tmp for root, whose checkout may lie in a closed folder, else the user's own cache.
 */
export async function cachedCopy(found: PostgresPackage, base = defaultBase()): Promise<string> {
  const files = await listFiles(found.native);
  const name = `${folderPrefix}postgres-${found.version}-${fingerprint(found, files)}`;
  const copy = join(base, name);
  await mkdir(base, { recursive: true });
  for (let tries = 0; tries < 5; tries += 1) {
    if (await isWhole(copy, found, files)) return copy;
    const draft = await mkdtemp(join(base, `${name}.`));
    await fillCopy(draft, found, files);
    await putInPlace(draft, copy, () => isWhole(copy, found, files));
  }
  throw new SyncError('SERVER_FAILED', `PostgreSQL could not be copied to ${copy}`, {
    hint: 'Remove that folder and run again.',
  });
}

/** Whoever comes first wins, and what is there already stays unless it lost files: temporary folders are swept by age. */
async function putInPlace(draft: string, copy: string, isWholeNow: () => Promise<boolean>): Promise<void> {
  const placed = await rename(draft, copy).then(
    () => true,
    () => false,
  );
  if (placed) return;
  if (!(await isWholeNow())) {
    const broken = `${draft}.broken`;
    await rename(copy, broken).catch(() => undefined);
    await rename(draft, copy).catch(() => undefined);
    await rm(broken, { recursive: true, force: true });
  }
  await rm(draft, { recursive: true, force: true });
}

function defaultBase(): string {
  if (process.getuid?.() === 0) return '/var/tmp';
  const cache = process.env['XDG_CACHE_HOME'];
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'astro-sync');
}

/** Every file that a server needs: static libraries are left out. */
async function listFiles(native: string): Promise<PackedFile[]> {
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const needed = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.a'));
  const files = await Promise.all(
    needed.map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: relative(native, file), size: (await stat(file)).size };
    }),
  );
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function fingerprint(found: PostgresPackage, files: readonly PackedFile[]): string {
  const contents = JSON.stringify([process.platform, process.arch, found.links, files]);
  return createHash('sha256').update(contents).digest('hex').slice(0, 12);
}

/** A copy counts only if it is this account's own: what lies in /var/tmp may be somebody else's, and would be executed. */
async function isWhole(copy: string, found: PostgresPackage, files: readonly PackedFile[]): Promise<boolean> {
  const folder = await lstat(copy).catch(() => null);
  if (folder?.isDirectory() !== true) return false;
  if (process.getuid !== undefined && (folder.uid !== process.getuid() || (folder.mode & 0o022) !== 0)) return false;
  const sizes = await Promise.all([
    ...files.map(async ({ path, size }) => (await stat(join(copy, path)).catch(() => null))?.size === size),
    ...found.links.map(async ({ target }) => (await stat(inCopy(copy, target)).catch(() => null)) !== null),
  ]);
  return sizes.every(Boolean);
}

async function fillCopy(draft: string, found: PostgresPackage, files: readonly PackedFile[]): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(join(draft, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await Promise.all(
    files.map(async ({ path }) => {
      const file = join(draft, path);
      await copyFile(join(found.native, path), file, constants.COPYFILE_FICLONE);
      await chmod(file, 0o755);
    }),
  );
  for (const { source, target } of found.links) {
    await symlink(relative(dirname(target), source), inCopy(draft, target));
  }
  for (const folder of await readdir(draft, { recursive: true, withFileTypes: true })) {
    if (folder.isDirectory()) await chmod(join(folder.parentPath, folder.name), 0o755);
  }
  await chmod(draft, 0o755);
}

/** Links are written as seen from the package's root; a copy stands for its folder `native`. */
function inCopy(copy: string, path: string): string {
  return join(copy, relative('native', path));
}
