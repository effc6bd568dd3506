import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const checkout = resolve(import.meta.dirname, '..');

/** `file.test.ts` "part of a test's name", as the page on tests writes it. */
const reference = /`([\w/-]+\.(?:test|spec)\.ts)` "([^"]+)"/g;

/** Below which folder a file stands that the page names. */
function folderOf(file: string): string {
  if (file.startsWith('e2e/')) return '.';
  return /^(?:cli|console|main|web)\//.test(file) || !file.includes('/') ? 'electron' : 'electron/engine';
}

test('the tests that the page on tests names are there', () => {
  const page = readFileSync(join(checkout, 'docs/testing.md'), 'utf8');
  const named = [...page.matchAll(reference)].map(([, file = '', name = '']) => ({ file, name }));
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(({ file, name }) => {
    const path = join(checkout, folderOf(file), file);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(name);
  });
  expect(missing).toEqual([]);
});
