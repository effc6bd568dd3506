import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { connectPage, openLink } from '../../electron/cli/testing/console-client';
import { connectionTo, draftWith } from '../../electron/console/testing/drafts';
import type { Outcome } from '../../shared/contract/wire';
import { ask, checkout, expect, startDesktop, test } from './desktop';

const password = 'a-password-that-nobody-else-has';

/** An environment whose servers are nobody's, typed into the form. */
async function save(page: Page, name: string, insist: boolean): Promise<void> {
  await page.getByRole('button', { name: 'Add an environment' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  for (const field of await page.getByLabel('Typed password').all()) await field.fill(password);
  await expect(page.getByText('This system has no keychain')).toBeVisible();
  if (insist) await page.getByRole('checkbox', { name: 'Keep them on this computer all the same' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('list', { name: 'Saved environments' })).toContainText(name);
}

/** How long the password of operations is kept, by environment. */
function keptFor(outcome: Outcome): unknown {
  const { profiles } = (outcome as unknown as { value: { profiles: Saved[] } }).value;
  return Object.fromEntries(profiles.map(({ profile, secrets }) => [profile.name, secrets['operations']]));
}

interface Saved {
  readonly profile: { readonly name: string };
  readonly secrets: Readonly<Record<string, string>>;
}

/** What the web console lists that keeps its files in the same folder. */
async function listedByWeb(home: string): Promise<readonly string[]> {
  const web = spawn(process.execPath, [join(checkout, 'out/main/cli.js'), 'console', '--no-open'], {
    cwd: home,
    env: { ...process.env, ASTRO_SYNC_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => web.once('close', resolve));
  try {
    const link = await new Promise<string>((resolve, reject) => {
      web.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
      void ended.then(() => reject(new Error('the console ended')));
    });
    const client = await connectPage(await openLink(link));
    const { profiles } = await client.call('profiles.list', {});
    client.close();
    return profiles.map(({ profile }) => profile.name);
  } finally {
    web.kill('SIGTERM');
    await ended;
  }
}

test('a computer without a keychain says so, and keeps passwords until the end, or for good where somebody insists; a web console finds the same environments', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-secrets-'));
  let desktop = await startDesktop(home);
  // On a system with a keychain there is nothing to insist on.
  const info = (await ask(desktop.page, 'app.info', {})) as unknown as { value: { secrets: { store: string } } };
  test.skip(info.value.secrets.store !== 'weak', 'this system has a keychain');
  try {
    await save(desktop.page, 'forgotten', false);
    await save(desktop.page, 'insisted', true);
    const list = (): Promise<Outcome> => ask(desktop.page, 'profiles.list', {});
    expect(keptFor(await list())).toEqual({ forgotten: 'session', insisted: 'kept' });
    await desktop.app.close();
    desktop = await startDesktop(home);
    expect(keptFor(await list())).toEqual({ forgotten: 'missing', insisted: 'kept' });
    for (const file of readdirSync(home).filter((name) => name.endsWith('.json')))
      expect(readFileSync(join(home, file), 'utf8'), file).not.toContain(password);
    await desktop.app.close();
    expect(await listedByWeb(home)).toEqual(['forgotten', 'insisted']);
  } finally {
    await desktop.app.close().catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
  }
});

test('a file that a page names goes nowhere unless the user says so in a dialog of the system', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-secrets-'));
  const file = join(home, 'private-line');
  writeFileSync(file, password, { mode: 0o600 });
  const desktop = await startDesktop(home);
  /** The user answers with the button at this place. */
  const answer = (response: number): Promise<void> =>
    desktop.app.evaluate(({ dialog }, given) => {
      dialog.showMessageBox = (...words: unknown[]) => {
        Object.assign(globalThis, { question: (words.at(-1) as { detail: string }).detail });
        return Promise.resolve({ response: given, checkboxChecked: false });
      };
    }, response);
  const draft = draftWith({ connections: { system: connectionTo({ secret: { kind: 'file', path: file } }) } });
  const create = (): Promise<Outcome> => ask(desktop.page, 'profiles.create', { draft, secrets: {}, insist: false });
  try {
    await answer(1);
    expect(await create()).toMatchObject({ ok: false, error: { code: 'SECRET_UNAVAILABLE' } });
    const question = await desktop.app.evaluate(() => (globalThis as unknown as { question: string }).question);
    expect(question).toContain(`mine, system: file ${file} to db:5432`);
    await answer(0);
    expect(await create()).toMatchObject({ ok: true });
  } finally {
    await desktop.app.close();
    rmSync(home, { recursive: true, force: true });
  }
});
