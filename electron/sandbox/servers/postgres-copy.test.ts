import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cachedCopy } from './postgres-copy';
import { installedPackage } from './postgres-package';
import type { PostgresPackage } from './postgres-package';

const run = promisify(execFile);
let folder: string;
let withoutLinks: PostgresPackage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
  const found = await installedPackage(18);
  withoutLinks = { ...found, native: join(folder, 'package', 'native') };
  await cp(found.native, withoutLinks.native, { recursive: true, verbatimSymlinks: true });
  for (const { target } of found.links) await rm(join(folder, 'package', target), { force: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('makes the links that blocked install scripts left out, so that the programs run', async () => {
  await expect(run(join(withoutLinks.native, 'bin', 'postgres'), ['--version'])).rejects.toThrow(/shared librar/);
  const copy = await cachedCopy(withoutLinks, join(folder, 'links'));
  const { stdout } = await run(join(copy, 'bin', 'postgres'), ['--version']);
  expect(stdout).toMatch(/PostgreSQL\) 18/);
});

test('lets every account in, whatever the umask was when the package was unpacked', async () => {
  await chmod(join(withoutLinks.native, 'bin'), 0o700);
  const copy = await cachedCopy(withoutLinks, join(folder, 'modes'));
  for (const path of ['', 'bin', 'bin/postgres', 'share/postgresql/extension']) {
    expect((await stat(join(copy, path))).mode & 0o777).toBe(0o755);
  }
});

test('is made once, also by several at the same time', async () => {
  const base = join(folder, 'once');
  const copies = await Promise.all([1, 2, 3].map(() => cachedCopy(withoutLinks, base)));
  expect(new Set(copies).size).toBe(1);
  expect(await readdir(base)).toHaveLength(1);
});

test('is made anew where it lost a file, or where somebody else could write it', async () => {
  const base = join(folder, 'repair');
  const copy = await cachedCopy(withoutLinks, base);
  await rm(join(copy, 'share', 'postgresql', 'postgres.bki'));
  expect(await cachedCopy(withoutLinks, base)).toBe(copy);
  expect(existsSync(join(copy, 'share', 'postgresql', 'postgres.bki'))).toBe(true);

  await chmod(copy, 0o777);
  await mkdir(join(copy, 'planted'));
  await cachedCopy(withoutLinks, base);
  expect(existsSync(join(copy, 'planted'))).toBe(false);
});
