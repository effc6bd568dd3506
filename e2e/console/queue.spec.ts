import type { Page } from '@playwright/test';
import { insertJobs } from '../../bench/queue-jobs';
import { changesOf } from './changes-of';
import { expect, test } from './fixtures';

test.use({ apart: 'queue' });

const rows = (page: Page) => page.getByRole('grid', { name: 'Jobs' }).getByRole('row');

test('the queue is followed at its top, also after it was read far down, until it is paused', async ({
  visit,
  servers,
}) => {
  await servers.system.query(insertJobs(0, 900));
  const page = await visit('/queue');
  const grid = page.getByRole('grid', { name: 'Jobs' });
  await expect(rows(page).nth(1)).toContainText('900');
  await grid.focus();
  // Each page is read once the one before is near its end.
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(grid.locator('[aria-rowindex="501"]')).toBeVisible({ timeout: 300 });
  }).toPass();
  await expect(page.getByRole('button', { name: 'Follows at the top' })).toBeVisible();
  await page.keyboard.press('Home');
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible();
  await servers.system.query(insertJobs(900, 1));
  await expect(rows(page).nth(1)).toContainText('901', { timeout: 8000 });

  await page.getByRole('button', { name: 'Following' }).click();
  await servers.system.query(insertJobs(901, 1));
  // What is counted goes on, so that somebody who paused sees that there is more.
  await expect(page.getByRole('heading', { level: 1 })).toContainText('902', { timeout: 8000 });
  await expect(rows(page).nth(1)).toContainText('901');
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await expect(rows(page).nth(1)).toContainText('902', { timeout: 8000 });
});

test('the address of the alerts, to which notices and the tray lead, opens them', async ({ visit }) => {
  const page = await visit('/alerts');
  await expect(page.getByRole('dialog', { name: 'Alerts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
});

test('a mark in a name or value that reorders what is read is shown by its number, wherever it stands', async ({
  visit,
  servers,
}) => {
  await servers.system.query('TRUNCATE astro_sync.job_queue');
  await servers.system.query(changesOf(3000, 1, `now() - interval '10 minutes'`));
  await servers.system.query(
    String.raw`UPDATE astro_sync.job_queue SET last_error = E'lo\u202Ets', note = E'no\u202Ete', data = jsonb_set(jsonb_set(data,
      '{origin}', data -> 'origin' || jsonb_build_object('application', E'app\u202Eerevres', 'actor', E'ac\u2066tor')),
      '{after}', jsonb_build_object(E'st\u202Eatus', E'val\u202Eue'))`,
  );
  const page = await visit('/queue');
  const main = page.getByRole('main');
  const reordering = /[\u202a-\u202e\u2066-\u2069]/u;
  await expect(main).toContainText('app⟨U+202E⟩erevres');
  await expect(main).not.toContainText(reordering);
  await rows(page).nth(1).click();
  const drawer = page.getByRole('complementary', { name: 'Detail' });
  for (const shown of ['ac⟨U+2066⟩tor', 'no⟨U+202E⟩te', 'st⟨U+202E⟩atus', 'val⟨U+202E⟩ue', 'lo⟨U+202E⟩ts'])
    await expect(drawer).toContainText(shown);
  await expect(page.locator('body')).not.toContainText(reordering);
  for (const place of ['/origins', '/overview']) {
    await page.goto(page.url().replace(/#.*/u, `#${place}`));
    await expect(main).toContainText('app⟨U+202E⟩erevres');
    await expect(main).not.toContainText(reordering);
  }
  await servers.system.query('TRUNCATE astro_sync.job_queue');
});

test('what an origin did not say is a filter too', async ({ visit, servers }) => {
  const anonymous = insertJobs(2000, 3).replace(/'actor', CASE .* END,/u, "'actor', NULL,");
  await servers.system.query(anonymous);
  const page = await visit('/queue?actor=(none)');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('3 match');
});

test('what is clicked in Origins is what the queue finds: a line, an application, a bar and a part of it', async ({
  visit,
  servers,
}) => {
  await servers.system.query('TRUNCATE astro_sync.job_queue');
  await servers.system.query(changesOf(5000, 60, `now() - interval '40 minutes'`));
  await servers.system.query(changesOf(5060, 12, `now() - interval '20 minutes'`));
  // The same person by another role is another line; what a full run found is nobody's change.
  await servers.system.query(
    changesOf(5072, 7, `now() - interval '20 minutes'`).replace("'booking', 'client'", "'dba', 'client'"),
  );
  await servers.system.query(
    changesOf(5079, 5, `now() - interval '20 minutes'`).replace(
      "'018f3c1e-0000-7000-8000-000000000000', i::text",
      `gen_random_uuid(), 'retry'`,
    ),
  );
  const page = await visit('/origins');
  const found = page.getByRole('heading', { level: 1 });
  const matches = (number: string | undefined): Promise<void> =>
    expect(found).toHaveText(new RegExp(`^Queue ?${number ?? '?'} match$`));
  await expect(page.getByText('79 changes by application')).toBeVisible();

  const lines = page.getByRole('table', { name: 'Changes by whom' }).getByRole('row');
  const byRole = lines.filter({ hasText: 'dba' }).first().getByRole('link');
  const number = /^\d+/.exec((await byRole.textContent()) ?? '')?.[0];
  await byRole.click();
  await matches(number);

  await visit('/origins');
  const legend = page.getByRole('figure').getByRole('link').first();
  const ofApplication = /\d+/.exec((await legend.getAttribute('title')) ?? '')?.[0];
  await legend.click();
  await matches(ofApplication);

  await visit('/origins');
  const chart = page.getByRole('slider');
  const told = async (): Promise<string> => (await chart.getAttribute('aria-valuetext')) ?? '';
  await chart.focus();
  await page.keyboard.press('End');
  while ((await told()).includes(' 0 changes')) await page.keyboard.press('ArrowLeft');
  expect(await told()).toContain(' 19 changes');
  await page.keyboard.press('Enter');
  await matches('19');

  await page.goBack();
  await chart.focus();
  await page.keyboard.press('End');
  while ((await told()).includes(' 0 changes')) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  const part = /(\d+) changes? of (.+)$/.exec(await told());
  await page.keyboard.press('Enter');
  await matches(part?.[1]);
  await expect(page.getByRole('textbox', { name: 'Application' })).toHaveValue(part?.[2] ?? '');

  await page.goBack();
  const plot = await page.locator('.chart .u-over').boundingBox();
  if (plot === null) throw new Error('no chart');
  const bar = page.locator('.chart__told');
  for (let x = 2; x < plot.width && !((await bar.textContent()) ?? '').includes(' 60 changes'); x += 4)
    await page.mouse.move(plot.x + x, plot.y + plot.height - 4);
  const lowest = /\((\S+) (\d+)/.exec((await bar.textContent()) ?? '');
  await page.mouse.down();
  await page.mouse.up();
  await matches(lowest?.[2]);
  await expect(page.getByRole('textbox', { name: 'Application' })).toHaveValue(lowest?.[1] ?? '');
});
