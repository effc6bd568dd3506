import type { Page } from '@playwright/test';
import { insertJobs } from '../../bench/queue-jobs';
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

test('what an origin did not say is a filter too', async ({ visit, servers }) => {
  const anonymous = insertJobs(2000, 3).replace(/'actor', CASE .* END,/u, "'actor', NULL,");
  await servers.system.query(anonymous);
  const page = await visit('/queue?actor=(none)');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('3 match');
});
