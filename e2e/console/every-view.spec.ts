import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, listenFor, test } from './fixtures';
import type { Host } from './host';
import { startHost } from './host';
import { refuse, spoil } from './spoil';

// Nothing was synced on these servers, and they are killed.
test.use({ apart: 'every view' });

interface View {
  readonly path: string;
  readonly heading: string | RegExp;
  readonly empty: Empty;
  readonly fails: Failing;
}

/** Where it has nothing to show, and what it says then. never: what it shows is always there, or is not known at all. */
type Empty =
  | {
      readonly where: 'nothing was done' | 'nothing is defined or saved';
      readonly says: string;
      readonly path?: string;
    }
  | 'never';

interface Failing {
  readonly by: 'servers that are away' | keyof typeof waysToFail;
  readonly says: string;
}

const unknown = '018f3c1e-0000-7000-8000-000000000000';

/** How a console is brought to fail whose servers all answer. */
const waysToFail = {
  'what it does not know': () => Promise.resolve(),
  'a broken definition': ({ folder }: Bare) => writeFile(join(folder, 'broken.yaml'), '- name: broken\n  sauce: 1\n'),
  'a damaged file': async ({ host: { home } }: Bare) => {
    for (const what of ['profiles', 'settings']) await writeFile(join(home, `${what}.json`), '{"version": ');
  },
  'an answer that is a refusal': ({ refused }: Bare) => Promise.resolve(refused.add('app.licences')),
};

/** A console without a definition and without a saved environment. */
interface Bare {
  readonly host: Host;
  readonly folder: string;
  /** methods that are refused */
  readonly refused: Set<string>;
}

const away = (says: string): Failing => ({ by: 'servers that are away', says });
const nothingDone = (says: string, path?: string): Empty => ({
  where: 'nothing was done',
  says,
  ...(path === undefined ? {} : { path }),
});
const nothingThere = (says: string): Empty => ({ where: 'nothing is defined or saved', says });

const views: readonly View[] = [
  {
    path: '/overview',
    heading: 'Overview',
    empty: nothingThere('No dataset is defined yet'),
    fails: away('The state of this environment could not be read'),
  },
  {
    path: '/queue',
    heading: /^Queue/,
    empty: nothingDone('The queue is empty'),
    fails: away('The rows could not be read'),
  },
  {
    path: '/runs',
    heading: 'Runs',
    empty: nothingDone('Nothing was run yet'),
    fails: away('The rows could not be read'),
  },
  { path: `/runs/${unknown}`, heading: /^Run /, empty: 'never', fails: away(`Run ${unknown} could not be read`) },
  {
    path: `/plan/${unknown}`,
    heading: 'Preview',
    empty: 'never',
    fails: { by: 'what it does not know', says: 'This preview is not known any more' },
  },
  {
    path: `/compare?runs=${unknown},${unknown}`,
    heading: /^Compare/,
    empty: nothingDone('Choose two runs or more', '/compare'),
    fails: away('A run could not be read'),
  },
  {
    path: '/origins',
    heading: 'Origins',
    empty: nothingDone('No change was captured'),
    fails: away('The origins could not be read'),
  },
  {
    path: '/entity/bookings/1',
    heading: /bookings/,
    empty: nothingDone('It is not in the source (any more).', '/entity/bookings/999999999'),
    fails: away('This entity could not be read'),
  },
  {
    path: '/datasets',
    heading: 'Datasets',
    empty: nothingThere('No dataset is defined yet'),
    fails: { by: 'a broken definition', says: 'in the definitions' },
  },
  { path: '/datasets/bookings', heading: 'bookings', empty: 'never', fails: away('It cannot be used as it is') },
  {
    path: '/check',
    heading: /^Check/,
    empty: nothingThere(
      'There is no dataset definition: only connections were tried, and what the program itself needs.',
    ),
    fails: away('ECONNREFUSED'),
  },
  {
    path: '/environments',
    heading: 'Environments',
    empty: nothingThere('Open the sandbox'),
    fails: { by: 'a damaged file', says: 'The file of environments was damaged' },
  },
  {
    path: '/settings',
    heading: 'Settings',
    empty: 'never',
    fails: { by: 'a damaged file', says: 'The file of settings was damaged' },
  },
  {
    path: '/about',
    heading: 'About and support',
    empty: 'never',
    fails: { by: 'an answer that is a refusal', says: 'They could not be read' },
  },
];

