import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { confStores } from './open-conf';
import { plainFile } from './plain';
import type { PlainFile } from './plain';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-plain-'));
  file = join(folder, 'secrets.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(): PlainFile {
  return plainFile(confStores(folder), folder, 'secrets', z.record(z.string(), z.base64()));
}

it('reads what was written, and has nothing to tell', () => {
  open().write({ 'profile/1.2/system': 'YQ==' });
  const again = open();
  expect(again.read()).toEqual({ 'profile/1.2/system': 'YQ==' });
  expect(again.damaged()).toBeNull();
});

it.each(['{"a": "YQ==', '', '"x"', '{"a": 1}', '{"a": "no base64!"}'])('keeps a damaged file aside: %j', (text) => {
  writeFileSync(file, text);
  const opened = open();
  expect(opened.read()).toEqual({});
  opened.write({ b: 'Yg==' });
  expect(opened.damaged()).toMatchObject({ what: 'secrets', reason: expect.any(String) });
  expect(readFileSync(opened.damaged()!.file, 'utf8')).toBe(text);
  expect(open().read()).toEqual({ b: 'Yg==' });
  expect(readdirSync(folder)).toHaveLength(2);
});

it('keeps a file aside that is damaged while the console runs', () => {
  const opened = open();
  opened.write({ a: 'YQ==' });
  writeFileSync(file, '{"a": ');
  expect(opened.read()).toEqual({});
  expect(readFileSync(opened.damaged()!.file, 'utf8')).toBe('{"a": ');
});
