import { expect, test } from './fixtures';
import { bringIntoLine, runEnds, sync } from './steps';

test.describe.configure({ mode: 'serial' });
// It begins where nothing was ever synced.
test.use({ apart: 'path' });

test('from the overview: preview, apply, and see every dataset in line', async ({ visit }) => {
  const page = await visit();
  await expect(page.getByRole('row', { name: /agencies/ })).toContainText('Never synced');
  await page.getByRole('button', { name: 'Preview all' }).click();

  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /^bookings full/ })).toContainText('1,000');
  await page.getByRole('button', { name: /^Write [\d,]+ rows$/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('0 deletes');
  await dialog.getByRole('button', { name: /^Write/ }).click();

  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Succeeded');
  await expect(page.getByRole('row', { name: /^bookings full/ })).toContainText('equal');
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByText('full run: no full run has been verified yet').first()).toBeVisible();
  await page.getByRole('tab', { name: /^Row errors/ }).click();
  await expect(page.getByRole('heading', { name: 'No row failed' })).toBeVisible();
  await page.getByRole('tab', { name: 'Log' }).click();
  const lines = page.getByRole('region', { name: 'Log lines' }).getByRole('listitem');
  await expect(lines.filter({ hasText: 'no full run has been verified yet' }).first()).toBeVisible();
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('agencies');
  await expect(lines.filter({ hasNotText: 'agencies' })).toHaveCount(0);
  await expect(lines.first()).toBeVisible();
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('no line is like this');
  await expect(page.getByRole('heading', { name: 'No line has that word' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('');
  await page.getByRole('combobox', { name: /^Level/ }).click();
  await page.getByRole('option', { name: 'Errors', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Nothing is logged at this level' })).toBeVisible();
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
  const { rows } = await servers.system.query<{ id: string }>(
    `update users set email = 'refused' || id || '@example.test'
     where id in (select id from users where role = 'traveler' order by id limit 3) returning id::text`,
  );
  const [one, two, three] = rows.map(({ id }) => id).sort((a, b) => Number(a) - Number(b)) as [string, string, string];
  // Two causes: one row is refused for its address, two for their key.
  await servers.operations.query(
    `alter table travelers add constraint no_refused check (contact_email <> 'refused${one}@example.test');
     alter table travelers add constraint no_such_user check (user_id not in (${two}, ${three})) not valid`,
  );
  await sync(page, 'travelers');
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Partial');

  await page.getByRole('tab', { name: /Row errors 3/ }).click();
  await expect(page.getByRole('heading', { name: '2 causes' })).toBeVisible();
  const grid = page.getByRole('grid', { name: 'Rows of travelers that failed' });
  // The address is masked: neither list nor detail has it.
  await page.getByRole('button', { name: /^travelers\.contact_email 1 .*violates check constraint/ }).click();
  await expect(grid.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('main')).not.toContainText(`refused${one}`);
  await page.getByRole('button', { name: /^travelers\.user_id 2 .*no_such_user/ }).click();
  await expect(grid.getByRole('row')).toHaveCount(3);
  await grid.getByRole('row', { name: new RegExp(`^${two} update ${two} .*no_such_user`) }).click();
  const detail = page.getByRole('region', { name: `travelers ${two}` });
  const fact = (name: string) => detail.locator(`dt:text-is("${name}") + dd`);
  await expect(fact('Reason')).toContainText('violates check constraint "no_such_user"');
  await expect(fact('Operation')).toHaveText('update SQLSTATE 23514');
  await expect(fact('Column')).toHaveText('user_id');
  await expect(fact('Value')).toHaveText(two);
  await expect(detail).toContainText('Both sides as they are now');
  await expect(
    detail.getByRole('table', { name: /Target now \(operations\) and Source now \(system\)/ }),
  ).toBeVisible();
  await expect(detail.getByRole('heading', { name: 'History' })).toBeVisible();
  await expect(detail.getByRole('listitem').filter({ hasText: 'update failed in travelers' })).toHaveCount(1);
  // Both ways of closing give the focus back to the list.
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
  await expect(grid).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Close (Esc)' })).toBeVisible();
  await page.getByRole('button', { name: 'Close (Esc)' }).click();
  await expect(page.getByRole('button', { name: 'Close (Esc)' })).toBeHidden();
  await expect(grid).toBeFocused();
  await grid.getByRole('row', { name: new RegExp(`^${two} `) }).click();
  await detail.getByRole('link', { name: 'Explain this entity' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`travelers ${two}`);
  await expect(page.getByRole('heading', { name: 'It failed 1 time' })).toBeVisible();
  await page.goBack();

  await servers.operations.query(
    'alter table travelers drop constraint no_refused; alter table travelers drop constraint no_such_user',
  );
  await page.getByRole('button', { name: 'Retry 3 failed rows' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 3 rows' }).click();
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
  await expect(page.getByRole('table').first()).toContainText('free_seats');
  await visit('/entity/launches/987654321');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('on neither side');
  await expect(page.getByText(/^No change of it is in the queue\. A full run writes/)).toContainText(
    /All of launches was last compared by run \w{8}, /,
  );
});

test('a verification leads to the very rows that differ, also for who comes later', async ({ visit, servers }) => {
  const { rows } = await servers.operations.query<{ id: string; mission: string }>(
    'select id::text, mission from launches order by id limit 1',
  );
  const { id = '', mission = '' } = rows[0] ?? {};
  await servers.cache.hset(`launch:${id}`, 'mission', 'tampered');
  const page = await visit();
  await page.getByRole('button', { name: 'More about launches' }).click();
  await page.getByRole('menuitem', { name: /^Verify/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Verification / })).toContainText('Partial');
  await expect(page.getByRole('row', { name: /^launches/ })).toContainText('1 differs');
  // What went wrong stands above, once; below it what can be done.
  await expect(page.getByText(/^Dataset "launches": 1 /)).toHaveCount(1);
  await expect(page.getByText(/^VERIFICATION_FAILED/)).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Preview all of launches' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: `differs ${id} mission` })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Target and Source' })).toContainText(`tampered${mission}`);
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row').nth(1)).toContainText('1 differs, ');
  await page.goBack();
  await page.getByRole('link', { name: 'Explain this entity' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1 column differs');
  await servers.cache.hset(`launch:${id}`, 'mission', mission);
});

test('origins tell who changed what, and lead to the jobs', async ({ visit }) => {
  const page = await visit('/origins');
  const line = page.getByRole('row', { name: /lucia\.fernandez.*bookings/ }).first();
  await expect(line).toContainText('booking-service');
  await line.getByRole('link').click();
  await expect(page.getByRole('grid', { name: 'Jobs' })).toContainText('lucia.fernandez');
});

test('the columns of the overview stay where they are, whichever button a row has', async ({ visit }) => {
  const page = await visit();
  await bringIntoLine(page);
  const verified = page.getByRole('columnheader', { name: 'Verified' });
  const next = page
    .getByRole('row', { name: /agencies/ })
    .locator('.actions .button')
    .first();
  await expect(next).toBeVisible();
  const before = (await verified.boundingBox())?.x;
  await next.evaluate((button) => (button.textContent = 'Compare all'));
  expect((await verified.boundingBox())?.x).toBe(before);
});
