import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import pg from 'pg';
import { expect, expectAccessible, listenFor, test } from './fixtures';
import { startHost } from './host';
import type { Servers } from './servers';
import { runEnds } from './steps';

/** The role that the README calls `sync`: it may connect, and nothing else. */
const role = 'sync_walk';
const password = "it's a secret";

interface Own {
  readonly shop: pg.Client;
  readonly warehouse: pg.Client;
  close(): Promise<void>;
}

/** Two databases with a table in common, of which rows are missing, different and left over in the second. */
async function ownDatabases({ postgres }: Servers): Promise<Own> {
  const open = async (name: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: await postgres.createDatabase(name) });
    await client.connect();
    await client.query('create table customers (id bigint primary key, name text not null, balance numeric(20,2))');
    return client;
  };
  const shop = await open('walk_shop');
  const warehouse = await open('walk_warehouse');
  await shop.query(`create role ${role} login password '${password.replaceAll("'", "''")}'`);
  await shop.query(
    `insert into customers select g, 'customer ' || g, g * 12345678901.25 from generate_series(1, 40) g`,
  );
  await warehouse.query(`insert into customers select g, 'customer ' || g, g from generate_series(31, 42) g`);
  return {
    shop,
    warehouse,
    close: async () => {
      await shop.end();
      await warehouse.end();
    },
  };
}

/** Runs what the page says that an administrator has to run. */
async function grant(panel: Locator, administrator: pg.Client): Promise<void> {
  await administrator.query(await panel.getByRole('region', { name: /^Rights that are missing/ }).innerText());
}

const rows = async (client: pg.Client): Promise<unknown> =>
  (await client.query('select id::text, name, balance::text from customers order by customers.id')).rows;

async function fillIn(page: Page, { postgres }: Servers, folder: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('mine');
  await page.getByLabel('Dataset definitions').fill(folder);
  await page.getByRole('button', { name: 'Remove' }).last().click();
  for (const [index, name] of ['shop', 'warehouse'].entries()) {
    const field = (label: string): Locator => page.getByLabel(label, { exact: true }).nth(index);
    await field('Name that datasets use').fill(name);
    await field('Host').fill(postgres.host);
    await field('Port').fill(String(postgres.port));
    await field('Database').fill(`walk_${name}`);
    await field('User').fill(role);
    await field('Typed password').fill('not the password');
  }
}

