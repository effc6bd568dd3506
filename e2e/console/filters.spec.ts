import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { insertJobs, runOf } from '../../bench/queue-jobs';
import { changesOf } from './changes-of';
import { expect, test } from './fixtures';

// What is filtered here is made here, and taken away again.
test.use({ apart: 'queue', viewport: { width: 1280, height: 1400 } });

const title = (page: Page): Locator => page.getByRole('heading', { level: 1 });
const rows = (page: Page, list: string): Locator =>
  page
    .getByRole('grid', { name: list })
    .getByRole('row')
    .filter({ hasNot: page.getByRole('columnheader') });

async function choose(page: Page, filter: string, value: string): Promise<void> {
  await page.getByRole('combobox', { name: new RegExp(`^${filter}:`) }).click();
  await page.getByRole('option', { name: value, exact: true }).click();
}

async function write(page: Page, filter: string, value: string): Promise<void> {
  const field = page.getByRole('textbox', { name: filter, exact: true });
  await field.fill(value);
  await field.press('Enter');
}

test('the queue is filtered by entity, by database, by run and by time, each and all at once', async ({
  visit,
  servers: { system },
}) => {
  // Five are of ten minutes ago, ten more of three hours ago, the others months old; a run settled every tenth.
  await system.query(changesOf(0, 5, `now() - interval '10 minutes'`));
  await system.query(changesOf(5, 10, `now() - interval '3 hours'`));
  await system.query(insertJobs(15, 45));
  await system.query(
    `update astro_sync.job_queue set status = 'completed', run_id = (${runOf('4711')})::uuid where entity_id % 10 = 0`,
  );
  const run = (await system.query<{ id: string }>(`select ${runOf('4711')} as id`)).rows[0]!.id;
  const page = await visit('/queue');
  await expect(title(page)).toHaveText('Queue60 jobs');
  const found = async (count: number): Promise<void> => {
    await expect(title(page)).toHaveText(`Queue${String(count)} match`);
    await expect(rows(page, 'Jobs')).toHaveCount(count);
  };
  const clear = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect(title(page)).toHaveText('Queue60 jobs');
    for (const name of ['Entity key', 'Run']) await expect(page.getByRole('textbox', { name })).toHaveValue('');
  };

  await write(page, 'Entity key', '17');
  await found(1);
  await expect(rows(page, 'Jobs')).toContainText('17');
  await clear();
  await choose(page, 'Database', 'system');
  await found(24);
  await expect(rows(page, 'Jobs').filter({ hasNotText: 'system' })).toHaveCount(0);
  await clear();
  await write(page, 'Run', run);
  await found(6);
  await expect(rows(page, 'Jobs').filter({ hasNotText: 'Completed' })).toHaveCount(0);
  await clear();
  // As the page itself shows it; retry and skip mean the same jobs.
  const short = run.slice(0, 13);
  await system.query(
    `insert into astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, ended_at)
     values ($1, 'run', 'auto', 'partial', 'ada', 'e2e', 1, 'e2e', 'demo', now())`,
    [run],
  );
  await system.query(`update astro_sync.job_queue set status = 'failed' where entity_id in (10, 20)`);
  await write(page, 'Run', short);
  await found(6);
  await page.getByRole('button', { name: 'What to do with all that match' }).click();
  await page.getByRole('menuitem', { name: /^Retry all that match/ }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Retry 2 jobs' })).toBeEnabled();
  await page.keyboard.press('Escape');
  await system.query(`update astro_sync.job_queue set status = 'completed' where entity_id in (10, 20)`);
  await system.query(`delete from astro_sync.run where application = 'e2e'`);
  await clear();
  await choose(page, 'Changed', 'Last 15 minutes');
  await found(5);
  await choose(page, 'Changed', 'Last 24 hours');
  await found(15);
  // 10 and 15 have a 0 or a 5 at their end: of those only 10 was settled, and both are of operations.
  await choose(page, 'Database', 'operations');
  await found(11);
  await write(page, 'Run', run);
  await found(1);
  await expect(rows(page, 'Jobs')).toContainText('3 h ago');
  await expect(page).toHaveURL(/since=24h/);
  await system.query('truncate astro_sync.job_queue restart identity');
});

