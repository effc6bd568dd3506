import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SyncError } from '../../engine/errors';

const run = promisify(execFile);

/** The account that PostgreSQL runs under when this process is root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';
let pending: Promise<ServerUser | null> | null = null;

/**
 * PostgreSQL refuses to run as root: gives the account `postgres`, made where it is missing; null where this process is not root
 * (or not on Linux), and servers simply run as it does. Throws SERVER_FAILED where the account cannot be made.
 */
export function serverUser(): Promise<ServerUser | null> {
  pending ??= process.platform === 'linux' && process.getuid?.() === 0 ? findOrCreate() : Promise.resolve(null);
  return pending;
}

async function findOrCreate(): Promise<ServerUser> {
  const known = await find();
  if (known !== null) return known;
  // Somebody else may be making it at the same time: what counts is that it is there afterwards.
  await run('groupadd', ['--system', name]).catch(() => undefined);
  const failure = await run('useradd', [
    '--system',
    '--gid',
    name,
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ])
    .then(() => null)
    .catch((error: unknown) => error);
  const made = await find();
  if (made !== null) return made;
  throw new SyncError('SERVER_FAILED', `PostgreSQL does not run as root, and the user ${name} could not be made`, {
    hint: `Run as an ordinary user, or make the user: useradd --system ${name}`,
    cause: failure,
  });
}

async function find(): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
