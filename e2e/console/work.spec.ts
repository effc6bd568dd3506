import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures';
import { holdLastTraveler } from './held-run';
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

/** What runs of other specs on these servers raised is read by then. */
async function readAlerts(page: Page): Promise<void> {
  const unread = page.getByRole('button', { name: /^Alerts, .* unread$/ });
  if ((await unread.count()) === 0) return;
  await unread.click();
  await page.getByRole('dialog', { name: 'Alerts' }).getByRole('button', { name: 'Mark all as read' }).click();
  await page.keyboard.press('Escape');
  await expect(unread).toHaveCount(0);
}

test('a refused row raises an alert, is exported, retried with all that match, and skipped with a reason', async ({
  visit,
  servers,
}) => {
  test.setTimeout(120_000);
  const page = await visit();
  await bringIntoLine(page);
  await readAlerts(page);
  await refuseOne(servers, 'no_grudges');
  // It ends where nobody looks at it, which tells of it; who then opens the run has read what is told of it.
  const holder = await holdLastTraveler(servers);
  await sync(page, 'travelers');
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toBeVisible();
  await visit('/datasets');
  await holder.end();
  await page.getByRole('button', { name: 'Alerts, 1 unread' }).click();
  const inbox = page.getByRole('dialog', { name: 'Alerts' });
  await expect(inbox.getByRole('listitem').first()).toContainText('travelers');
  await expectAccessible(page, 'inbox with alerts');
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
  const [line] = JSON.parse(
    await downloaded(page, () => choose(page, 'More about this run', 'Export the run as JSON')),
  ) as Record<string, string>[];
  expect(line).toMatchObject({
    dataset: 'travelers',
    run_status: 'partial',
    failed: '1',
  });
  expect(await downloaded(page, () => choose(page, 'More about this run', 'Export its log as CSV'))).toMatch(
    /^\uFEFFid,at,level,dataset,message\r\n.*travelers/,
  );
  await page.getByRole('button', { name: 'More about this run' }).click();
  const command = page.getByRole('menuitem', { name: /^Copy its retry as terminal command/ });
  await expect(command).toContainText(`astro-sync -e ${servers.files.environment} -d ${definitions} run`);
  await expect(command).toContainText('--retry-failed travelers');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'More about this run' })).toBeFocused();
  // The palette has what the view can do.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('retry 1 failed');
  await expect(page.getByRole('option', { selected: true })).toContainText('Retry 1 failed row …');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Retry 1 failed row' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('qqqqqqq');
  await expect(page.getByText('Nothing is called that.')).toBeVisible();
  await page.keyboard.press('Escape');
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
  await grid.getByRole('gridcell', { name: 'travelers' }).click();
  const detail = page.getByRole('complementary', { name: 'Detail' });
  await expect(detail.locator('dt:text-is("Tried") + dd')).toContainText(/ago by run|now by run/);
  await page.keyboard.press('Escape');
  await choose(page, menu, 'Skip all that match');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The failed jobs of all datasets.');
  const skip = dialog.getByRole('button', { name: 'Skip 1 job' });
  await expect(skip).toBeDisabled();
  await expectAccessible(page, 'question before jobs are skipped');
  await dialog.getByRole('textbox').fill('agreed with the traveler');
  await skip.click();
  await expect(page.getByRole('heading', { name: 'No job matches' })).toBeVisible();
  await visit('/queue?status=skipped&dataset=travelers');
  await grid.getByRole('gridcell', { name: 'travelers' }).first().click();
  await expect(detail).toContainText('agreed with the traveler');
  await expect(detail.locator('dt:text-is("Skipped") + dd')).toContainText('last tried by run');
  await servers.operations.query('alter table travelers drop constraint no_grudges');
});

test('two runs stand side by side, phase by phase', async ({ visit, servers }) => {
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
  // The one that began first is what the other is compared with, in whatever order they were ticked.
  const whole = page.getByRole('row', { name: /^The whole run/ }).getByRole('cell');
  await expect(whole.first()).not.toContainText(/longer|shorter|as long/);
  await expect(whole.last()).toContainText(/longer|shorter|as long/);
  const { rows } = await servers.system.query<{ id: string }>(
    `select left(id::text, 8) as id from astro_sync.run where kind = 'run' order by started_at desc limit 2`,
  );
  await expect(page.getByRole('columnheader').nth(1)).toContainText(`Run ${rows[1]!.id}`);
});

test('what an open transaction holds back is counted, and told of where the count leads', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  await servers.operations.query('begin');
  try {
    await servers.operations.query('select pg_current_xact_id()');
    // What commits after it began is what it holds back.
    await servers.system.query(`update users set email = email where role = 'traveler'`);
    await visit('/overview');
    const tile = page.getByRole('link', { name: /^Held back [1-9]/ });
    await expect(tile).toContainText('their changes come after them');
    await tile.click();
    const table = page.getByRole('table', { name: 'Captured changes' });
    await expect(table.getByRole('row', { name: /^operations/ })).toContainText(/[1-9]\d* open transactions?/);
  } finally {
    await servers.operations.query('rollback');
  }
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
    await page.getByRole('checkbox', { name: 'Send alerts to a webhook' }).click();
    const lost = page.getByText('Alerts are sent to no webhook');
    await expect(lost).toHaveCount(0);
    await page.getByRole('button', { name: 'Forget it' }).click();
    await expect(lost).toBeVisible();
    await page.getByRole('checkbox', { name: 'Send alerts to a webhook' }).click();
    await expect(lost).toHaveCount(0);
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
    await expectAccessible(page, 'discover with a result');
    await dialog.getByLabel('New file').fill('pads.yaml');
    await dialog.getByRole('button', { name: 'Add pads.yaml' }).click();
    await expect(page.getByRole('row', { name: /^pads/ })).toContainText('pads.yaml');
    const file = join(home, 'datasets/pads.yaml');
    const right = await readFile(file, 'utf8');
    expect(right).toContain('name: pads');

    // A definition that is broken in an editor is told of at its line, with its text, and no more once it is mended.
    const lines = right.split('\n');
    const at = lines.findIndex((each) => each.includes('name: pads'));
    await writeFile(file, [...lines.slice(0, at + 1), '  sauce: nothing', ...lines.slice(at + 1)].join('\n'));
    const link = page.getByRole('link', { name: `pads.yaml:${String(at + 2)}` });
    await expect(page.getByRole('heading', { name: /^1 error in the definitions/ })).toBeVisible();
    await expect(page.getByRole('button', { name: `Edit ${file}` })).toBeVisible();
    await link.click();
    const marked = page.locator('.definition__line--marked');
    await expect(marked).toContainText(String(at + 2));
    await expect(marked).toContainText('sauce: nothing');
    await expect(marked.locator('.definition__error')).toContainText('sauce');
    await writeFile(file, right);
    await expect(page.getByText('nothing is wrong in it')).toBeVisible();
    await expect(page.locator('.definition__error')).toHaveCount(0);

    // What it has to do with other datasets, and both sides of it.
    await page.goto(`${host.origin}/#/datasets/bookings`);
    await expect(page.getByRole('group', { name: 'Datasets that it has to do with' })).toContainText(
      /Fed by.*travelers.*Inverse.*bookings-in/,
    );
    await expect(page.getByRole('table').last()).toContainText('Source (operations)');
    await expect(page.getByText('fits the catalogs of both sides')).toBeVisible();
  } finally {
    await host.stop();
    await rm(home, { recursive: true, force: true });
  }
});
