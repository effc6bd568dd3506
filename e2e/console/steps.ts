import type { Page } from '@playwright/test';
import { expect } from './fixtures';

/** The heading of a run says that it has ended so. */
export async function runEnds(page: Page, status: 'Succeeded' | 'Partial' | 'Failed' = 'Succeeded'): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText(status, { timeout: 30_000 });
}

/** From the overview: a preview of all that is out of line is applied, where a dataset was never synced or has a gap. */
export async function bringIntoLine(page: Page): Promise<void> {
  await expect(page.getByRole('row', { name: /agencies/ })).toBeVisible();
  if ((await page.getByText(/^(Never synced|Needs a full run)$/).count()) === 0) return;
  await page.getByRole('button', { name: 'Preview all' }).click();
  await page.getByRole('button', { name: /^Apply [\d,]+ changes/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Apply/ })
    .click();
  await runEnds(page);
  await page.getByRole('link', { name: 'Overview' }).click();
}

export const syncAll = (page: Page): Promise<void> => sync(page, 'all');

/** Sync of one dataset, or all, with the question before it. */
export async function sync(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Sync ${name}`, exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Apply|Look)/ })
    .click();
}
