import { expect, test } from './fixtures';
import { bringIntoLine, runEnds, sync } from './steps';

test('an address that asks for a sync opens the question and starts nothing', async ({ visit, servers }) => {
  const page = await visit();
  await bringIntoLine(page);
  const runs = async (): Promise<number> => (await servers.system.query('select 1 from astro_sync.run')).rowCount ?? 0;
  const before = await runs();
  await servers.burst();
  await visit('/overview?sync=all');
  const dialog = page.getByRole('dialog', { name: 'Sync 5 datasets' });
  const button = dialog.getByRole('button', { name: /^Apply ([\d,]+) changes to 5 datasets$/ });
  await expect(button).toBeVisible();
  // Each captured change once, however many datasets read its table: the same number as in the overview.
  const [, waits = ''] = /^Apply ([\d,]+)/.exec((await button.textContent()) ?? '') ?? [];
  await expect(page.locator('.tile', { hasText: 'Changes waiting' })).toContainText(waits);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/#\/overview$/);
  expect(await runs()).toBe(before);
});

test('a sync that was asked for in one environment is not done in another that was opened meanwhile', async ({
  page,
  host,
}) => {
  const said: unknown[] = [];
  let meanwhile = false;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as { method?: string; session?: unknown };
      const isLate = meanwhile && frame.method === 'runs.start';
      if (isLate) said.push(frame.session);
      // As if another one had been opened while this was on its way.
      server.send(isLate ? JSON.stringify({ ...frame, session: '2026-01-01T00:00:00.000Z' }) : message);
    });
  });
  await host.admit(page.context());
  await page.goto(`${host.origin}/#/overview`);
  await bringIntoLine(page);
  meanwhile = true;
  await page.getByRole('button', { name: 'Sync agencies' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sync agencies' });
  await dialog.getByRole('button', { name: /^(Apply|Look)/ }).click();
  await expect(dialog.getByRole('alert')).toContainText('PROFILE_CHANGED');
  await expect(dialog.getByRole('alert')).toContainText('nothing was done');
  expect(said).toEqual([expect.stringMatching(/^\d{4}-/)]);
});

test('where a dataset wants a look first, the question leads to the preview', async ({ visit, servers }) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.system.query(
    `update astro_sync.checkpoint set gap_reason = 'made for this test' where dataset = 'agencies'`,
  );
  await visit('/overview?sync=all');
  const dialog = page.getByRole('dialog', { name: 'Sync 5 datasets' });
  await expect(dialog).toContainText('1 dataset wants a look first');
  await expect(dialog.getByRole('button', { name: /^(Apply|Look)/ })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Preview 5 datasets' }).click();
  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible({ timeout: 30_000 });
  await servers.system.query(`update astro_sync.checkpoint set gap_reason = null where dataset = 'agencies'`);
});

test('a target that lost what it had is not filled by a sync that was asked about a few changes', async ({
  visit,
  servers: { operations, cache },
}) => {
  test.setTimeout(60_000);
  const page = await visit();
  await bringIntoLine(page);
  await operations.query('update launches set mission = mission where id = 1');
  const cards = await cache.keys('launch:*');
  const own = (await cache.keys('*')).filter((key) => key.includes('astro_sync') && key.includes('launches'));
  await cache.del([...cards, ...own]);
  await sync(page, 'launches');
  await runEnds(page, 'Failed');
  await expect(page.getByText('NEEDS_FULL_RUN').first()).toBeVisible();
  expect(await cache.keys('launch:*')).toEqual([]);
  await page
    .getByRole('button', { name: /^Full run/ })
    .first()
    .click();
  await page.getByRole('button', { name: `Write ${cards.length} rows` }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Write/ })
    .click();
  await runEnds(page);
  expect(await cache.keys('launch:*')).toHaveLength(cards.length);
});

test('the sync of one dataset asks by the same rule as that of all', async ({ visit, servers }) => {
  const page = await visit();
  await bringIntoLine(page);
  const runs = async (): Promise<number> => (await servers.system.query('select 1 from astro_sync.run')).rowCount ?? 0;
  const before = await runs();
  await page.getByRole('button', { name: 'Sync agencies' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sync agencies' });
  await expect(dialog.getByRole('button', { name: /^(Apply|Look)/ })).toBeVisible();
  await page.keyboard.press('Escape');
  expect(await runs()).toBe(before);
  await page.keyboard.press('s');
  await expect(page.getByRole('dialog', { name: 'Sync 5 datasets' })).toBeVisible();
});

test('a captured column that changed its type leads to installing again and to a full run', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.operations.query('alter table launches alter column mission type varchar(300)');
  await visit('/overview');
  const row = page.getByRole('row', { name: /launches/ }).first();
  await expect(row).toContainText('Needs a full run', { timeout: 15_000 });
  await expect(row.getByRole('button', { name: 'Full run of launches' })).toBeVisible();
  await page.getByRole('button', { name: 'Install again …' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Install for/ })
    .click();
  await expect(page.getByText(/has changed since capture was installed/)).toHaveCount(0);
  await row.getByRole('button', { name: 'Full run of launches' }).click();
  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible({ timeout: 30_000 });
});