test('a word is filtered by as it is typed, without Enter, and Escape gives back what was there', async ({
  visit,
  servers: { system },
}) => {
  await system.query(changesOf(0, 20, `now() - interval '10 minutes'`));
  await system.query(
    `update astro_sync.job_queue set entity_key = '{"line": "1", "order_id": "300"}' where entity_id = 7`,
  );
  const page = await visit('/queue');
  const number = async (words: string): Promise<void> => expect(title(page)).toHaveText(`Queue${words}`);
  await number('20 jobs');
  const entity = page.getByRole('textbox', { name: 'Entity key', exact: true });
  await entity.pressSequentially('17', { delay: 50 });
  await number('1 match');
  await expect(entity).toBeFocused();
  await expect(page).toHaveURL(/entity=17/);
  await entity.press('Escape');
  await number('20 jobs');
  await expect(entity).toHaveValue('');
  await expect(entity).toBeFocused();
  // A key of several columns, as the list shows it and as the terminal does.
  const dataset = (
    await system.query<{ dataset: string }>(`select dataset from astro_sync.job_queue where entity_id = 7`)
  ).rows[0]!.dataset;
  await system.query(`delete from astro_sync.job_queue where dataset = $1 and entity_id <> 7`, [dataset]);
  for (const text of ['1 · 300', 'order_id=300, line=1']) {
    await entity.fill(text);
    await number('1 match');
    await expect(rows(page, 'Jobs')).toHaveCount(1);
  }
  await entity.fill('');
  const application = page.getByRole('textbox', { name: 'Application', exact: true });
  await application.pressSequentially('boo', { delay: 50 });
  await expect(page.getByText('Names are matched whole, capitals too: application "boo" is meant')).toBeVisible();
  // Of a run nothing is asked before it can be one.
  await application.fill('');
  const run = page.getByRole('textbox', { name: 'Run', exact: true });
  const asked: string[] = [];
  page.on('framenavigated', (frame) => asked.push(/run=(\w*)/.exec(frame.url())?.[1] ?? ''));
  // Slower than what a word waits for until it is asked.
  await run.pressSequentially('037680', { delay: 600 });
  await expect(page.getByText('There is no run 037680')).toBeVisible();
  expect(asked.filter((text) => text !== '')).toEqual(['037680']);
  await system.query('truncate astro_sync.job_queue restart identity');
});

/** Runs of the last four hours, a minute apart: of two operators by turns, in three modes, one in four of them failed. */
const insertRuns = `
  with made as (
    insert into astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, ended_at)
    select (${runOf('i')})::uuid, 'run', (array['auto', 'incremental', 'full'])[1 + i % 3],
      case when i % 4 = 0 then 'failed' else 'succeeded' end, (array['ada', 'bert'])[1 + i % 2], 'e2e', 1, 'e2e', 'demo',
      now() - i * interval '1 minute', now() - i * interval '1 minute' + interval '1 second'
    from generate_series(1, 240) i returning id
  ) insert into astro_sync.run_dataset (run_id, dataset, position, mode, status) select id, 'agencies', 0, 'full', 'succeeded' from made`;

test('runs are filtered by operator, mode and time, read page by page, and exported as they are filtered', async ({
  visit,
  servers: { system },
}) => {
  await system.query(insertRuns);
  const page = await visit('/runs');
  const list = page.getByRole('grid', { name: 'Runs' });
  await expect(rows(page, 'Runs').first()).toBeVisible();
  // A hundred are read at first, and more where the last ones come near.
  await list.focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(list.locator('[aria-rowindex="241"]')).toContainText('4 h ago', { timeout: 300 });
  }).toPass();
  await expect(list.locator('[aria-rowindex="242"]')).toHaveCount(0);

  await write(page, 'Operator', 'bert');
  await expect(rows(page, 'Runs').first()).toBeVisible();
  await expect(rows(page, 'Runs').filter({ hasNotText: 'bert' })).toHaveCount(0);
  expect(await exported(page)).toEqual(await ids(`operator = 'bert'`));
  await choose(page, 'Mode', 'incremental');
  await expect(rows(page, 'Runs').filter({ hasNotText: /bert/ })).toHaveCount(0);
  await expect(rows(page, 'Runs').filter({ hasNotText: 'run, incremental' })).toHaveCount(0);
  await choose(page, 'Time', 'Last hour');
  const shown = await ids(`operator = 'bert' and mode = 'incremental' and started_at >= now() - interval '1 hour'`);
  expect(shown).toHaveLength(10);
  await expect(rows(page, 'Runs')).toHaveCount(10);
  await expect(rows(page, 'Runs').getByRole('checkbox')).toHaveCount(10);
  expect(await exported(page)).toEqual(shown);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(rows(page, 'Runs').filter({ hasText: 'ada' }).first()).toBeVisible();
  await system.query(`delete from astro_sync.run where application = 'e2e'`);

  async function ids(condition: string): Promise<string[]> {
    const found = await system.query<{ id: string }>(
      `select id::text from astro_sync.run where ${condition} order by started_at desc`,
    );
    return found.rows.map(({ id }) => id);
  }
});

/** The ids of the runs that the page exports. */
async function exported(page: Page): Promise<string[]> {
  await page.getByRole('button', { name: 'Export what is shown' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'As JSON' }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  return (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
}
