import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locked } from './locked';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-locked-'));
  file = join(folder, 'profiles.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('waits until another process has done its change', async () => {
  writeFileSync(`${file}.lock`, '');
  const code = `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'done'))}, ''), 500);
    setTimeout(() => require('node:fs').rmSync(${JSON.stringify(`${file}.lock`)}), 600);`;
  const other = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  const ended = new Promise((resolve) => other.once('exit', resolve));
  expect(locked(file, () => existsSync(join(folder, 'done')))).toBe(true);
  expect(existsSync(`${file}.lock`)).toBe(false);
  await ended;
});

test('takes the lock of a process that ended in the middle', () => {
  writeFileSync(`${file}.lock`, '');
  const longAgo = Date.now() / 1000 - 60;
  utimesSync(`${file}.lock`, longAgo, longAgo);
  expect(locked(file, () => 'done')).toBe('done');
});

test('gives the lock back where the change fails, and needs none where none can be made', () => {
  expect(() =>
    locked(file, () => {
      throw new Error('on purpose');
    }),
  ).toThrow('on purpose');
  expect(existsSync(`${file}.lock`)).toBe(false);
  expect(locked(join(folder, 'no', 'such', 'folder.json'), () => 1)).toBe(1);
});
