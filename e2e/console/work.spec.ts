import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { startHost } from './host';
import { definitions } from './servers';
import { bringIntoLine, refuseOne, runEnds, sync } from './steps';

async function downloaded(page: Page, choose: () => Promise<void>): Promise<string> {
  const [file] = await Promise.all<[Promise<Download>, Promise<void>]>([page.waitForEvent('download'), choose()]);
  return readFile(await file.path(), 'utf8');
}

async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a refused row raises an alert, is exported, retried with all that match, and skipped with a reason', async ({
  visit,
  servers,
}) => {
  test.setTimeout(120_000);
  const page = await visit();
  await bringIntoLine(page);
  await refuseOne(servers, 'no_grudges');
  await sync(page, 'travelers');
  await runEnds(page, 'Partial');

  await page.getByRole('button', { name: /^Alerts, \d+ unread$/ }).click();
  const inbox = page.getByRole('dialog', { name: 'Alerts' });
  await expect(inbox.getByRole('listitem').first()).toContainText('travelers');
  await inbox.getByRole('button', { name: 'Mark all as read' }).click();
  await inbox
    .getByRole('link', { name: /^Open run/ })
    .first()
    .click();
  await expect(inbox).toBeHidden();
  await runEnds(page, 'Partial');
  await expect(page.getByRole('button', { name: 'Alerts', exact: true })).toBeVisible();

  const errors = JSON.parse(
    await downloaded(page, () => choose(page, 'More about this run', 'Export row errors as JSON')),
  ) as unknown[];
  expect(errors).toHaveLength(1);
  await visit('/runs?status=partial');
  expect(await downloaded(page, () => choose(page, 'Export what is shown', 'As CSV'))).toMatch(/partial.*travelers/);
  await visit('/queue?status=failed');
  const grid = page.getByRole('grid', { name: 'Jobs' });
  await expect(grid.getByRole('gridcell', { name: 'travelers' })).toHaveCount(1);
  const menu = 'What to do with all that match';
  expect(await downloaded(page, () => choose(page, menu, 'Export as CSV'))).toContain('violates check constraint');

  await choose(page, menu, 'Retry all that match');
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 1 job' }).click();
  await expect(page.getByText('1 job put back to pending')).toBeVisible();
  await visit('/overview');
  await sync(page, 'travelers');
  await runEnds(page, 'Partial');

  await visit('/queue?status=failed');
  await expect(grid.getByRole('gridcell', { name: 'travelers' })).toHaveCount(1);
  await choose(page, menu, 'Skip all that match');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The failed jobs of all datasets.');
  const skip = dialog.getByRole('button', { name: 'Skip 1 job' });
  await expect(skip).toBeDisabled();
  await dialog.getByRole('textbox').fill('agreed with the traveler');
  await skip.click();
  await expect(page.getByRole('heading', { name: 'No job matches' })).toBeVisible();
  await visit('/queue?status=skipped&dataset=travelers');
  await grid.getByRole('gridcell', { name: 'travelers' }).first().click();
  await expect(page.getByRole('complementary', { name: 'Detail' })).toContainText('agreed with the traveler');
  await servers.operations.query('alter table travelers drop constraint no_grudges');
});

test('two runs stand side by side, phase by phase', async ({ visit }) => {
  const page = await visit();
  await bringIntoLine(page);
  for (let run = 0; run < 2; run += 1) {
    await sync(page, 'agencies');
    await runEnds(page);
    await visit('/overview');
  }
  await visit('/runs?dataset=agencies&kind=run');
  await expect(page.getByRole('button', { name: 'Compare', exact: true })).toBeDisabled();
  const ticks = page.getByRole('checkbox', { name: /^Compare run/ });
  await ticks.nth(0).click();
  await ticks.nth(1).click();
  await page.getByRole('button', { name: 'Compare 2 runs' }).click();
  await expect(page.getByRole('row', { name: /^The whole run/ })).toContainText(/longer|shorter|as long/);
  await expect(page.getByRole('row', { name: /^agencies/ }).getByRole('img')).toHaveCount(2);
});

test('a webhook is kept, tested, and its address never shown again', async ({ visit }) => {
  const bodies: string[] = [];
  const server = createServer((request, answer) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => answer.end('thank you'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const page = await visit('/settings');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a-secret-path`);
    await page.getByRole('button', { name: 'Keep the address' }).click();
    await page.getByRole('button', { name: 'Send a test to the webhook' }).click();
    await expect(page.getByText('Delivered (200)')).toBeVisible();
    expect(JSON.parse(bodies.join(''))).toHaveProperty('title');
    expect(await page.content()).not.toContain('a-secret-path');
    await page.getByRole('button', { name: 'Forget it' }).click();
    await expect(page.getByRole('button', { name: 'Send a test to the webhook' })).toBeDisabled();
  } finally {
    server.close();
  }
});

test('tables that two databases share become datasets', async ({ page, servers }) => {
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-discover-'));
  await cp(definitions, join(home, 'datasets'), { recursive: true });
  for (const database of [servers.operations, servers.system]) {
    await database.query('create table if not exists pads (id bigint primary key, site text)');
  }
  const host = await startHost(['-e', servers.files.environment, '-d', join(home, 'datasets')]);
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/datasets`);
    await page.getByRole('button', { name: 'Discover …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Discover datasets' });
    await dialog.getByRole('button', { name: 'Compare the catalogs' }).click();
    await expect(dialog).toContainText('name: pads');
    await dialog.getByLabel('New file').fill('pads.yaml');
    await dialog.getByRole('button', { name: 'Add pads.yaml' }).click();
    await expect(page.getByRole('row', { name: /^pads/ })).toContainText('pads.yaml');
    expect(await readFile(join(home, 'datasets/pads.yaml'), 'utf8')).toContain('name: pads');
  } finally {
    await host.stop();
    await rm(home, { recursive: true, force: true });
  }
});
