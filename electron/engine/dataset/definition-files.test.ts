import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { definitionFiles } from './definition-files';
import { readDatasets } from './load';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const invalid = (text: RegExp) => ({ code: 'DATASET_INVALID', message: expect.stringMatching(text) as string });

it('finds definitions at any depth by name, passes over what is hidden, and follows no link around', async () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  for (const name of ['z.yaml', 'a/b/c.json', 'a/notes.txt', '.git/x.yaml', '.hidden.yaml'])
    writeFileSync(join(folder, name), '');
  symlinkSync(folder, join(folder, 'a/round'));
  expect(await definitionFiles(folder)).toEqual([join(folder, 'a/b/c.json'), join(folder, 'z.yaml')]);
});

it('refuses a folder that is none of definitions: too many, too deep', async () => {
  mkdirSync(join(folder, 'd/'.repeat(10)), { recursive: true });
  await expect(definitionFiles(folder)).rejects.toMatchObject(invalid(/levels deep: it is no folder of dataset def/));
  rmSync(join(folder, 'd'), { recursive: true });
  for (let i = 0; i <= 2000; i += 1) writeFileSync(join(folder, `${String(i)}.yaml`), '');
  await expect(definitionFiles(folder)).rejects.toMatchObject(invalid(/more than 2000 YAML and JSON files/));
});

it('refuses a file that is not called as definitions are, before it is read, also behind a link', async () => {
  const key = join(folder, 'key');
  writeFileSync(key, '-----BEGIN');
  const link = join(folder, 'link.yaml');
  symlinkSync(key, link);
  for (const path of [key, link, '/proc/self/environ', '/proc/kmsg'])
    await expect(definitionFiles(path)).rejects.toMatchObject(
      invalid(/is no file of dataset definitions, and was not/),
    );
  symlinkSync(join(folder, 'real.json'), join(folder, 'other.yaml'));
  writeFileSync(join(folder, 'real.json'), '[]');
  expect(await definitionFiles(join(folder, 'other.yaml'))).toEqual([join(folder, 'other.yaml')]);
});

it('refuses what is no file, or too large for one, before it reads it', async () => {
  await expect(definitionFiles('/dev/zero')).rejects.toMatchObject(invalid(/neither a file nor a folder/));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(definitionFiles(pipe)).rejects.toMatchObject(invalid(/neither a file nor a folder/));
  const large = join(folder, 'large.yaml');
  writeFileSync(large, '');
  truncateSync(large, 20_000_000_000);
  expect((await readDatasets(large)).problems).toMatchObject([invalid(/large\.yaml: is larger than 5 MB/)]);
});
