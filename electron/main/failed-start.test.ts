import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLog } from '../console/log/open-log';
import { SyncError } from '../engine/errors';
import { tellFailedStart } from './failed-start';

function failed(error: unknown): { readonly heard: string[]; readonly log: string } {
  const folder = mkdtempSync(join(tmpdir(), 'astro-sync-failed-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const heard: string[] = [];
  const log = openLog(folder, 'desktop');
  tellFailedStart(error, {
    log,
    app: { exit: (code) => void heard.push(`exit ${String(code)}`) },
    dialog: { showErrorBox: (title, content) => void heard.push(`${title}: ${content}`) },
    stderr: { write: (text: string) => heard.push(text) > 0 },
  });
  return { heard: heard.map((text) => text.replaceAll(folder, '')), log: readFileSync(log.file, 'utf8') };
}

test('a start that fails says why, with the next step, and ends with code 1', () => {
  const { heard, log } = failed(new SyncError('FILE_NOT_WRITTEN', 'The disk is full', { hint: 'Make room.' }));
  expect(heard).toEqual([
    'The console could not start: The disk is full\nMake room.\nThe log: /logs/desktop.log\n',
    'The console could not start: The disk is full\n\nMake room.\n\nThe log: /logs/desktop.log',
    'exit 1',
  ]);
  expect(log).toContain('The disk is full');
});

test('it says so also of what nobody foresaw', () => {
  const { heard, log } = failed(new TypeError('x is not a function'));
  expect(heard.at(1)).toContain('x is not a function');
  expect(heard.at(-1)).toBe('exit 1');
  expect(log).toContain('TypeError');
});
