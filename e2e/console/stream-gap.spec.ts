import { expect, expectAccessible, test } from './fixtures';
import { startHost } from './host';
import { definitions } from './servers';
import { bringIntoLine, runEnds, sync } from './steps';

const stream = 'astro_sync:changes';

test('entries of a stream that were lost are told, and taken note of in the page, not through a read-only environment', async ({
  visit,
  servers,
  browser,
}) => {
  test.setTimeout(90_000);
  const page = await visit();
  await bringIntoLine(page);
  await sync(page, 'bookings-in');
  await runEnds(page);
  await servers.cache.xadd(stream, '*', 'entity', 'booking', 'key', '1', 'op', 'update', 'values', '{}');
  await servers.cache.xtrim(stream, 'MAXLEN', 0);
  await servers.cache.xadd(stream, '*', 'entity', 'nothing', 'key', '1', 'op', 'update', 'values', '{}');
  await visit('/overview');
  await sync(page, 'bookings-in');
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText(/Partial|Failed/, {
    timeout: 30_000,
  });
  await page.getByRole('link', { name: 'Overview' }).click();
  const row = page.getByRole('row', { name: /bookings-in/ });
  await expect(row).toContainText('Entries lost');

  const watching = await startHost([
    '-e',
    await servers.environmentFile('orbit-look', 'staging', true),
    '-d',
    definitions,
  ]);
  const context = await browser.newContext();
  try {
    await watching.admit(context);
    const other = await context.newPage();
    await other.goto(`${watching.origin}/#/overview`);
    await expect(other.getByRole('button', { name: 'Take note of the gap of bookings-in' })).toBeDisabled();
  } finally {
    await context.close();
    await watching.stop();
  }

  await row.getByRole('button', { name: 'Take note of the gap of bookings-in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Lost entries of bookings-in' });
  await expect(dialog).toContainText('lost');
  await expectAccessible(page, 'question before a gap is noted');
  await dialog.getByRole('button', { name: 'Take note of the gap of bookings-in' }).click();
  await expect(row).not.toContainText('Entries lost');
});
