import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '../../engine/errors';
import { obtainRedisFromDebian } from './redis-debian';

const run = promisify(execFile);

/** A Redis (or Valkey) server program that this machine can run. */
export interface RedisProgram {
  readonly path: string;
  /** As the program says it: `7.0.15`. */
  readonly version: string;
  /** Set where its libraries lie beside it. */
  readonly libraryPath: string | null;
}

const hint =
  'Install a Redis server and run again: apt-get install redis-server (Debian, Ubuntu), dnf install redis or valkey (Fedora), brew install redis (macOS).';

let pending: Promise<RedisProgram> | null = null;

/**
 * `redis-server` or `valkey-server` from the PATH; where neither is there, on Debian and its kin, obtains Debian's package and says
 * so by `onNotice`: installed where this process is root, else unpacked into the user's cache. Asks once a process.
 * Throws SERVER_MISSING, naming the package, where there is none and none can be had.
 */
export function redisProgram(onNotice: (text: string) => void): Promise<RedisProgram> {
  pending ??= findOrObtain(onNotice).catch((error: unknown) => {
    pending = null;
    throw error;
  });
  return pending;
}

async function findOrObtain(onNotice: (text: string) => void): Promise<RedisProgram> {
  const found = onPath('redis-server') ?? onPath('valkey-server');
  if (found !== null) return describe(found, null);
  if (onPath('apt-get') === null || onPath('dpkg-deb') === null) {
    throw new SyncError('SERVER_MISSING', 'neither redis-server nor valkey-server is on the PATH', { hint });
  }
  try {
    const obtained = await obtainRedisFromDebian(onNotice);
    return await describe(obtained.path, obtained.libraryPath);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new SyncError(
      'SERVER_MISSING',
      `there is no Redis server, and Debian's package redis-server could not be had: ${said}`,
      {
        hint,
        cause,
      },
    );
  }
}

async function describe(path: string, libraryPath: string | null): Promise<RedisProgram> {
  const { stdout } = await run(path, ['--version'], { env: redisEnvironment(libraryPath) });
  return { path, version: /\bv=(\S+)/.exec(stdout)?.[1] ?? 'unknown', libraryPath };
}

/** What the server sees of our environment. */
export function redisEnvironment(libraryPath: string | null): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...(libraryPath === null ? {} : { LD_LIBRARY_PATH: libraryPath }) };
}

/** The file of a program on the PATH, null where there is none. */
function onPath(program: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