const emptyWhere = (where: Exclude<Empty, 'never'>['where']) =>
  views.flatMap((view) => (view.empty !== 'never' && view.empty.where === where ? [{ ...view, ...view.empty }] : []));
const failingByServers = views.filter(({ fails }) => fails.by === 'servers that are away');

/** Their states are drawn by the parts that all views share: on these they are looked at for accessibility. */
const looked = new Set(['/overview', '/queue', `/runs/${unknown}`]);

/** A page anew: nothing of what was read before is kept. */
async function open(page: Page, origin: string, { path, heading }: Pick<View, 'path' | 'heading'>): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${origin}/#${path}`);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

async function expectToSay(page: Page, says: string): Promise<void> {
  await expect(page.getByRole('main')).toContainText(says, { timeout: 10_000 });
}

async function expectEmpty(page: Page, host: Host, where: Exclude<Empty, 'never'>['where']): Promise<void> {
  for (const view of emptyWhere(where)) {
    await page.goto(`${host.origin}/#${view.path}`);
    await expect(page.getByRole('heading', { level: 1, name: view.heading })).toBeVisible();
    await expectToSay(page, view.says);
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
  }
}

test('where nothing was done yet, every view says so', async ({ page, host }) => {
  test.setTimeout(90_000);
  const complaints = listenFor(page);
  await host.admit(page.context());
  await expectEmpty(page, host, 'nothing was done');
  await page.getByRole('button', { name: 'Alerts', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Alerts' })).toContainText('No alerts');
  expect(complaints).toEqual([]);
});

test('where nothing is defined or saved, every view says so; one that fails says why, and what to do', async ({
  page,
  servers,
}) => {
  test.setTimeout(90_000);
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-bare-'));
  const host = await startHost(['-e', servers.files.environment, '-d', folder]);
  try {
    const bare = { host, folder, refused: await refuse(page) };
    await host.admit(page.context());
    await expectEmpty(page, host, 'nothing is defined or saved');
    await page.keyboard.press('p');
    await expectToSay(page, 'The preview could not be counted');
    await expectToSay(
      page,
      'Next step: Discover datasets, or look under Datasets what is wrong with their definitions.',
    );

    for (const view of views) {
      if (view.fails.by === 'servers that are away') continue;
      await waysToFail[view.fails.by](bare);
      await open(page, host.origin, view);
      const alert = page.getByRole('main').locator('.failure, .panel--bad').filter({ hasText: view.fails.says });
      await expect(alert, view.path).toBeVisible();
    }
    // The page is still at About: what was refused comes when it is asked for again.
    bare.refused.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('row', { name: /^react / })).toBeVisible();
    bare.refused.add('alerts.list');
    await page.reload();
    await page.getByRole('button', { name: 'Alerts', exact: true }).click();
    const alerts = page.getByRole('dialog', { name: 'Alerts' });
    await expect(alerts).toContainText('The alerts could not be read');
    await expect(alerts).toContainText('Next step: Make room, and try again.');
    await page.keyboard.press('Escape');

    // A folder in which nothing can be kept.
    await rename(host.home, `${host.home}-aside`);
    await writeFile(host.home, '');
    try {
      await page.goto(`${host.origin}/#/settings`);
      await page.getByRole('combobox', { name: 'Density', exact: true }).click();
      await page.getByRole('option', { name: 'Compact', exact: true }).click();
      const note = page.getByRole('region', { name: 'Notes' });
      await expect(note).toContainText('The setting was not kept');
      await expect(page.getByRole('combobox', { name: 'Density', exact: true })).toHaveText('Comfortable');
      await page.goto(`${host.origin}/#/environments/new`);
      await page.getByRole('button', { name: 'Remove' }).first().click();
      await page.getByLabel('Name', { exact: true }).fill('orbit');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('main').getByRole('alert')).toContainText('FILE_NOT_WRITTEN');
    } finally {
      await rm(host.home);
      await rename(`${host.home}-aside`, host.home);
    }
  } finally {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('where the host is slow, every view that waits for it shows where its rows will be', async ({ page, host }) => {
  test.setTimeout(90_000);
  const first = /"kind":"subscribed"|"session":|"theme":|"platform":/;
  await spoil(page, (frame) => (first.test(JSON.stringify(frame)) ? frame : null));
  await host.admit(page.context());
  // What settings show is there before the first view.
  for (const view of views.filter(({ path }) => path !== '/settings')) {
    await open(page, host.origin, view);
    await expect(page.locator('main .skeleton').first(), view.path).toBeVisible();
    if (looked.has(view.path)) await expectAccessible(page, view.path);
  }
});

test('where its servers are away, every view says which, and what to do, and comes back by itself', async ({
  page,
  host,
  servers,
}) => {
  test.setTimeout(150_000);
  await host.admit(page.context());
  await page.goto(`${host.origin}/#/overview`);
  await expect(page.getByText('Connected')).toBeVisible();
  await servers.postgres.kill9();
  let plan: string;
  try {
    for (const view of failingByServers) {
      await open(page, host.origin, view);
      await expect(page.getByText('Not all databases answer.')).toBeVisible({ timeout: 20_000 });
      await expectToSay(page, view.fails.says);
      if (looked.has(view.path)) await expectAccessible(page, view.path);
    }
    await page.goto(`${host.origin}/#/datasets/agencies`);
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expectToSay(page, 'The preview could not be counted');
    await expectToSay(page, 'CONNECT_FAILED');
    plan = page.url();
    await page.goto(`${host.origin}/#/queue`);
    await expect(page.getByRole('alert')).toContainText('CONNECT_FAILED');
    await expect(page.getByRole('link', { name: 'Go there' })).toBeVisible();
  } finally {
    await servers.postgres.restart();
  }
  await expect(page.getByText('Not all databases answer.')).toBeHidden({ timeout: 35_000 });
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
  await page.goto(plan);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('row', { name: /^agencies full never synced/ })).toBeVisible();
});

test('where one of its servers is away, what the others know is shown', async ({ page, host, servers }) => {
  test.setTimeout(90_000);
  await host.admit(page.context());
  await page.goto(`${host.origin}/#/overview`);
  await expect(page.getByText('Connected')).toBeVisible();
  await servers.redis.kill9();
  try {
    await page.goto(`${host.origin}/#/entity/bookings/1`);
    await expect(page.getByRole('heading', { name: 'The target (cache) could not be read' })).toBeVisible();
    await expectToSay(page, 'Could not connect to cache');
    await expect(page.getByRole('table', { name: 'Source (operations)' }).getByRole('row')).not.toHaveCount(0);
    await expect(page.getByText('It is not in the target')).toHaveCount(0);
    await expect(page.getByText('Not all databases answer. Could not connect to cache')).toBeVisible({
      timeout: 20_000,
    });
    // Read anew, nothing of what stands there is from before.
    await page.goto(`${host.origin}/#/overview`);
    await page.reload();
    await expect(page.getByRole('row', { name: /^Select / })).toHaveCount(6);
    await expect(page.getByText('No change is in the queue.')).toBeVisible();
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
    await page.goto(`${host.origin}/#/queue`);
    await expectToSay(page, 'The queue is empty');
    await page.goto(`${host.origin}/#/check`);
    await expectToSay(page, 'What may be done in cache is not known: nobody could log in there.');
    await expectToSay(page, 'astro_sync_operator may do what the datasets need');
    // What needs none of it works as ever.
    await page.goto(`${host.origin}/#/entity/agencies/1`);
    await expectToSay(page, 'Both sides');
    await page.goto(`${host.origin}/#/datasets/agencies`);
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expect(page.getByRole('row', { name: /^agencies full never synced/ })).toBeVisible();
    await page.goto(`${host.origin}/#/overview`);
    await page.getByRole('button', { name: 'Preview all', exact: true }).click();
    await expect(page.getByRole('row', { name: /^agencies full never synced/ })).toBeVisible();
    await expectToSay(page, 'Could not connect to cache');
    await expect(page.getByRole('button', { name: /^(Write|Delete) .* without \d datasets$/ })).toBeEnabled();
  } finally {
    await servers.redis.restart({ empty: true });
  }
});
