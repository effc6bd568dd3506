import { expect, test } from './fixtures';
import { bringIntoLine } from './steps';

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
