import { expect, expectAccessible, test } from './fixtures';
import { bringIntoLine, failOne, runEnds } from './steps';

test.use({ apart: 'not-queued' });

test('changes that are captured and not yet in the queue are told there, with the preview that brings them', async ({
  visit,
  servers,
}) => {
  test.setTimeout(120_000);
  const page = await visit();
  await bringIntoLine(page);
  await servers.operations.query(`update launches set mission = mission || ' again' where id between 1 and 6`);
  const tile = page.getByRole('link', { name: /^Changes waiting/ });
  await expect(tile).toContainText('captured, not yet in the queue');
  await tile.click();
  const words = /^\d+ changes are captured and not yet in the queue/;
  await expect(page.getByRole('heading', { name: words })).toBeVisible();
  await expectAccessible(page, 'queue whose changes are captured only');
  await page.getByRole('combobox', { name: /^Dataset:/ }).click();
  await page.getByRole('option', { name: 'launches', exact: true }).click();
  await page.getByRole('button', { name: 'Preview launches' }).click();
  await expect(page.getByRole('button', { name: /^Write [\d,]+ rows?/ })).toBeVisible();

  await servers.operations.query(`update launches set mission = mission || ' and again' where id between 1 and 2`);
  await page.getByRole('link', { name: /^Queue/ }).click();
  const jobs = page.getByRole('grid', { name: 'Jobs' }).getByRole('row');
  await expect(jobs.nth(6)).toBeVisible();
  await expect(page.getByText(/^2 changes are captured and not yet in the queue\./)).toBeVisible();
  await page.getByRole('button', { name: 'Preview all' }).click();
  await expect(page.getByRole('button', { name: /^Write [\d,]+ rows?/ })).toBeVisible();
});

test('a job that is put back tells calmly why it failed, and its dataset is synced from there', async ({
  visit,
  servers,
}) => {
  test.setTimeout(120_000);
  const page = await visit();
  await failOne(page, servers, 'no_calm');
  await servers.operations.query('alter table travelers drop constraint no_calm');
  await visit('/queue?dataset=travelers&status=failed');
  await page
    .getByRole('grid', { name: 'Jobs' })
    .getByRole('row', { name: /Failed/ })
    .first()
    .click();
  const drawer = page.getByRole('complementary', { name: 'Detail' });
  await expect(drawer.getByRole('alert')).toContainText('Why it was not applied');
  await expect(drawer.locator('.failure__code')).toHaveCount(0);
  await drawer.getByRole('button', { name: 'Retry …' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Retry \d+ jobs?$/ })
    .click();
  const sent = { name: 'Sync travelers …' };
  await expect(page.getByRole('region', { name: 'Notes' }).getByRole('link', sent)).toBeVisible();
  await expect(drawer).toContainText('Why it failed when it was last tried');
  await expect(drawer.getByRole('alert')).toHaveCount(0);
  await expect(drawer.getByRole('button', sent)).toBeVisible();
  const main = page.getByRole('main');
  await expect(main).toContainText(/\d+ jobs? of travelers (is|are) pending: the next sync applies them/);
  await expectAccessible(page, 'job that was put back');
  await drawer.getByRole('button', { name: 'Close' }).click();
  await main.getByRole('button', sent).click();
  await page
    .getByRole('dialog', { name: 'Sync travelers' })
    .getByRole('button', { name: /^Apply/ })
    .click();
  await runEnds(page);
});
