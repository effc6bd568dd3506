import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rememberSecret } from '../../engine/connect/secrets';
import { openLog } from './open-log';
import type { Log } from './open-log';
import { notePageErrors } from './page-errors';
import type { PageError } from './page-errors';

let folder: string;
let log: Log;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-log-'));
  log = openLog(folder, 'web');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fault: PageError = { kind: 'error', message: 'it broke', stack: 'at view (index.js:1:2)', place: '#/queue' };

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly page: PageError;
  readonly left_out?: number;
}

function lines(): Line[] {
  const text = readFileSync(log.file, 'utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

test('an error of a page is a line of the log, without secrets, whatever it says', () => {
  const note = notePageErrors(log.logger);
  rememberSecret('page-"canary"');
  note({ ...fault, message: 'for page-"canary"', stack: 'postgres://olga:other-canary@db/x' });
  note({ ...fault, message: 'one\n{"level":60,"msg":"made up"}\u001b[31m' });
  expect(readFileSync(log.file, 'utf8')).not.toContain('canary');
  expect(lines()).toMatchObject([
    { level: 50, msg: 'error of a page', page: { message: 'for •••', place: '#/queue' } },
    { level: 50, msg: 'error of a page', page: { message: 'one\n{"level":60,"msg":"made up"}\u001b[31m' } },
  ]);
});

test('a page that fails again and again writes no more than thirty lines a minute; the rest is counted', () => {
  let now = 0;
  const note = notePageErrors(log.logger, () => now);
  for (let each = 0; each < 1000; each += 1) note(fault);
  expect(lines()).toHaveLength(30);
  now = 60_000;
  note(fault);
  note(fault);
  expect(
    lines()
      .slice(30)
      .map((line) => line.left_out),
  ).toEqual([970, undefined]);
});
