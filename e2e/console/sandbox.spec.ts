import { expect, listenFor, test as base } from './fixtures';
import type { Host } from './host';
import { startHost } from './host';
import { runEnds } from './steps';

const test = base.extend<{ readonly alone: Host }>({
  alone: [
    async ({ browserName: _browser }, use) => {
      const host = await startHost([]);
      await use(host);
      await host.stop();
    },
    { timeout: 30_000 },
  ],
});

test('from the first page a sandbox is opened and brought into line in less than a minute', async ({ page, alone }) => {
  // All of it: servers, data, capture, preview and run.
  test.setTimeout(60_000);
  const complaints = listenFor(page);
  await alone.admit(page.context());
  await page.goto(alone.origin);
  await page.getByRole('button', { name: 'Open the sandbox' }).click();
  await expect(page.getByText('This is the sandbox.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('row', { name: /travelers/ })).toContainText('Never synced');
  await page.getByRole('button', { name: 'Preview all' }).click();
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: /^Write [\d,]+ rows/ }).click({ timeout: 60_000 });
  await dialog.getByRole('button', { name: /^Write [\d,]+ rows/ }).click();
  await runEnds(page);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText('In line', { exact: true })).toHaveCount(5);
  await expect(page.locator('.tile', { hasText: 'Datasets in line' })).toContainText('all of them');
  expect(complaints).toEqual([]);
});