test('two databases of one’s own are added, discovered, installed and brought into line by clicks alone', async ({
  page,
  servers,
}) => {
  test.setTimeout(90_000);
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-own-'));
  const own = await ownDatabases(servers);
  const host = await startHost([]);
  try {
    const complaints = listenFor(page);
    await host.admit(page.context());
    await page.goto(host.origin);
    await page.getByRole('button', { name: 'Add an environment' }).click();
    await fillIn(page, servers, join(home, 'datasets'));
    const result = page.getByRole('status', { name: 'Result of the test' });
    const panel = (name: string): Locator =>
      result
        .locator('.panel')
        .filter({ hasText: `walk_${name}` })
        .first();
    const administrators = { shop: own.shop, warehouse: own.warehouse };

    // A wrong password: what helps is said, and nothing tries it again by itself.
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(panel('shop')).toContainText('Correct the user or the password of "shop"');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Open mine' }).click();
    const refused = page
      .locator('.banner')
      .filter({ hasText: 'The login is refused, and is not tried again by itself.' });
    await expect(refused).toBeVisible();
    await refused.getByRole('button', { name: 'Try again' }).click();
    await expect(refused.getByRole('button', { name: 'Try again' })).not.toHaveAttribute('aria-busy', 'true');
    await expect(refused).toBeVisible();
    await refused.getByRole('button', { name: 'Edit the environment' }).click();
    for (const field of await page.getByLabel('Typed password').all()) await field.fill(password);
    // What the program itself needs is known before any dataset is defined.
    await page.getByRole('button', { name: 'Test connection' }).click();
    for (const name of ['shop', 'warehouse'] as const) {
      await expect(panel(name)).toContainText(`${role} lacks 1 grant`);
      await grant(panel(name), administrators[name]);
    }
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(panel('warehouse')).toContainText(`${role} may do what the program itself needs`);
    await expect(result.getByLabel('fails')).toHaveCount(0);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(refused).toHaveCount(0);
    await page.getByRole('link', { name: 'Overview' }).click();
    const folder = join(home, 'datasets');
    await expect(page.getByText(`are read from ${folder}, a folder that is made when the first`)).toBeVisible();
    await expect(page.getByText(/in the definitions/)).toHaveCount(0);
    await page.getByRole('button', { name: 'Discover what two databases have in common' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Compare the catalogs' }).click();
    await expect(dialog).toContainText('name: customers');
    await expect(dialog).toContainText('Rows that are in warehouse only are deleted there');
    await dialog.getByLabel('New file').fill('shop.yaml');
    await dialog.getByRole('button', { name: 'Add shop.yaml' }).click();
    await expect(page.getByRole('row', { name: /^customers/ })).toContainText('shop.yaml');
    expect(await readFile(join(home, 'datasets/shop.yaml'), 'utf8')).toContain('name: customers');

    await page.getByRole('button', { name: /^mine/ }).click();
    await page.getByRole('menuitem', { name: 'Check connections and rights' }).click();
    await expect(panel('warehouse')).toBeVisible();
    await expectAccessible(page, 'rights that are missing');
    await expect(page.getByRole('button', { name: 'Remove capture …' })).toBeDisabled();
    for (const name of ['shop', 'warehouse'] as const) {
      await grant(panel(name), administrators[name]);
    }
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(page.getByText(/as they should be; 1 dataset is not installed yet\./)).toBeVisible();

    await page.getByRole('link', { name: 'Overview' }).click();
    // What is empty until then says so, and nothing is red.
    await expect(page.getByText(/^This comes after Install/)).toHaveCount(2);
    await expect(page.getByText('NOT_INITIALISED')).toHaveCount(0);
    await expect(page.getByRole('link', { name: /^Changes waiting/ })).toHaveText(
      'Changes waiting–not known before Install',
    );
    for (const name of ['Verify all', 'Preview all', 'Sync all'])
      await expect(page.getByRole('button', { name })).toBeDisabled();
    await page.getByRole('button', { name: 'More about customers' }).click();
    for (const name of [/^Sync/, /^Preview/, /^Full run/, /^Verify/])
      await expect(page.getByRole('menuitem', { name })).toBeDisabled();
    await expect(page.getByRole('menuitem', { name: /^Install …/ })).toBeEnabled();
    await page.keyboard.press('Escape');
    await expect(page.locator('.panel--info').getByRole('link', { name: 'Check' })).toBeVisible();
    await page.getByRole('button', { name: 'Install …' }).click();
    await expect(dialog).toContainText('removed again with Remove capture … in Check');
    await expect(dialog).toBeVisible();
    await expectAccessible(page, 'question before capture is installed');
    await dialog.getByRole('button', { name: 'Install for 1 dataset' }).click();
    await expect(page.getByText('Installed in 2 databases')).toBeVisible();
    await expectAccessible(page, 'note');
    await expect(page.getByText(/are not captured yet/)).toHaveCount(0);
    await page.getByRole('button', { name: 'Preview all' }).click();
    await page.getByRole('button', { name: 'Write 40 rows and delete 2 rows' }).click();
    await expect(dialog).toContainText('30 inserts, 10 updates, 2 deletes');
    await dialog.getByRole('button', { name: 'Write 40 rows and delete 2 rows' }).click();
    await runEnds(page);
    await expect(page.getByRole('row', { name: /^customers full/ })).toContainText('equal');
    expect(await rows(own.warehouse)).toEqual(await rows(own.shop));

    // From then on what is captured is enough.
    await own.shop.query(`update customers set name = 'somebody else' where id = 7`);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Sync customers', exact: true }).click();
    await dialog.getByRole('button', { name: 'Apply 1 change' }).click();
    await runEnds(page);
    expect(await rows(own.warehouse)).toEqual(await rows(own.shop));

    // Withheld deletes that somebody makes by hand meanwhile wait for nobody's approval any more.
    await own.shop.query('delete from customers where id > 20');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Sync customers', exact: true }).click();
    await dialog.getByRole('button', { name: 'Apply 20 changes' }).click();
    await runEnds(page, 'Partial');
    await own.warehouse.query('delete from customers where id > 20');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Preview customers', exact: true }).click();
    await page.getByRole('button', { name: 'Settle 20 changes' }).click();
    await expect(dialog).toContainText('equal on both sides by now');
    await dialog.getByRole('button', { name: 'Settle 20 changes' }).click();
    await runEnds(page);
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect(page.getByRole('row', { name: /customers/ }).first()).toContainText('In line');

    // And all of it is taken away again, once it is said what is lost with it.
    await own.shop.query(`update customers set name = 'not yet synced' where id = 8`);
    const triggers = async (): Promise<number | null> =>
      (await own.shop.query(`select 1 from pg_trigger where tgrelid = 'customers'::regclass and not tgisinternal`))
        .rowCount;
    expect(await triggers()).toBeGreaterThan(0);
    await page.goto(`${host.origin}/#/check`);
    await page.getByRole('button', { name: 'Remove capture …' }).click();
    await expect(dialog).toContainText('shop triggers of public.customers, change log, subscriptions and consumer');
    await expect(dialog).toContainText('warehouse record of what was applied');
    await expect(dialog.getByRole('button', { name: 'Remove from 2 databases' })).toBeDisabled();
    await expectAccessible(page, 'question before capture is removed');
    await dialog.getByRole('checkbox').click();
    await dialog.getByRole('button', { name: 'Remove from 2 databases, lose 1 captured change' }).click();
    await expect(page.getByText('Capture is removed from 2 databases')).toBeVisible();
    expect(await triggers()).toBe(0);
    await expect(page.getByText('its changes are not captured')).toBeVisible();
    await page.getByRole('button', { name: 'Remove capture …' }).click();
    await expect(dialog).toContainText('Nothing of the sync is installed in these databases.');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect(page.getByRole('row', { name: /customers/ }).first()).toContainText('Not installed');
    // Nobody's sync writes what it did not ask about: what is not captured leads to a preview.
    await page.getByRole('button', { name: 'Sync all' }).click();
    await expect(dialog).toContainText('1 dataset wants a look first');
    await page.keyboard.press('Escape');
    expect(await rows(own.shop)).toHaveLength(20);
    expect(complaints).toEqual([]);
  } finally {
    await host.stop();
    await own.close();
    await rm(home, { recursive: true, force: true });
  }
});
