import { expect, test } from './fixtures';
import { runEnds, sync } from './steps';

test.describe.configure({ mode: 'serial' });
// It begins where nothing was ever synced.
test.use({ apart: 'path' });

test('from the overview: preview, apply, and see every dataset in line', async ({ visit }) => {
  const page = await visit();
  await expect(page.getByRole('row', { name: /agencies/ })).toContainText('Never synced');
  await page.getByRole('button', { name: 'Preview all' }).click();

  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /^bookings full/ })).toContainText('1,000');
  await page.getByRole('button', { name: /^Apply [\d,]+ changes$/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('0 deletes');
  await dialog.getByRole('button', { name: /^Apply/ }).click();

  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Succeeded');
  await expect(page.getByRole('row', { name: /^bookings full/ })).toContainText('equal');
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByText('full run: no full run has been verified yet').first()).toBeVisible();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText('In line', { exact: true })).toHaveCount(5);
});

test('changes of applications wait, are synced by one click and one answer, and the queue tells who made each', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await servers.burst();
  await expect(page.getByRole('row', { name: /travelers/ })).toContainText('Changes wait', { timeout: 15_000 });
  await page.getByRole('button', { name: 'Sync all' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sync 5 datasets' });
  await dialog.getByRole('button', { name: /^Apply [\d,]+ changes to 5 datasets$/ }).click();
  await runEnds(page);

  await page.getByRole('link', { name: 'Queue', exact: false }).first().click();
  await page.getByRole('textbox', { name: 'Actor' }).fill('marek.zolkiewski');
  await page.getByRole('textbox', { name: 'Actor' }).press('Enter');
  const grid = page.getByRole('grid', { name: 'Jobs' });
  await expect(grid.getByRole('row').nth(1)).toContainText('agency-portal');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('combobox', { name: /^Dataset/ }).click();
  await page.getByRole('option', { name: 'travelers' }).click();
  await grid
    .getByRole('row', { name: /travelers update/ })
    .first()
    .click();
  const detail = page.getByRole('complementary', { name: 'Detail' });
  await expect(detail).toContainText('lucia.fernandez');
  await expect(detail.getByRole('table', { name: 'Before and After' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
});

test('a row that the target refuses leads to its cause, the row, and a retry', async ({ visit, servers }) => {
  const page = await visit();
  await servers.system.query(`update users set email = 'refused@example.test' where id = (select min(user_id) from (
    select id as user_id from users where role = 'traveler') travelers)`);
  await servers.operations.query(
    `alter table travelers add constraint no_refused check (contact_email <> 'refused@example.test')`,
  );
  await sync(page, 'travelers');
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Partial');

  await page.getByRole('tab', { name: /Row errors 1/ }).click();
  await expect(page.getByRole('button', { name: /violates check constraint/ })).toBeVisible();
  await page.getByRole('gridcell', { name: 'update' }).click();
  await expect(page.getByRole('table', { name: /Target \(operations\) and Source \(system\)/ })).toBeVisible();

  await servers.operations.query('alter table travelers drop constraint no_refused');
  await page.getByRole('button', { name: 'Retry 1 failed row' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 1 row' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Succeeded');

  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('button', { name: 'partial', pressed: false }).click();
  await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row')).toHaveCount(2);
  // Its row is in line by now: nothing is left to be tried again.
  await page.getByRole('grid', { name: 'Runs' }).getByRole('row').last().click();
  await runEnds(page, 'Partial');
  await expect(page.getByRole('button', { name: 'Preview again' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Retry/ })).toHaveCount(0);
});

test('an entity is explained across both databases', async ({ visit, servers }) => {
  const { rows } = await servers.operations.query<{ id: string }>('select id::text from launches order by id limit 1');
  const page = await visit(`/entity/launches/${rows[0]?.id ?? ''}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('equal on both sides');
  await expect(page.getByRole('table')).toContainText('free_seats');
});

test('origins tell who changed what, and lead to the jobs', async ({ visit }) => {
  const page = await visit('/origins');
  const line = page.getByRole('row', { name: /lucia\.fernandez.*bookings/ }).first();
  await expect(line).toContainText('booking-service');
  await line.getByRole('link').click();
  await expect(page.getByRole('grid', { name: 'Jobs' })).toContainText('lucia.fernandez');
});
