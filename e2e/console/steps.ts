import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import type { Servers } from './servers';

/** The heading of a run says that it has ended so. */
export async function runEnds(
  page: Page,
  status: 'Succeeded' | 'Partial' | 'Failed' | 'Cancelled' = 'Succeeded',
): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText(status, { timeout: 60_000 });
}

/** From the overview: a preview of all that is out of line is applied, where a dataset was never synced or has a gap. */
export async function bringIntoLine(page: Page): Promise<void> {
  await expect(page.getByRole('row', { name: /agencies/ })).toBeVisible();
  if ((await page.getByText(/^(Never synced|Needs a full run)$/).count()) === 0) return;
  await page.getByRole('button', { name: 'Preview all' }).click();
  await page.getByRole('button', { name: /^(Write [\d,]+ rows?|Confirm as in line)/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Write|Confirm)/ })
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

/** One traveler gets an address that OperationsDB refuses by a constraint of that name; the next sync of travelers is partial. */
export async function refuseOne({ operations, system }: Servers, constraint: string): Promise<void> {
  const email = `${constraint}@example.test`;
  await operations.query(`alter table travelers add constraint ${constraint} check (contact_email <> '${email}')`);
  await system.query(`update users set email = '${email}' where id = (select max(user_id) from (
    select id as user_id from users where role = 'traveler') travelers)`);
}

/** All is in line but one traveler, whom OperationsDB refused by a constraint of that name: the page is at the run that tells of it. */
export async function failOne(page: Page, servers: Servers, constraint: string): Promise<void> {
  await bringIntoLine(page);
  await refuseOne(servers, constraint);
  await sync(page, 'travelers');
  await runEnds(page, 'Partial');
}
