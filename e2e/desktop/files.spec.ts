import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ElectronApplication } from '@playwright/test';
import { ask, expect, test } from './desktop';

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-saved-'));
});
test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The user answers the save dialog so; null: dismisses it. */
async function answerWith(app: ElectronApplication, filePath: string | null): Promise<void> {
  await app.evaluate(({ dialog }, given) => {
    dialog.showSaveDialog = (...words: unknown[]) => {
      Object.assign(globalThis, { proposed: (words.at(-1) as { defaultPath: string }).defaultPath });
      return Promise.resolve({ canceled: given === null, filePath: given ?? '' });
    };
  }, filePath);
}

const proposed = (app: ElectronApplication): Promise<string> =>
  app.evaluate(() => (globalThis as unknown as { proposed: string }).proposed);

test('what a user asks for is saved where they say', async ({ desktop: { app, page } }) => {
  const bundle = join(folder, 'for support.tar.gz');
  await answerWith(app, bundle);
  expect(await ask(page, 'app.supportBundle', {})).toEqual({ ok: true, value: { file: bundle, download: null } });
  expect(basename(await proposed(app))).toMatch(/^astro-sync-support-\d{4}-\d\d-\d\d\.tar\.gz$/u);
  expect(gunzipSync(readFileSync(bundle)).toString('utf8')).toContain('astro-sync-support/log.ndjson');

  const profiles = join(folder, 'profiles.json');
  await answerWith(app, profiles);
  expect(await ask(page, 'profiles.export', { ids: [] })).toMatchObject({ ok: true, value: { file: profiles } });
  expect(JSON.parse(readFileSync(profiles, 'utf8'))).toMatchObject({ kind: 'astro-sync-profiles', profiles: [] });
});

test('nothing is saved where they dismiss the question', async ({ desktop: { app, page } }) => {
  await answerWith(app, null);
  const nothing = { ok: true, value: { file: null, download: null } };
  expect(await ask(page, 'app.supportBundle', {})).toEqual(nothing);
  expect(await ask(page, 'profiles.export', { ids: [] })).toEqual(nothing);
});

test('the level of the log is that of the settings, from the moment that they say it', async ({
  desktop: { page, home },
}) => {
  const log = join(home, 'logs', 'desktop.log');
  expect(await ask(page, 'app.info', {})).toMatchObject({ ok: true, value: { log_file: log } });
  expect(existsSync(log)).toBe(true);
  await ask(page, 'settings.set', { log_level: 'debug' });
  await ask(page, 'app.licences', {});
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('"method":"app.licences"');
  await ask(page, 'settings.set', { log_level: 'error' });
  await ask(page, 'alerts.list', {});
  expect(readFileSync(log, 'utf8')).not.toContain('"method":"alerts.list"');
  await ask(page, 'settings.set', { log_level: 'info' });
});
