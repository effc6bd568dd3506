import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConsoleEvent } from '../../shared/contract/events';
import { createHub } from './events/hub';
import { openLog } from './log/open-log';
import { surviveUncaught } from './survive';

let folder: string;
/** Those of the test runner would end the test. */
let others: {
  readonly rejection: NodeJS.UnhandledRejectionListener[];
  readonly exception: NodeJS.UncaughtExceptionListener[];
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-survive-'));
  others = { rejection: process.listeners('unhandledRejection'), exception: process.listeners('uncaughtException') };
  process.removeAllListeners('unhandledRejection').removeAllListeners('uncaughtException');
});
afterEach(() => {
  for (const listener of others.rejection) process.on('unhandledRejection', listener);
  for (const listener of others.exception) process.on('uncaughtException', listener);
  rmSync(folder, { recursive: true, force: true });
});

test('a rejection is logged, shown and survived; an exception is logged, closes what is open, and is the end', async () => {
  const hub = createHub();
  const seen: ConsoleEvent[] = [];
  hub.onPublish((event) => seen.push(event));
  const log = openLog(folder, 'web');
  const close = vi.fn(() => Promise.resolve());
  const end = vi.fn();
  const letGo = surviveUncaught({ console: { hub, close }, logger: log.logger, end });
  void Promise.reject(new Error('lost on purpose'));
  await vi.waitFor(() => expect(seen).toMatchObject([{ type: 'log', level: 'error' }]));
  expect(end).not.toHaveBeenCalled();
  setTimeout(() => {
    throw new Error('broken on purpose');
  });
  await vi.waitFor(() => expect(end).toHaveBeenCalledExactlyOnceWith('broken on purpose'));
  expect(close).toHaveBeenCalledOnce();
  expect(readFileSync(log.file, 'utf8')).toMatch(/lost on purpose[^]*broken on purpose/u);
  letGo();
  expect(process.listenerCount('uncaughtException')).toBe(0);
  hub.close();
});
