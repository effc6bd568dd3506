import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaveDialogOptions } from 'electron';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askWhere } from './ask-where';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-where-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A finished file in a folder of its own. */
function made(text: string): string {
  const own = join(folder, 'finished');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'export.csv'), text);
  return join(own, 'export.csv');
}

function answering(filePath: string | null) {
  const asked: SaveDialogOptions[] = [];
  const ask = askWhere({
    folder: () => join(folder, 'downloads'),
    show: (options) => {
      asked.push(options);
      return Promise.resolve({ canceled: filePath === null, filePath: filePath ?? '' });
    },
  });
  return { ask, asked };
}

test('proposes the folder of downloads, and puts the file where the user says', async () => {
  const chosen = join(folder, 'mine.csv');
  writeFileSync(chosen, 'older');
  const { ask, asked } = answering(chosen);
  const destination = await ask('eu/../runs.csv');
  expect(asked).toMatchObject([
    { defaultPath: join(folder, 'downloads', 'eu_.._runs.csv'), filters: [{ extensions: ['csv'] }] },
  ]);
  const finished = made('newer');
  expect(await destination?.deliver(finished)).toEqual({ file: chosen, download: null });
  expect(readFileSync(chosen, 'utf8')).toBe('newer');
  expect(existsSync(join(folder, 'finished'))).toBe(false);
});

test('writes nothing where the question is dismissed', async () => {
  expect(await answering(null).ask('runs.csv')).toBeNull();
});

test('says where it could not write, and leaves nothing behind', async () => {
  const destination = await answering(join(folder, 'no', 'such', 'folder.csv')).ask('runs.csv');
  await expect(destination?.deliver(made('x'))).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
  expect(existsSync(join(folder, 'finished'))).toBe(false);
});
