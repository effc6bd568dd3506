import { expect, test as base } from '@playwright/test';
import { expectAccessible, listenFor } from './fixtures';
import type { Host } from './host';
import { startHost } from './host';

const test = base.extend<object, { readonly alone: Host }>({
  alone: [
    async ({ browserName: _browser }, use) => {
      const host = await startHost([]);
      await use(host);
      await host.stop();
    },
    { scope: 'worker' },
  ],
});

test('a first run offers the sandbox, an environment of your own, and an import', async ({ page, alone }) => {
  const complaints = listenFor(page);
  await alone.admit(page.context());
  await page.goto(alone.origin);
  await expect(page.getByRole('button', { name: 'Open the sandbox' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import a file' })).toBeVisible();
  await expectAccessible(page, 'first run');

  await page.getByRole('button', { name: 'Add an environment' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Name', { exact: true }).fill('orbit');
  // Nobody listens there: every hop is told, the one that fails by name.
  for (const port of await page.getByLabel('Port', { exact: true }).all()) await port.fill('1');
  for (const password of await page.getByLabel('Typed password').all()) await password.fill('not the password');
  await page.getByRole('button', { name: 'Test connection' }).click();
  const result = page.getByRole('status', { name: 'Result of the test' });
  await expect(result).toContainText('operations', { timeout: 15_000 });
  await expectAccessible(page, 'form that was tested');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('list', { name: 'Saved environments' })).toContainText('orbit');
  await expectAccessible(page, 'saved environments');
  expect(complaints).toEqual([]);
});

test('a link from outside waits until its environment is open', async ({ page, alone }) => {
  await alone.admit(page.context());
  await page.goto(`${alone.origin}/#/runs/018f3c1e-0000-7000-8000-000000000000`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Environments');
  await expect(page.getByText('Open the one that it belongs to, and the view follows.')).toBeVisible();
});
