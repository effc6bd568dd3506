import type { Locator, Page } from '@playwright/test';
import pg from 'pg';
import { expect, expectAccessible, test } from './fixtures';
import type { Servers } from './servers';
import { bringIntoLine, runEnds, sync } from './steps';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });
const dialog = (page: Page): Locator => page.getByRole('dialog');
const apply = (page: Page): Promise<void> =>
  dialog(page)
    .getByRole('button', { name: /^(Apply|Look)/ })
    .click();
/** The panel of examples of one dataset. */
const samples = (page: Page, dataset: string): Locator =>
  page.locator('.panel', {
    has: page.getByRole('heading', { name: new RegExp(`^${dataset} (one row as an example|\\d+ rows as examples)$`) }),
  });

/** One launch has another mission and one traveler another address, one traveler is new, three cancelled bookings are gone. */
async function changeALittle({ operations, system }: Servers) {
  const only = async (answer: Promise<{ readonly rows: readonly { readonly id: string }[] }>): Promise<string[]> =>
    (await answer).rows.map(({ id }) => id);
  const gone = await only(
    operations.query(`delete from bookings
      where id in (select id from bookings where status = 'canceled' order by id desc limit 3) returning id::text`),
  );
  const [launch] = await only(
    operations.query(`update launches set mission = 'Plain view' where id = (select max(id) from launches)
      returning id::text`),
  );
  const [moved] = await only(
    system.query(`update users set email = 'hidden.address@example.test'
      where id = (select min(id) from users where role = 'traveler') returning id::text`),
  );
  const [born] = await only(
    system.query(`insert into users (name, email, password_hash, role)
      values ('New', 'hidden.too@example.test', '-', 'traveler') returning id::text`),
  );
  return { gone, launch: launch!, moved: moved!, born: born! };
}

/** The last run was one of a thousand rows, each of which took a second. */
async function slowRun({ system }: Servers): Promise<string> {
  await system.query(
    `update astro_sync.run set started_at = started_at - interval '1 hour', ended_at = ended_at - interval '1 hour'`,
  );
  const { rows } = await system.query<{ id: string }>(
    `with made as (
       insert into astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, ended_at)
       values (gen_random_uuid(), 'run', 'full', 'succeeded', 'slow', 'e2e', 1, 'e2e', 'sandbox',
         now() - interval '1001 seconds', now()) returning id
     ), its as (
       insert into astro_sync.run_dataset (run_id, dataset, position, mode, status, counts)
       select id, 'launches', 0, 'full', 'succeeded', '{"planned": 1000, "inserted": 1000}' from made
     ) select left(id::text, 8) as id from made`,
  );
  return rows[0]!.id;
}

test('a preview tells what would change down to the field, how long it takes, and does just that', async ({
  visit,
  servers,
}) => {
  test.setTimeout(150_000);
  const page = await visit();
  await bringIntoLine(page);
  // Whatever others left to be synced.
  await sync(page, 'all');
  await runEnds(page);
  const { gone, launch, moved, born } = await changeALittle(servers);
  const pace = await slowRun(servers);
  await visit();
  await button(page, 'Preview all').click();

  const counts = page.locator('.panel', { hasText: 'What would change' });
  const numbers = (dataset: string): Locator => counts.getByRole('row', { name: dataset }).locator('.plan-number');
  await expect(numbers('bookings incremental')).toHaveText(['0', '0', '3', '0', '0']);
  await expect(numbers('launches')).toHaveText(['0', '1', '0', '0', /^\d$/]);
  await expect(numbers('travelers')).toHaveText(['1', '1', '0', '0', '0']);
  await expect(counts.getByRole('row', { name: /^All / })).toContainText(/^All1230\d/);
  await expect(page.getByText(`About 7.0 s, at the pace of`)).toContainText(pace);

  // Deletes are a word and a number, and come first.
  const deletes = samples(page, 'bookings').getByRole('button', { name: /^delete \d+/ });
  await expect(deletes).toHaveCount(3);
  for (const id of gone) await expect(deletes.filter({ hasText: id })).toHaveCount(1);
  const mission = samples(page, 'launches').getByRole('row', { name: /^changed: mission / });
  await expect(mission.getByRole('cell').last()).toHaveText('Plain view');
  await expect(mission.getByRole('cell').first()).not.toHaveText(/Plain view|–|^$/);
  await expect(samples(page, 'launches').getByRole('columnheader')).toHaveText([
    'Field',
    'Target now',
    'After the run',
  ]);
  await expect(samples(page, 'launches').getByRole('button', { name: `update ${launch} mission, slug` })).toBeVisible();
  // That a masked column differs is told, not from what to what.
  const address = samples(page, 'travelers').getByRole('row', { name: 'changed: contact_email' });
  await expect(address.getByRole('cell')).toHaveText(['•••', '•••']);
  await expect(samples(page, 'travelers').getByRole('button', { name: `update ${moved} contact_email` })).toBeVisible();
  await samples(page, 'travelers')
    .getByRole('button', { name: `insert ${born}` })
    .click();
  await expect(page.getByRole('main')).not.toContainText('hidden.');
  await expectAccessible(page, 'plan with samples');

  await button(page, 'Write 3 rows and delete 3 rows').click();
  await expect(dialog(page)).toContainText('In 3 datasets: 1 insert, 2 updates, 3 deletes.');
  await dialog(page).getByRole('button', { name: 'Write 3 rows and delete 3 rows' }).click();
  await runEnds(page);
  for (const id of gone) expect(await servers.cache.exists(`booking:${id}`)).toBe(0);
  expect(await servers.cache.hget(`launch:${launch}`, 'mission')).toBe('Plain view');
});

