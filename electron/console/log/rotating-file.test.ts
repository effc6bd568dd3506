import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotatingFile } from './rotating-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-log-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('keeps the newest lines in files of a bounded size', () => {
  const path = join(folder, 'logs', 'desktop.log');
  const file = rotatingFile(path, 100, 2);
  for (let line = 0; line < 40; line += 1) file.write(`line ${String(line).padStart(4, '0')}\n`);
  const text = ['.2', '.1', ''].map((age) => readFileSync(path + age, 'utf8')).join('');
  expect(text.split('\n').slice(-3)).toEqual(['line 0038', 'line 0039', '']);
  for (const age of ['', '.1', '.2']) expect(statSync(path + age).size).toBeLessThanOrEqual(100);
  expect(existsSync(`${path}.3`)).toBe(false);
});

test('goes on in the file that the last start left', () => {
  const path = join(folder, 'again.log');
  rotatingFile(path, 100, 1).write('before\n');
  rotatingFile(path, 100, 1).write('after\n');
  expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
});

test('does not throw where nothing can be written', () => {
  expect(() => {
    rotatingFile(join(folder, 'again.log', 'not-a-folder', 'x.log'), 100, 1).write('lost\n');
  }).not.toThrow();
});
