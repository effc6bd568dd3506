import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from './fixtures';
import { checkout } from './servers';
import { syncAll } from './steps';

const folder = join(checkout, 'docs/screenshots');
const views = [
  ['overview', '/overview', 'Overview'],
  ['queue', '/queue', /^Queue/],
  ['runs', '/runs', 'Runs'],
  ['origins', '/origins?span=15m', 'Origins'],
  ['dataset', '/datasets/launches', 'launches'],
  ['check', '/check', /^Check/],
  ['environment', '/environments/new', 'Add an environment'],
  ['settings', '/settings', 'Settings'],
] as const;

// Not a test of its own: `npm run screenshots` makes the pictures of the README with it.
test.skip(process.env['SCREENSHOTS'] !== '1', 'makes docs/screenshots/');

test.use({ apart: 'pictures' });

test('pictures of every view, in both themes', async ({ visit, servers }) => {
  test.setTimeout(180_000);
  const page = await visit();
  await page.setViewportSize({ width: 1280, height: 800 });
  const picture = async (name: string): Promise<void> => {
    await expect(page.locator('.skeleton')).toHaveCount(0);
    for (const theme of ['light', 'dark'] as const) {
      // Nothing half-way: no transition, and no button under the pointer.
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.mouse.move(1, 1);
      await page.waitForTimeout(100);
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
    }
  };
  const succeeded = async (): Promise<void> => {
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Succeeded', {
      timeout: 60_000,
    });
  };

  await page.getByRole('button', { name: 'Preview all' }).click();
  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible({ timeout: 30_000 });
  await picture('preview');
  await page.getByRole('button', { name: /^Apply/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Apply/ })
    .click();
  await succeeded();
  await servers.burst();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText('Changes wait').first()).toBeVisible();
  await syncAll(page);
  await succeeded();
  await picture('run');
  await servers.burst();
  await visit('/runs?kind=run');
  for (const row of [0, 1]) await page.getByRole('checkbox').nth(row).click();
  await page.getByRole('button', { name: 'Compare 2 runs' }).click();
  await expect(page.getByRole('heading', { name: 'Durations' })).toBeVisible();
  await picture('compare');
  for (const [name, path, heading] of views) {
    await visit(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await picture(name);
  }
});
