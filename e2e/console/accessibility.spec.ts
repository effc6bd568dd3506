import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures';
import { bringIntoLine, runEnds } from './steps';

const views = [
  ['overview', '/overview', 'Overview'],
  ['queue', '/queue', /^Queue/],
  ['runs', '/runs', 'Runs'],
  ['compare', '/compare', /^Compare/],
  ['origins', '/origins?span=15m', 'Origins'],
  ['datasets', '/datasets', 'Datasets'],
  ['dataset', '/datasets/bookings', 'bookings'],
  ['check', '/check', /^Check/],
  ['environments', '/environments', 'Environments'],
  ['new environment', '/environments/new', 'Add an environment'],
  ['settings', '/settings', 'Settings'],
  ['about', '/about', 'About and support'],
  ['nowhere', '/nowhere', 'There is no such view'],
] as const;

async function looked(page: Page, what: string): Promise<void> {
  await expect(page.locator('.skeleton')).toHaveCount(0);
  await expectAccessible(page, what);
}

test('every view is accessible in both themes', async ({ page, visit }) => {
  test.setTimeout(150_000);
  for (const [name, path, heading] of views) {
    await visit(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await looked(page, name);
  }
});

test('what is opened from views is accessible in both themes', async ({ page, visit, servers }) => {
  test.setTimeout(240_000);
  await servers.burst();
  await visit();
  await page.getByRole('button', { name: 'Preview all' }).click();
  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible({ timeout: 30_000 });
  await looked(page, 'plan');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: /^Write/ }).click();
  await expect(dialog).toBeVisible();
  await looked(page, 'question before a plan is applied');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Overview' }).click();
  await bringIntoLine(page);
  await servers.burst();
  await visit('/overview?sync=all');
  await expect(dialog).toBeVisible();
  await looked(page, 'question before a sync');
  await dialog.getByRole('button', { name: /^(Apply|Look)/ }).click();
  await runEnds(page);
  for (const tab of ['Datasets', 'Row errors', 'Timeline', 'Log']) {
    await page.getByRole('tab', { name: tab }).click();
    await looked(page, `run, ${tab}`);
  }
  const run = /runs\/([^?]+)/.exec(page.url())?.[1] ?? '';
  await visit(`/compare?runs=${run},${run}`);
  await expect(page.getByRole('heading', { name: 'Durations' })).toBeVisible();
  await looked(page, 'comparison');

  await visit('/queue');
  await expect(page.getByRole('gridcell', { name: 'Completed' }).first()).toBeVisible();
  await page.getByRole('grid', { name: 'Jobs' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Detail' }).getByRole('link').first()).toBeVisible();
  await looked(page, 'job');
  await page.getByRole('link', { name: 'Explain this entity' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await looked(page, 'entity');

  await visit('/queue?status=completed');
  await page.getByRole('button', { name: 'What to do with all that match' }).click();
  await looked(page, 'menu');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox').first().click();
  await expect(page.getByRole('option').first()).toBeVisible();
  await looked(page, 'choice of datasets');
  await page.keyboard.press('Escape');
  await visit('/queue?status=skipped');
  await page.getByRole('button', { name: 'What to do with all that match' }).click();
  await page.getByRole('menuitem', { name: /^Retry all/ }).click();
  await expect(dialog).toBeVisible();
  await looked(page, 'question before jobs are retried');
  await page.keyboard.press('Escape');
  await visit('/datasets');
  await page.getByRole('button', { name: 'Discover …' }).click();
  await expect(dialog).toBeVisible();
  await looked(page, 'discover');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /^Alerts/ }).click();
  await expect(page.getByRole('dialog', { name: 'Alerts' })).toBeVisible();
  await looked(page, 'inbox');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option').first()).toBeVisible();
  await looked(page, 'palette');
  await page.keyboard.press('Escape');
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard map' })).toBeVisible();
  await looked(page, 'keyboard map');
});