test('where nothing differs, a first full run can be confirmed, and the dataset counts as in line from then on', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.system.query(`delete from astro_sync.checkpoint where dataset = 'agencies'`);
  await visit();
  const row = page.getByRole('row', { name: /^Select agencies/ });
  await expect(row).toContainText('Never synced');
  await row.getByRole('button', { name: 'Preview agencies' }).click();
  await expect(page.getByRole('row', { name: /^agencies full never synced/ })).toBeVisible();
  await button(page, 'Confirm as in line').click();
  await expect(dialog(page)).toContainText('No row differs, so none is written.');
  await dialog(page).getByRole('button', { name: 'Confirm as in line' }).click();
  await runEnds(page);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(row).toContainText('In line');

  // From then on there is nothing to be confirmed.
  await button(page, 'More about agencies').click();
  await page.getByRole('menuitem', { name: 'Preview', exact: true }).click();
  await expect(button(page, 'Nothing to apply')).toBeDisabled();
  await expect(page.getByRole('row', { name: /^agencies incremental/ })).toBeVisible();
});

test('what cannot be done is told with the reason and the next step: by the preview, which is applied without it, and by the run that failed', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.system.query(
    `insert into users (name, email, password_hash, role) values ('Whole', 'whole@example.test', '-', 'traveler')`,
  );
  await servers.operations.query('alter table agencies rename column contact_info to contact_line');
  try {
    await button(page, 'Preview all').click();
    const panel = page.locator('.panel', { hasText: '1 dataset cannot be brought into line like this' });
    await expect(panel.getByRole('listitem')).toContainText('agencies');
    await expect(panel).toContainText('there is no column "contact_info" in target "agencies"');
    await expect(panel).toContainText('Next step: Did you mean contact_line?');
    await expect(panel.getByText('COLUMN_MISSING')).toBeVisible();
    await expect(page.getByText('it can be applied for an hour')).toBeVisible();
    await button(page, 'Write 1 row without agencies').click();
    await expect(dialog(page)).toContainText('In 1 dataset: 1 insert, 0 updates, 0 deletes.');
    await expect(dialog(page)).toContainText('Left out, since it could not be counted: agencies');
    await expectAccessible(page, 'plan without a dataset');
    await dialog(page).getByRole('button', { name: 'Write 1 row without agencies' }).click();
    await runEnds(page);
    await expect(page.getByRole('row', { name: /^travelers/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /^agencies/ })).toHaveCount(0);

    await visit('/overview?sync=agencies');
    await apply(page);
    await runEnds(page, 'Failed');
    const why = page.getByRole('alert').filter({ hasText: 'Why it ended' });
    await expect(why.locator('code')).toHaveText('COLUMN_MISSING');
    await expect(why).toContainText('there is no column "contact_info" in target "agencies"');
    await expect(why).toContainText('Next step: Did you mean contact_line?');
  } finally {
    await servers.operations.query('alter table agencies rename column contact_line to contact_info');
  }
});

