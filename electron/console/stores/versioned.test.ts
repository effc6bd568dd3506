import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { confStores } from './open-conf';
import { versionedFile } from './versioned';
import type { FileFormat, VersionedFile } from './versioned';

const format: FileFormat<string[]> = {
  name: 'alerts',
  version: 3,
  schema: z.array(z.string()),
  empty: [],
  migrations: {
    1: (content) => String(content).split(' '),
    2: (content) => (content as string[]).map((name) => name.toUpperCase()),
  },
};

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-store-'));
  file = join(folder, 'alerts.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function open(): VersionedFile<string[]> {
  return versionedFile(confStores(folder), folder, format);
}

it('begins empty, and keeps what is written for the owner alone', async () => {
  const names = open();
  expect(names.read()).toEqual([]);
  names.change(() => ['Ávila', 'a.b']);
  expect(open().read()).toEqual(['Ávila', 'a.b']);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

it('sees what another program of ours wrote meanwhile', () => {
  const [one, other] = [open(), open()];
  one.change(() => ['x']);
  expect(other.read()).toEqual(['x']);
});

it('brings an older file up to this version, step by step', async () => {
  await writeFile(file, JSON.stringify({ version: 1, content: 'a b' }));
  expect(open().read()).toEqual(['A', 'B']);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 3, content: ['A', 'B'] });
});

it.each([
  ['no JSON', '{"version": 3, "content": ["x"'],
  ['another shape', '{"version": 3, "content": [1]}'],
  ['no version', '{"content": []}'],
  ['a version that is no longer known', '{"version": 0, "content": []}'],
  ['something else', '"x"'],
])('puts a damaged file aside (%s) and tells of it; it is never overwritten', async (_what, text) => {
  await writeFile(file, text);
  const names = open();
  expect(names.damaged()?.file).toMatch(/alerts\.damaged-[\dTZ-]+\.json$/u);
  expect(names.read()).toEqual([]);
  names.change(() => ['new']);
  expect(await readFile(names.damaged()!.file, 'utf8')).toBe(text);
  expect((await readdir(folder)).length).toBe(2);
});

it('leaves the file of a newer program as it is, and says so', async () => {
  const text = '{"version": 4, "content": {"more": ["x"]}}';
  await writeFile(file, text);
  const names = open();
  expect(names.damaged()).toMatchObject({
    file,
    newer: true,
    reason: expect.stringContaining('of version 4') as string,
  });
  expect(names.read()).toEqual([]);
  expect(() => names.change(() => ['new'])).toThrow(/written by a newer version/);
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await readdir(folder)).toEqual(['alerts.json']);
  await rm(file);
  names.change(() => ['new']);
  expect([names.damaged(), names.read()]).toEqual([null, ['new']]);
});

it('puts a file aside that is damaged while the console runs, before anything is written', async () => {
  const names = open();
  names.change(() => ['x']);
  expect(names.damaged()).toBeNull();
  await writeFile(file, '{"version": 3, "con');
  expect(names.read()).toEqual([]);
  names.change(() => ['y']);
  expect(await readFile(names.damaged()!.file, 'utf8')).toBe('{"version": 3, "con');
  expect(open().read()).toEqual(['y']);
});
