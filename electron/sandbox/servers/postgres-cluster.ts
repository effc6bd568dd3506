import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '../../engine/errors';
import { canReach } from './reachable-folder';
import type { ServerUser } from './server-user';

const run = promisify(execFile);

/** The superuser of every sandbox cluster. */
export const superuser = 'postgres';

const passwordFile = 'astro-sync-password';

/** What PostgreSQL's programs see of our environment: nothing that could change locale, zone, folder or port. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  if (process.platform === 'win32') return process.env;
  return { PATH: '/usr/bin:/bin', LANG: locale, LC_ALL: locale, TZ: 'UTC' };
}

// Outside Linux C.UTF-8 may be unknown; the encoding is given by itself, so that text is UTF-8 all the same.
const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';

/**
 * Makes a cluster (UTF-8, locale C.UTF-8, passwords by SCRAM) in `dataDir`, unless one is there, and gives its superuser's password.
 * Each is made by initdb, never copied from a template: the system identifier is what tells two servers apart.
 * Throws SERVER_FAILED where the folder cannot be used.
 */
export async function initialiseCluster(options: {
  readonly binaries: string;
  readonly dataDir: string;
  readonly user: ServerUser | null;
}): Promise<string> {
  const { binaries, dataDir, user } = options;
  const kept = join(dataDir, passwordFile);
  if (existsSync(join(dataDir, 'PG_VERSION'))) return (await readFile(kept, 'utf8')).trim();

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (!(await canReach(user, dirname(dataDir)))) {
    throw new SyncError('SERVER_FAILED', `the user ${superuser} cannot enter the folders above ${dataDir}`, {
      hint: 'PostgreSQL does not run as root: choose a data folder below folders that every user may enter.',
    });
  }
  const password = randomBytes(18).toString('hex');
  const given = `${dataDir}.password`;
  await writeFile(given, `${password}\n`, { mode: 0o600 });
  if (user !== null) {
    await chown(dataDir, user.uid, user.gid);
    await chown(given, user.uid, user.gid);
  }
  try {
    await run(
      join(binaries, 'initdb'),
      [
        `--pgdata=${dataDir}`,
        '--encoding=UTF8',
        `--locale=${locale}`,
        '--lc-messages=C',
        `--username=${superuser}`,
        '--auth=scram-sha-256',
        `--pwfile=${given}`,
        '--no-sync',
        '--no-instructions',
      ],
      { cwd: dirname(dataDir), env: postgresEnvironment(), ...(user ?? {}) },
    );
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() ?? '';
    throw new SyncError('SERVER_FAILED', `PostgreSQL's initdb failed in ${dataDir}: ${said}`, { cause });
  } finally {
    await rm(given, { force: true });
  }
  await writeFile(kept, `${password}\n`, { mode: 0o600 });
  return password;
}
