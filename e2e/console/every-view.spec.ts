import type { Page } from '@playwright/test';
import { expect, expectAccessible, listenFor, test } from './fixtures';

// Nothing was synced on these servers, and they are killed.
test.use({ apart: 'every view' });

interface View {
  readonly path: string;
  readonly heading: string | RegExp;
  /** what it says where nothing was done yet */
  readonly empty: string;
  /** what it says where its servers are away; null: it needs none */
  readonly away: string | null;
}

const unknown = '018f3c1e-0000-7000-8000-000000000000';
const views: readonly View[] = [
  {
    path: '/overview',
    heading: 'Overview',
    empty: 'Never synced',
    away: 'The state of this environment could not be read',
  },
  { path: '/queue', heading: /^Queue/, empty: 'The queue is empty', away: 'The rows could not be read' },
  { path: '/runs', heading: 'Runs', empty: 'Nothing was run yet', away: 'The rows could not be read' },
  { path: `/runs/${unknown}`, heading: /^Run /, empty: 'RUN_UNKNOWN', away: `Run ${unknown} could not be read` },
  { path: `/plan/${unknown}`, heading: 'Preview', empty: 'This preview is not known any more', away: null },
  { path: `/compare?runs=${unknown},${unknown}`, heading: /^Compare/, empty: 'RUN_UNKNOWN', away: 'CONNECT_FAILED' },
  { path: '/origins', heading: 'Origins', empty: 'No change was captured', away: 'The origins could not be read' },
  {
    path: '/entity/bookings/1',
    heading: /bookings/,
    empty: 'It is not in the target.',
    away: 'This entity could not be read',
  },
  { path: '/datasets', heading: 'Datasets', empty: 'bookings-in', away: null },
  { path: '/datasets/bookings', heading: 'bookings', empty: 'Never synced', away: 'It cannot be used as it is' },
  { path: '/check', heading: /^Check/, empty: 'Everything that is needed is there.', away: 'ECONNREFUSED' },
  { path: '/environments', heading: 'Environments', empty: 'Open the sandbox', away: null },
  { path: '/settings', heading: 'Settings', empty: 'Appearance', away: null },
  { path: '/about', heading: 'About and support', empty: 'Licences', away: null },
];

/** Their states are drawn by the parts that all views share: on these they are looked at for accessibility. */
const looked = new Set(['/overview', '/queue', `/runs/${unknown}`]);

/** A page anew: nothing of what was read before is kept. */
async function open(page: Page, origin: string, { path, heading }: View): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${origin}/#${path}`);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

test('where nothing was done yet, every view says so', async ({ page, host }) => {
  test.setTimeout(90_000);
  const complaints = listenFor(page);
  await host.admit(page.context());
  for (const view of views) {
    await page.goto(`${host.origin}/#${view.path}`);
    await expect(page.getByRole('heading', { level: 1, name: view.heading })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(view.empty, { timeout: 10_000 });
    await expect(page.locator('.skeleton')).toHaveCount(0);
  }
  expect(complaints).toEqual([]);
});

test('where the host is slow, every view that waits for it shows where its rows will be', async ({ page, host }) => {
  test.setTimeout(90_000);
  const first = /"kind":"subscribed"|"session":|"theme":|"platform":/;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (first.test(String(message))) socket.send(message);
    });
  });
  await host.admit(page.context());
  for (const view of views.filter(({ away }) => away !== null)) {
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
  try {
    for (const view of views) {
      await open(page, host.origin, view);
      await expect(page.getByText('Not all databases answer.')).toBeVisible({ timeout: 20_000 });
      await expect(page.getByRole('main')).toContainText(view.away ?? view.empty, { timeout: 10_000 });
      if (looked.has(view.path)) await expectAccessible(page, view.path);
    }
    await page.goto(`${host.origin}/#/queue`);
    await expect(page.getByRole('alert')).toContainText('CONNECT_FAILED');
    await expect(page.getByRole('link', { name: 'Go there' })).toBeVisible();
  } finally {
    await servers.postgres.restart();
  }
  await expect(page.getByText('Not all databases answer.')).toBeHidden({ timeout: 35_000 });
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
});
