import type { Page } from '@playwright/test';
import { exaggerate, long } from './exaggerate';
import { expect, test } from './fixtures';
import { bringIntoLine, refuseOne, runEnds, sync } from './steps';
import { whatIsBroken } from './what-is-broken';

/** The smallest window, a wide one, and what is left of one of 1280 × 800 and of the smallest at a zoom of 200 %. */
const sizes = [
  [1024, 640],
  [1920, 1080],
  [640, 400],
  [512, 320],
] as const;

const usual = { width: 1280, height: 800 };

/** What is broken in what is shown, in a window of each size. */
async function inEachSize(page: Page, what: string): Promise<string[]> {
  await expect(page.locator('.skeleton')).toHaveCount(0);
  const found: string[] = [];
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    for (const each of await whatIsBroken(page)) found.push(`${what}, ${width} × ${height}: ${each}`);
  }
  await page.setViewportSize(usual);
  return found;
}

const views = [
  ['/overview', 'Overview'],
  ['/queue', /^Queue/],
  ['/runs', 'Runs'],
  ['/origins?span=15m', 'Origins'],
  ['/datasets', 'Datasets'],
  [`/datasets/${long}bookings`, /bookings/],
  ['/check', /^Check/],
  ['/environments', 'Environments'],
  ['/environments/new', 'Add an environment'],
  ['/settings', 'Settings'],
  ['/about', 'About and support'],
] as const;

test('what is cut, covered, squeezed or out of reach is seen as broken, and nothing else', async ({ page }) => {
  await page.setViewportSize({ width: 600, height: 400 });
  await page.setContent(`<style>
      body { margin: 0; overflow: hidden; font: 14px monospace }
      .narrow { width: 100px; white-space: nowrap; overflow: hidden }
      .ellipsis { text-overflow: ellipsis }
      .flex { display: flex; text-overflow: ellipsis }
      .scroller { width: 200px; height: 60px; overflow: auto }
      .over { position: absolute; left: 300px; top: 0; width: 200px; height: 40px; background: white }
    </style>
    <p class="narrow" id="cut">This text ends before its end.</p>
    <p class="narrow ellipsis" id="untold">This one has an ellipsis and no title.</p>
    <p class="narrow ellipsis" title="All of it">This one has both of them.</p>
    <p class="narrow flex" title="All of it" id="flex">An ellipsis is not drawn here.</p>
    <div class="scroller"><p>${'Lines that can be scrolled. '.repeat(20)}</p><button id="reached">Reached</button></div>
    <div class="scroller" id="sideways"><p style="width: 400px">It scrolls to the side.</p></div>
    <div class="scroller"><table><tr><td style="min-width: 400px">As a table may.</td></tr></table></div>
    <div style="width: 20px; overflow-wrap: anywhere" id="letters">Abcdefghijklmnop</div>
    <button style="position: absolute; left: 310px; top: 10px" id="covered">Covered</button>
    <div class="over"></div>
    <button style="position: absolute; left: 560px; top: 200px; width: 90px" id="outside">Outside</button>`);
  const found = await whatIsBroken(page);
  const seen = [
    ['is cut', 'This text ends'],
    ['is cut, with no title', 'This one has an ellipsis'],
    ['is cut', 'An ellipsis is not drawn'],
    ['scrolls sideways', 'It scrolls'],
    ['is a column of letters', 'Abc'],
    ['is below something', 'Covered'],
    ['cannot be clicked', 'Covered'],
    ['is cut', 'Outside'],
    ['lies outside', 'Outside'],
  ] as const;
  for (const [what, text] of seen) {
    expect(found.filter((each) => each.startsWith(`${what}: `) && each.includes(`"${text}`))).toHaveLength(1);
  }
  expect(found).toHaveLength(seen.length);
});

test('200 datasets, names and errors of any length and huge numbers break no view at any size', async ({
  page,
  visit,
}) => {
  test.setTimeout(180_000);
  await visit();
  await bringIntoLine(page);
  await exaggerate(page);
  await page.reload();
  await expect(page.getByText('200 datasets', { exact: true })).toBeVisible();
  const table = page.getByRole('table', { name: 'Datasets' });
  await page.getByLabel('Find a dataset').fill('_194');
  await expect(table.getByRole('row')).toHaveCount(2);
  const found: string[] = [];
  for (const [path, heading] of views) {
    await visit(path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    found.push(...(await inEachSize(page, path)));
  }
  expect(found).toEqual([]);
});

test('nor do they break what is opened from the views', async ({ page, visit, host, servers }) => {
  test.setTimeout(180_000);
  await visit();
  await bringIntoLine(page);
  await refuseOne(servers, 'no_giants');
  await sync(page, 'travelers');
  await runEnds(page, 'Partial');
  const run = /runs\/([^?]+)/.exec(page.url())?.[1] ?? '';
  await exaggerate(page);
  await page.reload();
  const found: string[] = [];
  const look = async (what: string): Promise<void> => {
    found.push(...(await inEachSize(page, what)));
  };
  await runEnds(page, 'Partial');
  await expect(page.getByText('Show all 5,000 characters').first()).toBeVisible();
  await look('run');
  for (const tab of ['Timeline', 'Log', 'Row errors']) {
    await page.getByRole('tab', { name: tab }).click();
    await look(`run, ${tab}`);
  }
  await page.getByRole('gridcell', { name: 'update' }).first().click();
  await expect(page.getByRole('table', { name: /Source/ })).toBeVisible();
  await look('row error');
  await page.getByRole('button', { name: /^Retry/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('question before a retry');
  await page.keyboard.press('Escape');
  await visit(`/compare?runs=${run},${run}`);
  await expect(page.getByRole('heading', { name: 'Durations' })).toBeVisible();
  await look('compare');
  await visit(`/entity/${long}travelers/1`);
  await expect(page.getByRole('heading', { level: 2, name: 'Both sides' })).toBeVisible();
  await look('entity');
  await visit('/queue?status=failed');
  await page.getByRole('gridcell', { name: 'Failed' }).first().click();
  await expect(page.getByRole('complementary', { name: 'Detail' })).toContainText('Who changed it');
  await look('job');
  await page.getByRole('button', { name: 'What to do with all that match' }).click();
  await look('menu');
  await page.getByRole('menuitem', { name: /^Skip all/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('question before jobs are skipped');
  await page.keyboard.press('Escape');
  await visit('/overview?sync=all');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('question before a sync');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Alerts/ }).click();
  await expect(page.getByRole('dialog', { name: 'Alerts' }).getByRole('listitem').first()).toBeVisible();
  await look('inbox');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option').first()).toBeVisible();
  await look('palette');
  await page.keyboard.press('Escape');
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard map' })).toBeVisible();
  await look('keyboard map');
  await page.keyboard.press('Escape');
  await visit('/overview');
  await page.getByRole('button', { name: 'Preview all' }).click();
  await expect(page.getByRole('heading', { name: /What would change/ })).toBeVisible();
  await look('plan');

  // Other specs find travelers as they were.
  await servers.operations.query('alter table travelers drop constraint no_giants');
  const plain = await page.context().newPage();
  await plain.goto(`${host.origin}/#/runs/${run}`);
  await plain.getByRole('button', { name: 'Retry 1 failed row' }).click();
  await plain.getByRole('dialog').getByRole('button', { name: 'Retry 1 row' }).click();
  await runEnds(plain);
  expect(found).toEqual([]);
});
