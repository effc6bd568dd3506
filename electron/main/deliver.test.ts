import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverTo } from './deliver';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-deliver-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function made(text: string): string {
  const file = join(folder, 'finished.tmp');
  writeFileSync(file, text);
  return file;
}

test('never overwrites what is there', async () => {
  const downloads = join(folder, 'downloads');
  expect(await deliverTo(downloads, made('one'), 'runs.csv')).toBe(join(downloads, 'runs.csv'));
  const second = await deliverTo(downloads, made('two'), 'runs.csv');
  expect(second).toBe(join(downloads, 'runs (2).csv'));
  expect(readFileSync(second, 'utf8')).toBe('two');
  expect(existsSync(join(folder, 'finished.tmp'))).toBe(false);
});

test('stays inside the folder whatever the name', async () => {
  const downloads = join(folder, 'downloads');
  expect(await deliverTo(downloads, made('x'), '../../escape.csv')).toBe(join(downloads, '.._.._escape.csv'));
});

test('says where it could not write', async () => {
  await expect(deliverTo(join(made('x'), 'below-a-file'), made('x'), 'runs.csv')).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
  });
});
