import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import ssh2 from 'ssh2';
import { expect, expectAccessible, listenFor, test } from './fixtures';
import { startHost } from './host';

const menu = async (page: Page, name: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `More about ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
};
const names = (page: Page): Promise<string[]> =>
  page.getByRole('list', { name: 'Saved environments' }).locator('.strong').allInnerTexts();

test('what is filled into the form is found again, asks for the secrets that it lacks, and is put in order', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-form-'));
  const host = await startHost([]);
  try {
    const complaints = listenFor(page);
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/environments/new`);
    const field = (label: string): Locator => page.getByLabel(label, { exact: true }).first();
    const choose = async (label: string, choice: string): Promise<void> => {
      await field(label).click();
      await page.getByRole('option', { name: choice, exact: true }).click();
    };
    // The second and third of the databases are not needed here.
    await choose('Queue and history are in', 'operations');
    for (let left = 2; left > 0; left -= 1) await page.getByRole('button', { name: 'Remove' }).last().click();
    const wanted: Readonly<Record<string, string>> = {
      Host: '127.0.0.1',
      Port: '1',
      'Certificate authority (file)': '/etc/ca.pem',
      'Client certificate (file)': '/etc/client.pem',
      'Key of the certificate (file)': '/etc/client.key',
      'Expected identity': 'one',
      'Time to connect (seconds)': '2.5',
      'Name in the server’s certificate': 'db.example',
      known_hosts: join(home, 'known_hosts'),
      'Keep-alive (seconds)': '7',
    };
    await field('Name').fill('first');
    await choose('TLS', 'Check authority and name');
    await page.getByText('Reach some of the databases through an SSH server').click();
    for (const summary of await page.locator('summary').all()) await summary.click();
    for (const [label, text] of Object.entries(wanted)) await field(label).fill(text);
    await field('Typed password').fill('canary-password');
    await field('Passphrase of that key').fill('canary-key');
    const tunnel = page.locator('.panel').filter({ has: page.getByRole('heading', { name: 'SSH tunnel' }) });
    await tunnel.getByLabel('Host', { exact: true }).fill('bastion.example');
    await tunnel.getByLabel('User', { exact: true }).fill('deploy');
    await field('Keep-alive (seconds)').fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('A number above 0, up to 600.')).toBeVisible();
    await field('Keep-alive (seconds)').fill('7');
    await expectAccessible(page, 'form');
    await page.getByRole('button', { name: 'Save' }).click();
    await menu(page, 'first', 'Edit');
    for (const [label, text] of Object.entries(wanted)) await expect(field(label), label).toHaveValue(text);
    await expect(field('Signs in with')).toContainText('SSH agent');
    await expect(tunnel.getByLabel('Host', { exact: true })).toHaveValue('bastion.example');

    // A password stays where only the name of its database changes, and is asked for again where the server does.
    const password = field('Typed password');
    await expect(password).toHaveAttribute('placeholder', /^kept/);
    await expect(field('Passphrase of that key')).toHaveAttribute('placeholder', /^kept/);
    await field('Name that datasets use').fill('shop');
    await expect(password).toHaveAttribute('placeholder', /^kept/);
    await field('Host').fill('else.example');
    await expect(password).toHaveAttribute('placeholder', '');
    await field('Host').fill('127.0.0.1');
    await expect(password).toHaveAttribute('placeholder', /^kept/);

    // A key that turns out to be encrypted has a field for its passphrase, where the environment is opened too.
    const { private: key } = ssh2.utils.generateKeyPairSync('ecdsa', {
      bits: 256,
      passphrase: 'canary',
      cipher: 'aes256-ctr',
      rounds: 4,
    });
    await writeFile(join(home, 'id'), key, { mode: 0o600 });
    await choose('Signs in with', 'Key file');
    await field('Key file').fill(join(home, 'id'));
    await page.getByText('Through the SSH tunnel', { exact: true }).click();
    await field('Typed password').fill('canary-password');
    await expectAccessible(page, 'environment that is edited');
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Open first', exact: true }).click();
    await expect(dialog).toContainText('SECRET_UNAVAILABLE');
    await expect(dialog.getByRole('button', { name: 'Open', exact: true })).toBeDisabled();
    await expectAccessible(page, 'secrets that are asked for');
    await dialog.getByLabel('Passphrase of the tunnel’s key').fill('wrong');
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog).toContainText('needs another passphrase');
    await page.keyboard.press('Escape');
    await menu(page, 'first', 'Test connection');
    await dialog.getByLabel('Passphrase of the tunnel’s key').fill('canary');
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(dialog.getByRole('status', { name: 'Result of the test' })).toContainText('bastion.example');
    await page.keyboard.press('Escape');

    await menu(page, 'first', 'Duplicate');
    await expect.poll(() => names(page)).toEqual(['first', 'first-2']);
    await menu(page, 'first-2', 'Move up');
    await expect.poll(() => names(page)).toEqual(['first-2', 'first']);
    await menu(page, 'first-2', 'Move down');
    await expect.poll(() => names(page)).toEqual(['first', 'first-2']);
    const download = page.waitForEvent('download');
    await menu(page, 'first', 'Export');
    expect((await download).suggestedFilename()).toMatch(/\.json$/);
    const forTerminal = page.waitForEvent('download');
    await menu(page, 'first', 'Save as file for the terminal');
    expect((await forTerminal).suggestedFilename()).toBe('first.yaml');
    const note = page.getByRole('region', { name: 'Notes' }).locator('.toast').filter({ hasText: 'first.yaml' });
    await expect(note).toContainText(/Saved as first\.yaml, without secrets; the terminal asks for \d password/);
    await expect(note).toContainText('astro-sync -e first.yaml -d ');
    await expect(note.getByRole('button', { name: 'Copy' })).toBeVisible();
    await note.getByRole('button', { name: 'Close this note' }).click();
    await menu(page, 'first-2', 'Remove …');
    await expect(dialog.locator('.environment-line')).toContainText('development');
    await expect(dialog).toContainText('open first-2 first and choose Remove capture … in Check');
    await dialog.getByRole('button', { name: 'Remove first-2' }).click();
    await expect.poll(() => names(page)).toEqual(['first']);
    expect(complaints).toEqual([]);
  } finally {
    await host.stop();
    await rm(home, { recursive: true, force: true });
  }
});

test('production has a striped frame in both themes, and one without colours where the system chooses them', async ({
  page,
}) => {
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-frame-'));
  const file = join(home, 'live.yaml');
  const database = '{ engine: postgres, url: "postgres://nobody@127.0.0.1:1/none" }';
  await writeFile(file, `name: live\nlevel: production\ndatabases:\n  system: ${database}\n`);
  const host = await startHost(['-e', file, '-d', home]);
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/environments`);
    await expect(page.locator('.title-bar .level')).toHaveText('PRODUCTION');
    const frame = () =>
      page.evaluate(() => {
        const line = getComputedStyle(document.querySelector('.shell')!, '::after');
        const badge = getComputedStyle(document.querySelector('.title-bar .level')!).borderTopWidth;
        return [line.borderTopWidth, line.borderTopStyle, line.borderImageSource.slice(0, 9), badge].join(' ');
      });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await frame(), colorScheme).toBe('5px solid repeating 0px');
    }
    await page.emulateMedia({ forcedColors: 'active' });
    expect(await frame()).toBe('5px double none 2px');
  } finally {
    await host.stop();
    await rm(home, { recursive: true, force: true });
  }
});
