import { expect, expectAccessible, test } from './fixtures';
import type { Servers } from './servers';
import { bringIntoLine, runEnds, sync } from './steps';

// What it deletes, other specs need.
test.use({ apart: 'withheld' });

/** More than a guard lets pass, of bookings and of launches. */
async function deleteMost({ operations }: Servers): Promise<void> {
  await operations.query(
    `delete from payments; delete from invoices;
     delete from bookings where id > 100; delete from launches where id not in (select launch_id from bookings)`,
  );
}

const cards = async ({ cache }: Servers): Promise<number> => (await cache.keys('booking:*')).length;

test('a verification never says of withheld deletes that there is no difference', async ({ visit, servers }) => {
  test.setTimeout(120_000);
  const page = await visit();
  await bringIntoLine(page);
  await deleteMost(servers);
  await visit('/overview');
  await page.getByRole('button', { name: 'More about launches' }).click();
  await page.getByRole('menuitem', { name: /^Verify/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Verification / })).toContainText('Succeeded', {
    timeout: 30_000,
  });
  await expect(page.getByText(/a change on the way, or a delete that waits/)).toBeVisible();
  await expect(page.getByRole('row', { name: /launches/ })).toContainText('on the way');
  await expect(page.getByRole('row', { name: /launches/ })).not.toContainText('equal');

  await visit('/overview');
  const row = page.getByRole('row', { name: /launches/ }).first();
  await expect(row).toContainText('on the way');
  await expect(row).not.toContainText('no difference');
  await expect(row).not.toContainText('In line');
  await expect(page.locator('.tile', { hasText: 'Datasets in line' })).not.toContainText('all of them');
  await page.getByRole('link', { name: 'launches', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'How it stands' })).toBeVisible();
  await expect(page.getByText(/^20 on the way/)).toBeVisible();
});

test('deletes that a guard withholds are previewed, approved and done', async ({ visit, servers }) => {
  test.setTimeout(60_000);
  const page = await visit();
  await bringIntoLine(page);
  await deleteMost(servers);
  const left = (await servers.operations.query('select from bookings')).rowCount ?? 0;
  const withheld = (await cards(servers)) - left;

  await visit();
  await sync(page, 'bookings');
  await runEnds(page, 'Partial');
  // One click starts the preview: nothing leads to where it would have to be looked for.
  await expect(page.getByRole('alert')).toContainText('DELETES_WITHHELD');
  await expect(page.getByRole('link', { name: 'Go there' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Preview bookings', exact: true }).click();
  const approve = page.getByRole('checkbox', { name: `Also delete the ${withheld} rows that the guard withholds.` });
  await expect(approve).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page, 'plan with deletes to approve');
  await expect(page.getByRole('button', { name: 'Nothing to apply' })).toBeDisabled();
  await approve.click();
  await page.getByRole('button', { name: `Delete ${withheld} rows` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(`0 inserts, 0 updates, ${withheld} deletes.`);
  await dialog.getByRole('button', { name: `Delete ${withheld} rows` }).click();
  await runEnds(page);
  expect(await cards(servers)).toBe(left);
});

test('a source that is empty empties its target only where somebody says so', async ({ visit, servers }) => {
  test.setTimeout(60_000);
  const page = await visit();
  await bringIntoLine(page);
  const rows = (await cards(servers)).toLocaleString('en');
  await servers.operations.query('delete from payments; delete from invoices; delete from bookings');
  await visit();
  await page.getByRole('button', { name: 'More about bookings', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Preview', exact: true }).click();
  const allow = page.getByRole('checkbox', { name: /^The source is really empty/ });
  await expect(allow).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page, 'plan of an empty source');
  await expect(page.getByRole('button', { name: 'Nothing to apply' })).toBeVisible();
  await allow.click();
  await page.getByRole('button', { name: `Delete ${rows} rows` }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Delete ${rows} rows` })
    .click();
  await runEnds(page);
  expect(await cards(servers)).toBe(0);
});
