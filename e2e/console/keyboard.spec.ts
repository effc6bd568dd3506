import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { bringIntoLine } from './steps';

/** Goes there by the Tab key alone. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let steps = 0; steps < 80; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The Tab key does not lead there');
}

test('an environment is added and edited by the keyboard alone', async ({ visit }) => {
  const page = await visit();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await tabTo(page, page.getByRole('button', { name: 'Add an environment' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel('Name', { exact: true }));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('by-keys');
  await tabTo(page, page.getByRole('combobox', { name: 'Level' }));
  await page.keyboard.press('Enter');
  // The list takes keys once one of its options has the focus.
  await expect(page.getByRole('option', { selected: true })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'staging' })).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Save' }));
  await page.keyboard.press('Enter');
  const row = page.getByRole('listitem').filter({ hasText: 'by-keys' });
  await expect(row).toContainText('staging');

  await tabTo(page, row.getByRole('button', { name: 'More about by-keys' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('by-keys');
  await tabTo(page, page.getByLabel('Name', { exact: true }));
  await page.keyboard.press('End');
  await page.keyboard.type('-2');
  await tabTo(page, page.getByRole('button', { name: 'Save' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listitem').filter({ hasText: 'by-keys-2' })).toBeVisible();
});

test('the queue is read, a sync asked for and left, and the palette used by the keyboard alone', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  const link = page.getByRole('main').getByRole('link', { name: 'travelers', exact: true });
  await link.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('travelers');
  // What had the focus is gone with its view.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.goBack();
  await servers.burst();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Sync 5 datasets' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Command palette' })).toBeFocused();
  await page.keyboard.type('queue of bookings');
  await expect(page.getByRole('option', { selected: true })).toContainText('Queue of bookings');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/queue\?dataset=bookings/);
  const grid = page.getByRole('grid', { name: 'Jobs' });
  await expect(grid.getByRole('gridcell', { name: 'Completed' }).first()).toBeVisible();
  await tabTo(page, grid);
  for (const key of ['End', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
  const detail = page.getByRole('complementary', { name: 'Detail' });
  await expect(detail).toContainText('Who changed it');
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
  await expect(grid).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('travelers 105');
  await expect(page.getByRole('option', { selected: true })).toContainText('travelers 105');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/entity\/travelers\/105$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sync agencies');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Sync / })).toContainText('agencies');
});
