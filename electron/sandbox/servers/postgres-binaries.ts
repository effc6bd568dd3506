import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachedCopy } from './postgres-copy';
import { installedPackage } from './postgres-package';
import type { PostgresPackage, PostgresRelease } from './postgres-package';
import { allows, canReach } from './reachable-folder';
import type { ServerUser } from './server-user';

/**
 * The folder with `initdb`, `postgres` and `pg_ctl` of a release, ready for `user`: the package's own where that account can reach
 * it and it is whole, else a copy outside. Throws SERVER_MISSING where the package is not installed for this platform.
 */
export async function postgresBinaries(release: PostgresRelease, user: ServerUser | null): Promise<string> {
  const found = await installedPackage(release);
  const usable = linksAreThere(found) && (await isOpenTo(user, found.native));
  return join(usable ? found.native : await cachedCopy(found), 'bin');
}

/** Install scripts make the links; npm may be told to run none. */
function linksAreThere(found: PostgresPackage): boolean {
  return found.links.every((link) => existsSync(join(found.native, '..', link.target)));
}

/** Folders and a sample of the files: npm unpacks all of them under one umask. */
async function isOpenTo(user: ServerUser | null, native: string): Promise<boolean> {
  if (user === null) return true;
  const folders = ['bin', 'lib/postgresql', 'share/postgresql/extension'];
  const reached = await Promise.all(folders.map((folder) => canReach(user, join(native, folder))));
  return reached.every(Boolean) && (await allows(user, join(native, 'bin', 'postgres'), 0o5));
}
