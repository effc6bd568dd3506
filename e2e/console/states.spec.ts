import { expect, expectAccessible, listenFor, test } from './fixtures';
import { startHost } from './host';
import { definitions } from './servers';
import { spoil } from './spoil';
import { bringIntoLine, runEnds } from './steps';
import { expectPolicyHolds } from '../policy';

test('the page works under a content security policy that lets nothing inline run', async ({ page, host }) => {
  const complaints = listenFor(page);
  await host.admit(page.context());
  await page.goto(`${host.origin}/#/overview`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  const answer = await page.request.get(`${host.origin}/`);
  expect(answer.headers()['content-security-policy']).toContain("default-src 'none'");
  expect(answer.headers()['content-security-policy']).not.toContain('unsafe');
  expect(complaints).toEqual([]);
  await expectPolicyHolds(page);
});

test('a filter that matches nothing says so, and clears', async ({ visit }) => {
  const page = await visit('/queue?application=nobody');
  await expect(page.getByRole('heading', { name: 'No job matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(page).toHaveURL(/#\/queue$/);
});

test('what is not known is told with its code and leads back', async ({ visit }) => {
  const page = await visit('/runs/nothing-of-that-id');
  await expect(page.getByRole('alert')).toContainText('RUN_UNKNOWN');
  await expect(page.getByRole('alert')).toContainText('It may be a run of another environment');
  await visit('/nowhere');
  await expect(page.getByRole('heading', { name: 'There is no such view' })).toBeVisible();
});

test('a view whose file does not come says so, and comes when it is tried again', async ({ page, host }) => {
  await host.admit(page.context());
  const file = /\/assets\/origins-/;
  await page.route(file, (route) => route.abort());
  await page.goto(`${host.origin}/#/origins`);
  await expect(page.getByRole('heading', { name: 'This view could not be loaded' })).toBeVisible();
  await page.unroute(file);
  // It may come by itself: all views are loaded once the first one stands.
  const again = page.getByRole('button', { name: 'Try again' });
  await expect(async () => {
    if (await again.isVisible()) await again.click({ timeout: 1000 });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Origins', { timeout: 1000 });
  }).toPass();
});

test('a lost connection is told, kept from the reader, and made good', async ({ page, host }) => {
  await host.admit(page.context());
  const cut: (() => Promise<void>)[] = [];
  let refuse = false;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    if (refuse) return void socket.close();
    socket.connectToServer();
    cut.push(() => socket.close());
  });
  await page.goto(`${host.origin}/#/overview`);
  await expect(page.getByRole('row', { name: /agencies/ })).toBeVisible();
  refuse = true;
  await cut.at(-1)?.();
  await expect(page.getByText('Reconnecting to the console.')).toBeVisible();
  await expect(page.getByRole('row', { name: /agencies/ })).toBeVisible();
  await expectAccessible(page, 'lost connection');
  refuse = false;
  await expect(page.getByText('Reconnecting to the console.')).toBeHidden({ timeout: 15_000 });
  await expect(page.getByText('Connected')).toBeVisible();
});

test('an answer of another shape is an error of its view, what is told of another shape one notice; the page lives', async ({
  page,
  host,
}) => {
  const complaints = listenFor(page);
  await host.admit(page.context());
  let wrong: unknown = { ok: true, value: { runs: [{ id: 7 }], more: false } };
  const frames = await spoil(page, (frame, method) =>
    method === 'runs.list' && wrong !== null ? { ...frame, outcome: wrong } : frame,
  );
  await page.goto(`${host.origin}/#/runs`);
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText('ANSWER_INVALID');
  await expect(alert).toContainText('(answer.runs.0.');
  wrong = null;
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toHaveCount(0);

  const events = [{ seq: 1, event: { type: 'unread', unread: 'many' } }];
  for (const text of ['not JSON', '{"kind":"other"}', JSON.stringify({ kind: 'events', events })]) frames.send(text);
  const notice = page.getByText('This page does not understand its console');
  await expect(notice).toBeVisible();
  await page.getByRole('link', { name: 'Queue' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Queue/);
  await expect(notice).toHaveCount(1);
  expect(complaints).toEqual([]);
});

test('a console that holds its connection and does not answer is told of, until it does', async ({ page, host }) => {
  await page.clock.install();
  let silent = false;
  await spoil(page, (frame) => (silent ? null : frame));
  await host.admit(page.context());
  await page.goto(`${host.origin}/#/overview`);
  await expect(page.getByRole('row', { name: /agencies/ })).toBeVisible();
  silent = true;
  const banner = page.getByText('The console does not answer.', { exact: true });
  await expect(async () => {
    await page.clock.runFor(5000);
    await expect(banner).toBeVisible({ timeout: 100 });
  }).toPass();
  await expect(page.getByRole('contentinfo')).toContainText('The console does not answer');
  await expect(page.getByRole('row', { name: /agencies/ })).toBeVisible();
  await expectAccessible(page, 'console that does not answer');
  silent = false;
  await expect(banner).toBeHidden();
  await expect(page.getByText('Connected')).toBeVisible();
});

test('production wants its name typed, and cannot be taken for anything else', async ({ page, servers, visit }) => {
  test.setTimeout(120_000);
  await bringIntoLine(await visit());
  const file = await servers.environmentFile('orbit-live', 'production');
  const host = await startHost(['-e', file, '-d', definitions]);
  try {
    const complaints = listenFor(page);
    await host.admit(page.context());
    const [traveler] = (
      await servers.system.query<{ id: string }>(
        `update users set email = 'live.' || email where id = (select max(id) from users where role = 'traveler')
         returning id::text`,
      )
    ).rows;
    await page.goto(`${host.origin}/#/overview?sync=all`);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('PRODUCTION');
    await expectAccessible(page, 'question in production');
    const button = dialog.getByRole('button', { name: /^(Apply|Look) .* 5 datasets in production$/ });
    await expect(button).toBeDisabled();
    await expect(dialog.getByRole('textbox')).toBeFocused();
    await dialog.getByRole('textbox').fill('orbit');
    await expect(button).toBeDisabled();
    await dialog.getByRole('textbox').fill('orbit-live');
    await expect(button).toBeEnabled();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.locator('.title-bar')).toContainText('PRODUCTION');
    await expect(page).toHaveTitle(/^PRODUCTION orbit-live/);

    // Enter does no more than the button that is not to be pressed.
    await page.goto(`${host.origin}/#/queue?status=failed`);
    await page.getByRole('button', { name: 'What to do with all that match' }).click();
    await page.getByRole('menuitem', { name: /^Retry all/ }).click();
    await expect(dialog).toContainText('There is none.');
    await dialog.getByRole('textbox').fill('orbit-live');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('button', { name: 'Retry 0 jobs in production' })).toBeDisabled();
    await dialog.getByRole('button', { name: 'Do nothing' }).click();
    await expect(page.getByText('put back to pending')).toHaveCount(0);
    await page.goto(`${host.origin}/#/overview`);

    await page.getByRole('button', { name: 'Sync all' }).click();
    await dialog.getByRole('textbox').fill('orbit-live');
    await button.click();
    await runEnds(page);
    const { rows } = await servers.operations.query<{ email: string }>(
      'select contact_email as email from travelers where user_id = $1',
      [traveler?.id],
    );
    expect(rows[0]?.email).toMatch(/^live\./);
    expect(complaints).toEqual([]);
  } finally {
    // A page that is left open would ask the ended host again.
    await page.goto('about:blank');
    await host.stop();
  }
});