test('how many changes wait and how many rows they come to is said in the same words everywhere', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  await sync(page, 'all');
  await runEnds(page);
  for (const email of ['first', 'second', 'third'])
    await servers.system.query(
      `update users set email = $1 || id || '@example.test' where id in (
         select id from users where role = 'traveler' order by id limit 2)`,
      [email],
    );
  await servers.system.query(
    `update users set email = email || 'x' where id = (select max(id) from users where role = 'traveler');
     update users set email = rtrim(email, 'x') where id = (select max(id) from users where role = 'traveler')`,
  );
  await visit();
  const tile = page.locator('.tile', { hasText: 'Changes waiting' });
  await expect(tile).toContainText('Changes waiting8captured, not yet in the queue', { timeout: 15_000 });
  await button(page, 'Sync all').click();
  await expect(dialog(page)).toContainText(
    '8 changes wait, captured and not yet in the queue. Several changes of one row come to one row, and',
  );
  await page.keyboard.press('Escape');

  await button(page, 'Preview all').click();
  // Two datasets read this table.
  const words =
    '16 changes (one for each dataset that it concerns) come to 6 rows: 2 updates, 1 equal already, 3 on neither side';
  await expect(page.locator('.panel', { hasText: 'What would change' })).toContainText(words);
  await expect(button(page, 'Write 2 rows')).toBeVisible();

  // Now they are in the queue, and their rows are known.
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(tile).toContainText('Changes waiting16of 6 rows, oldest', { timeout: 15_000 });
  await expect(page.getByRole('row', { name: /^Select travelers / })).toContainText('8of 3 rows');
  await button(page, 'Sync travelers').click();
  await expect(dialog(page)).toContainText(
    '8 changes wait, of 3 rows. The run writes each of these rows once, where it differs by then.',
  );
  await dialog(page).getByRole('button', { name: 'Apply 8 changes to 1 dataset' }).click();
  await runEnds(page);
  // Those that concern the other one, for the specs that come after this.
  await page.getByRole('link', { name: 'Overview' }).click();
  await sync(page, 'all');
  await runEnds(page);
});

test('a preview that is being counted can be stopped, and says that it was', async ({ visit, servers }) => {
  const page = await visit('/datasets/agencies');
  const holder = new pg.Client({ connectionString: servers.postgres.url('operations') });
  await holder.connect();
  try {
    await holder.query('begin; lock table agencies in access exclusive mode');
    await button(page, 'Preview').click();
    await expect(page.getByRole('heading', { name: 'Counting what would change' })).toBeVisible();
    await expect(page.getByRole('row', { name: /^agencies/ })).toBeVisible();
    await button(page, 'Stop counting').click();
    // The lock is still held.
    await expect(page.getByRole('heading', { name: 'Counting was stopped' })).toBeVisible();
    await holder.query('rollback');
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.getByText('cannot be brought into line')).toHaveCount(0);
    await button(page, 'Count again').click();
    await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible();
    await expect(button(page, 'Stop counting')).toHaveCount(0);
  } finally {
    await holder.end();
  }
});

test('two of five datasets that are selected are synced, and no other', async ({ visit, servers }) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.system.query(
    `update users set name = name || ' & Co' where id = (select max(id) from users where role = 'agency');
     update users set email = 'chosen.' || email where id = (select max(id) from users where role = 'traveler')`,
  );
  await servers.operations.query(`update launches set mission = 'Not chosen' where id = 1`);
  await visit();
  const row = (name: string): Locator => page.getByRole('row', { name: new RegExp(`^Select ${name} `) });
  await expect(row('launches')).toContainText('Changes wait', { timeout: 15_000 });
  for (const name of ['agencies', 'travelers']) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
  await button(page, 'Sync 2 selected').click();
  await expect(page.getByRole('dialog', { name: 'Sync 2 datasets' })).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Apply 2 changes to 2 datasets' })).toBeVisible();
  await apply(page);
  await runEnds(page);
  await expect(page.getByRole('row', { name: /^(agencies|travelers) / })).toHaveCount(2);
  const id = /[0-9a-f-]{36}/.exec(page.url())?.[0];
  const { rows } = await servers.system.query<{ names: string }>(
    `select string_agg(dataset, ' ' order by dataset) as names from astro_sync.run_dataset where run_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ names: 'agencies travelers' }]);
  expect(await servers.cache.hget('launch:1', 'mission')).not.toBe('Not chosen');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(row('agencies')).toContainText('In line');
  await expect(row('launches')).toContainText('Changes wait');
});
