import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Page } from '@playwright/test';
import { expect, test as base } from './fixtures';
import type { Host } from './host';
import { heldUp, inSmallBatches } from './held-run';
import { startHost } from './host';
import { checkout, definitions } from './servers';
import type { Servers } from './servers';
import { bringIntoLine, runEnds, sync, syncAll } from './steps';

const folder = join(checkout, 'docs/screenshots');
const views = [
  ['overview', '/overview', 'Overview'],
  ['queue', '/queue', /^Queue/],
  ['runs', '/runs', 'Runs'],
  ['origins', '/origins?span=15m', 'Origins'],
  ['datasets', '/datasets', 'Datasets'],
  ['dataset', '/datasets/launches', 'launches'],
  ['check', '/check', /^Check/],
  ['environment', '/environments/new', 'Add an environment'],
  ['settings', '/settings', 'Settings'],
  ['about', '/about', 'About and support'],
] as const;

/** Its definitions lie where no picture tells of the computer that took it. */
const test = base.extend<object, { host: Host }>({
  host: [
    async ({ servers }, use) => {
      const home = await mkdtemp(join(tmpdir(), 'sync-'));
      await symlink(definitions, join(home, 'astrobookings'));
      const host = await startHost(['-e', servers.files.environment, '-d', join(home, 'astrobookings')]);
      await use(host);
      await host.stop();
      await rm(home, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 30_000 },
  ],
});

// Not tests of their own: `npm run screenshots` makes the pictures of the documentation with them, on one pair of servers.
test.skip(process.env['SCREENSHOTS'] !== '1', 'makes docs/screenshots/');
test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.use({ apart: 'pictures', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });

/** What is shown, in both themes. */
async function picture(page: Page, name: string): Promise<void> {
  await expect(page.locator('.skeleton')).toHaveCount(0);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    // Nothing half-way: no transition, and no button under the pointer.
    await page.mouse.move(1, 1);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
  }
}

/** Accounts get addresses that OperationsDB refuses, for two reasons. */
async function refuseSome({ operations, system }: Servers): Promise<void> {
  await operations.query(`alter table travelers
    add constraint address_in_lower_case check (contact_email = lower(contact_email)),
    add constraint no_disposable_address check (contact_email not like '%@mailinator.test')`);
  await system.query(`
    with picked as (select id, row_number() over (order by id) as n from users where role = 'traveler' limit 5)
    update users set email = case when n < 4 then split_part(email, '@', 1) || '@mailinator.test' else upper(email) end
    from picked where picked.id = users.id`);
}

test('from the preview to the run, and every view after it', async ({ visit, servers }) => {
  const page = await visit();
  await page.getByRole('button', { name: 'Preview all' }).click();
  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible({ timeout: 30_000 });
  await picture(page, 'preview');
  await page.getByRole('button', { name: /^Write/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Write/ })
    .click();
  await runEnds(page);
  await servers.burst();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText('Changes wait').first()).toBeVisible();
  await syncAll(page);
  await runEnds(page);
  await picture(page, 'run');
  await servers.burst();
  await visit('/runs?kind=run');
  for (const row of [0, 1]) await page.getByRole('checkbox').nth(row).click();
  await page.getByRole('button', { name: 'Compare 2 runs' }).click();
  await expect(page.getByRole('heading', { name: 'Durations' })).toBeVisible();
  await picture(page, 'compare');
  for (const [name, path, heading] of views) {
    await visit(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    if (name === 'overview') await expect(page.getByText('Changes wait').first()).toBeVisible();
    await picture(page, name);
  }
});

test('what a change was, and what failed', async ({ visit, servers }) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.burst();
  await refuseSome(servers);
  await syncAll(page);
  await runEnds(page, 'Partial');
  await page.getByRole('tab', { name: /^Row errors/ }).click();
  await page.getByRole('gridcell', { name: 'update' }).first().click();
  await expect(page.getByRole('table', { name: /Source/ })).toBeVisible();
  await picture(page, 'row-errors');
  await page.getByRole('button', { name: /^Alerts/ }).click();
  await expect(page.getByRole('dialog', { name: 'Alerts' }).getByRole('listitem').first()).toBeVisible();
  await picture(page, 'alerts');
  await page.keyboard.press('Escape');

  await visit('/queue?status=completed&dataset=bookings&application=booking-service');
  await page.getByRole('gridcell', { name: 'update' }).first().click();
  const detail = page.getByRole('complementary', { name: 'Detail' });
  await expect(detail.getByRole('table', { name: 'Before and After' })).toBeVisible();
  await picture(page, 'job');
  await page.getByRole('link', { name: 'Explain this entity' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('both sides');
  await picture(page, 'entity');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('travelers');
  await expect(page.getByRole('option').first()).toBeVisible();
  await picture(page, 'palette');
  await page.keyboard.press('Escape');
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard map' })).toBeVisible();
  await picture(page, 'keys');
});

test('a first run, and environments that are saved', async ({ page }) => {
  const host = await startHost([]);
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/environments`);
    await expect(page.getByRole('button', { name: 'Open the sandbox' })).toBeVisible();
    await picture(page, 'first-run');
    for (const [name, level] of [
      ['orbit-test', 'development'],
      ['orbit-next', 'staging'],
      ['orbit', 'production'],
    ] as const) {
      await page.goto(`${host.origin}/#/environments/new`);
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.getByRole('combobox', { name: 'Level' }).click();
      await page.getByRole('option', { name: level }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('list', { name: 'Saved environments' })).toContainText(name);
    }
    // The notes that each was saved are gone.
    await expect(page.locator('.toast')).toHaveCount(0);
    await picture(page, 'environments');
  } finally {
    await host.stop();
  }
});

test('a run at work', async ({ page, servers }) => {
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-pictures-'));
  const host = await startHost(['-e', servers.files.environment, '-d', await inSmallBatches(join(home, 'datasets'))]);
  await servers.operations.query(
    'alter table travelers drop constraint address_in_lower_case, drop constraint no_disposable_address',
  );
  await servers.burst();
  let holder: Awaited<ReturnType<typeof heldUp>> | undefined;
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/overview`);
    // Of travelers in other batches the definition is another one.
    await bringIntoLine(page);
    holder = await heldUp(servers);
    await sync(page, 'travelers');
    const bar = page.getByRole('progressbar', { name: 'Progress of travelers' });
    await expect(bar).toHaveAttribute('aria-valuenow', /^[1-9]\d?$/);
    await picture(page, 'run-at-work');
    await holder.query('rollback');
    await runEnds(page);
  } finally {
    await holder?.end();
    await host.stop();
    await rm(home, { recursive: true, force: true });
  }
});

test('production, and deletes that are withheld', async ({ page, visit, servers }) => {
  await visit();
  await bringIntoLine(page);
  const host = await startHost(['-e', await servers.environmentFile('orbit', 'production'), '-d', definitions]);
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/overview`);
    await servers.burst();
    await page.goto(`${host.origin}/#/overview?sync=all`);
    await expect(page.getByRole('dialog')).toContainText('PRODUCTION');
    await picture(page, 'production');
    await page.keyboard.press('Escape');
    await servers.operations.query('delete from payments; delete from invoices; delete from bookings where id > 100');
    await page.getByRole('button', { name: 'More about bookings', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Preview', exact: true }).click();
    await expect(page.getByRole('checkbox', { name: /the guard withholds/ })).toBeVisible({ timeout: 30_000 });
    await picture(page, 'withheld');
  } finally {
    await host.stop();
  }
});
