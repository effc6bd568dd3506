import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rememberSecret } from '../../engine/connect/secrets';
import { createHub } from '../events/hub';
import type { Hub } from '../events/hub';
import { confStores } from '../stores/open-conf';
import { openSettings } from '../stores/settings';
import type { SettingsStore } from '../stores/settings';
import { keepLog } from './keep-log';
import { openLog } from './open-log';
import type { Log } from './open-log';

let folder: string;
let hub: Hub;
let log: Log;
let settings: SettingsStore;
let dispatch: ReturnType<typeof keepLog>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-log-'));
  hub = createHub();
  log = openLog(folder, 'web');
  settings = openSettings(confStores(folder), folder, { hub, hasWebhook: () => false });
  dispatch = keepLog(log.logger, hub, settings, () => Promise.resolve({ ok: true, value: null }));
});

afterEach(() => {
  hub.close();
  rmSync(folder, { recursive: true, force: true });
});

function say(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
  hub.publish({ type: 'log', run: null, dataset: null, level, message, at: new Date().toISOString() });
}

function written(): string[] {
  return readFileSync(log.file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
}

test('writes as much as the settings say, from the moment that they say it', async () => {
  say('debug', 'one');
  say('info', 'two');
  await dispatch('app.info', {});
  settings.set({ log_level: 'error' });
  say('warn', 'three');
  say('error', 'four');
  settings.set({ log_level: 'debug' });
  say('debug', 'five');
  await dispatch('settings.get', {});
  expect(written()).toEqual(['two', 'four', 'five', 'call']);
  expect(readFileSync(log.file, 'utf8')).toContain('"method":"settings.get"');
});

test('takes the level that was set before the start', () => {
  settings.set({ log_level: 'warn' });
  const { logger } = openLog(folder, 'desktop');
  keepLog(logger, createHub(), settings, dispatch);
  expect(logger.level).toBe('warn');
});

test('writes no secret that this process knows, and nothing of what a page gave', async () => {
  settings.set({ log_level: 'debug' });
  rememberSecret('geheim "canary"');
  say('error', 'the server said: geheim "canary"');
  await dispatch('profiles.create', { secrets: { system: 'typed-canary' } });
  const text = readFileSync(log.file, 'utf8');
  expect(text).toContain('the server said: •••');
  expect(text).not.toContain('canary');
});
