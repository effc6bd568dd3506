import { expect, test } from './fixtures';
import { bringIntoLine } from './steps';

// What it deletes, other specs need.
test.use({ apart: 'withheld' });

test('a verification never says of withheld deletes that there is no difference', async ({ visit, servers }) => {
  test.setTimeout(120_000);
  const page = await visit();
  await bringIntoLine(page);
  await servers.operations.query(
    `delete from payments; delete from invoices;
     delete from bookings where id > 100; delete from launches where id not in (select launch_id from bookings)`,
  );
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
  await expect(page.getByText(/differ and are on the way/)).toBeVisible();
});
