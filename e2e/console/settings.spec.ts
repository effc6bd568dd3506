import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, listenFor, test as base } from './fixtures';
import type { Host } from './host';
import { startHost } from './host';

// What is kept here stays with a console of its own.
const test = base.extend<object, { readonly alone: Host }>({
  alone: [
    async ({ browserName: _browser }, use) => {
      const host = await startHost([]);
      await use(host);
      await host.stop();
    },
    { scope: 'worker' },
  ],
});

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

test('theme, density, keys and quiet hours are kept, and hold at once', async ({ page, alone }) => {
  const complaints = listenFor(page);
  await alone.admit(page.context());
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${alone.origin}/#/settings`);
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-theme', 'light');
  const height = async (): Promise<number> =>
    (await page.getByRole('combobox', { name: 'Theme' }).boundingBox())?.height ?? 0;
  const before = await height();

  await choose(page, 'Theme', 'Dark');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await choose(page, 'Density', 'Compact');
  await expect.poll(height).toBeLessThan(before);
  await page.getByRole('checkbox', { name: /^Quiet hours/ }).click();
  await page.getByLabel('From', { exact: true }).fill('22:30');
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('22:30');
  await page.getByRole('button', { name: 'Change the keys of About and support' }).click();
  const keys = page.getByRole('textbox', { name: 'Keys of About and support' });
  // What another command has is not given away.
  await keys.fill('g q');
  await keys.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Queue has these keys. Change those first.');
  await keys.fill('x');
  await keys.press('Enter');
  await expect(page.getByRole('button', { name: 'Shipped keys of About and support' })).toBeVisible();

  await choose(page, 'Log level', 'debug');

  // As the demo marks the folder of its console.
  await expect(page.getByText('Kept on this computer.')).toBeVisible();
  await writeFile(join(alone.home, 'temporary'), '');
  await page.reload();
  await expect(page.getByText('Kept until the demo ends')).toBeVisible();
  await rm(join(alone.home, 'temporary'));
  await expect(page.getByRole('combobox', { name: 'Log level' })).toContainText('debug');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect(root).toHaveAttribute('data-density', 'compact');
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('22:30');
  await expect(page.getByLabel('To', { exact: true })).toHaveValue('07:00');
  await page.locator('main').focus();
  await page.keyboard.press('x');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('About and support');
  expect(complaints).toEqual([]);
});

test('an environment is imported, duplicated, exported without its secret, and removed', async ({ page, alone }) => {
  const complaints = listenFor(page);
  await alone.admit(page.context());
  await page.goto(`${alone.origin}/#/environments/new`);
  await page.getByLabel('Name', { exact: true }).fill('orbit');
  for (const port of await page.getByLabel('Port', { exact: true }).all()) await port.fill('1');
  for (const password of await page.getByLabel('Typed password').all()) await password.fill('not to be told');
  await page.getByRole('combobox', { name: 'TLS', exact: true }).first().click();
  await page.getByRole('option', { name: 'Check authority and name' }).click();
  await page.getByRole('checkbox', { name: /^Reach some of the databases/ }).click();
  await choose(page, 'Signs in with', 'Key file');
  await expect(page.getByLabel('Its passphrase')).toBeVisible();
  await expectAccessible(page, 'form with TLS and tunnel');
  await page.getByRole('checkbox', { name: /^Reach some of the databases/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();

  const rows = page.getByRole('list', { name: 'Saved environments' }).getByRole('listitem');
  await expect(rows).toHaveCount(1);
  const menu = async (name: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: `More about ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('orbit', 'Duplicate');
  await expect(rows).toHaveCount(2);
  const copy = (await rows.nth(1).locator('.strong').first().innerText()).trim();
  expect(copy).not.toBe('orbit');

  const download = page.waitForEvent('download');
  await menu('orbit', 'Export');
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text).toContain('"name": "orbit"');
  expect(text).not.toContain('not to be told');

  await page.getByRole('button', { name: `More about ${copy}`, exact: true }).click();
  await expect(page.getByRole('menuitem', { name: 'Remove …' })).toBeVisible();
  await expectAccessible(page, 'menu of an environment');
  await page.getByRole('menuitem', { name: 'Test connection' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('fails').first()).toBeVisible();
  await expectAccessible(page, 'test of an environment');
  await page.keyboard.press('Escape');
  await menu(copy, 'Remove …');
  await expect(dialog).toBeVisible();
  await expectAccessible(page, 'question before an environment is removed');
  await dialog.getByRole('button', { name: `Remove ${copy}` }).click();
  await expect(rows).toHaveCount(1);

  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByLabel('Text of the file').fill(text);
  await expectAccessible(page, 'import');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('1 environment added')).toBeVisible();
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('asks for its secrets');
  expect(complaints).toEqual([]);
});

test('what fails in the page is shown, survived, and stands in the log of its console', async ({ page, alone }) => {
  await alone.admit(page.context());
  await page.goto(`${alone.origin}/#/settings`);
  const log = await page.getByText(/web\.log$/).innerText();
  const text = (): Promise<string> => readFile(log, 'utf8').catch(() => '');
  const logged = (said: string): Promise<void> => expect.poll(text).toContain(said);
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('thrown on purpose for postgres://olga:canary@db/x');
    });
    void Promise.reject(new Error('rejected on purpose'));
  });
  await expect(page.getByText('thrown on purpose')).toBeVisible();
  await expect(page.getByText('rejected on purpose')).toBeVisible();
  await logged('"kind":"error","message":"thrown on purpose for postgres://olga:•••@');
  await logged('"kind":"rejection"');

  // A view that cannot be drawn is taken away alone, and comes again.
  await page.evaluate(() => {
    const { entries } = Object;
    Object.assign(window, { mend: () => (Object.entries = entries) });
    Object.entries = (given: object): [string, unknown][] => {
      if ('astro-sync' in given) throw new Error('drawn on purpose');
      return entries(given);
    };
  });
  await page.getByRole('link', { name: 'About and support' }).click();
  await expect(page.getByRole('heading', { name: 'This view could not be shown' })).toBeVisible();
  await logged('"kind":"view","message":"drawn on purpose"');
  await page.evaluate(() => (window as unknown as { mend: () => void }).mend());
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('About and support');

  // So is one whose frame cannot be drawn.
  await page.evaluate(() => {
    const lists = Array.prototype as unknown[];
    const { includes } = lists;
    Object.assign(window, { mend: () => (lists.includes = includes) });
    lists.includes = function (this: unknown[], what, from) {
      // What the rail asks of the view in front.
      if (what === 'settings') throw new Error('framed on purpose');
      return includes.call(this, what, from);
    };
  });
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible();
  await logged('"kind":"view","message":"framed on purpose"');
  await page.evaluate(() => (window as unknown as { mend: () => void }).mend());
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  expect(await text()).not.toContain('canary');
});
