import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type pg from 'pg';
import { expect, test } from './fixtures';
import { heldUp, inSmallBatches } from './held-run';
import type { Host } from './host';
import { startHost } from './host';
import { bringIntoLine, runEnds, sync } from './steps';

/** A page whose connection to the host can be cut, and restored. */
async function breakable(page: Page): Promise<{ readonly cut: () => Promise<void>; readonly restore: () => void }> {
  const open: (() => Promise<void>)[] = [];
  let refuse = false;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    if (refuse) return void socket.close();
    socket.connectToServer();
    open.push(() => socket.close());
  });
  return {
    cut: async () => {
      refuse = true;
      await open.at(-1)?.();
    },
    restore: () => {
      refuse = false;
    },
  };
}

/** Another browser, which comes in by a link that the page makes and that is followed on a page of others. */
async function letIn(page: Page, context: BrowserContext): Promise<Page> {
  await page.getByRole('banner').getByRole('button', { name: 'demo development' }).click();
  await page.getByRole('menuitem', { name: 'Open in another browser' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByText(/\/\?token=/).innerText();
  await page.getByRole('link', { name: 'Overview' }).click();
  const other = await context.newPage();
  const mail = 'http://mail.example/';
  await other.route(mail, (route) => route.fulfill({ contentType: 'text/html', body: `<a href="${link}">Look</a>` }));
  await other.goto(mail);
  await other.getByRole('link', { name: 'Look' }).click();
  await expect(other.getByText('Connected')).toBeVisible();
  expect(other.url()).not.toContain('token');
  return other;
}

const bar = (page: Page) => page.getByRole('progressbar', { name: 'Progress of travelers' });
const reached = (page: Page) => bar(page).getAttribute('aria-valuetext');
const log = (page: Page) => page.getByRole('region', { name: 'Log lines' }).getByRole('listitem').allInnerTexts();

test('a run at work is seen in two pages, ends in both, and a page that was cut off meanwhile misses nothing', async ({
  page,
  browser,
  servers,
}) => {
  test.setTimeout(90_000);
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-two-'));
  const context = await browser.newContext();
  let host: Host | undefined;
  let holder: pg.Client | undefined;
  try {
    host = await startHost(['-e', servers.files.environment, '-d', await inSmallBatches(join(home, 'datasets'))]);
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/overview`);
    await bringIntoLine(page);
    const other = await letIn(page, context);
    const connection = await breakable(other);
    await other.reload();
    await expect(other.getByText('Connected')).toBeVisible();

    holder = await heldUp(servers);
    await sync(page, 'travelers');
    await expect(bar(page)).toHaveAttribute('aria-valuetext', /^[1-9]\d* of [1-9]\d*$/);
    await expect(bar(page)).toHaveAttribute('aria-valuenow', /^[1-9]\d?$/);
    await other.getByRole('link', { name: /^Run / }).first().click();
    await expect(other).toHaveURL(page.url());
    await expect.poll(async () => (await reached(other)) === (await reached(page))).toBe(true);

    await connection.cut();
    await expect(other.getByText('Reconnecting to the console.')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Cancel run/ })
      .click();
    await holder.query('rollback');
    await runEnds(page, 'Cancelled');
    await expect(other.getByRole('heading', { level: 1 })).not.toContainText('Cancelled');
    connection.restore();
    await runEnds(other, 'Cancelled');
    for (const each of [page, other]) {
      await expect(bar(each)).toHaveCount(0);
      await expect(each.getByRole('button', { name: 'Cancel', exact: true })).toHaveCount(0);
      await each.getByRole('tab', { name: 'Log' }).click();
      await expect(each.getByRole('region', { name: 'Log lines' })).toContainText('ancelled');
    }
    expect(await log(other)).toEqual(await log(page));

    // What was not attempted waits, and the next sync applies it.
    await page.getByRole('link', { name: 'Overview' }).click();
    await sync(page, 'travelers');
    await runEnds(page);
  } finally {
    await holder?.end();
    await context.close();
    await host?.stop();
    await rm(home, { recursive: true, force: true });
  }
});
