import { expect, test } from './fixtures';
import { failOne, runEnds } from './steps';

test('failed rows of a dataset that needs a full run lead to that, not to a retry that is refused', async ({
  visit,
  servers,
}) => {
  test.setTimeout(120_000);
  const page = await visit();
  await failOne(page, servers, 'no_second_try');
  await expect(page.getByRole('button', { name: 'Retry 1 failed row' })).toBeVisible();
  await servers.operations.query('alter table travelers drop constraint no_second_try');
  await servers.system.query(
    `update astro_sync.checkpoint set gap_reason = 'made for this test' where dataset = 'travelers'`,
  );
  await page.reload();
  await expect(page.getByRole('button', { name: /^Retry/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Full run with 1 failed row …' }).click();
  await page.getByRole('button', { name: /^Write/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Write/ })
    .click();
  await runEnds(page);
  await expect(page.getByRole('button', { name: /^(Retry|Full run)/ })).toHaveCount(0);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('row', { name: /travelers/ }).first()).toContainText('In line');
});
