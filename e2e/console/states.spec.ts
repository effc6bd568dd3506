import { randomUUID } from 'node:crypto';
import { expect, expectAccessible, listenFor, test } from './fixtures';
import { startHost } from './host';
import type { Servers } from './servers';
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

/** A run that is under way, as its lock in SystemDB proves, and one that left a failed row an hour ago. */
async function twoRuns({ system }: Servers): Promise<readonly [under: string, over: string]> {
  const [under, over] = [randomUUID(), randomUUID()];
  await system.query(`select pg_advisory_lock(hashtextextended('astro_sync run ${under}', 0))`);
  await system.query(
    `insert into astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, ended_at) values
       ('${under}', 'run', 'full', 'running', 'olga', 'e2e', 1, 'made for this test', 'demo', now(), null),
       ('${over}', 'run', 'full', 'partial', 'olga', 'e2e', 1, 'made for this test', 'demo', now() - interval '1 hour',
         now() - interval '1 hour');
     insert into astro_sync.run_dataset (run_id, dataset, position, mode, status, counts) values
       ('${under}', 'agencies', 0, 'full', 'running', '{}'), ('${over}', 'agencies', 0, 'full', 'partial', '{"planned": 1, "failed": 1}');
     insert into astro_sync.job_queue (job_type, entity_type, entity_key, status, data, dataset, capture_id, change_id, run_id, last_error)
       values ('agency_sync', 'agency', '{"user_id": "0"}', 'failed',
         '{"operation": "update", "before": null, "after": null, "origin": {"database": "system", "application": null, "actor": null,
           "session_user": null, "client": null, "transaction": null, "at": "2026-01-01T00:00:00Z", "run": null}}',
         'agencies', gen_random_uuid(), '1', '${over}', 'made for this test')`,
  );
  return [under, over];
}

async function forgetRuns({ system }: Servers): Promise<void> {
  await system.query(
    `delete from astro_sync.run where application = 'made for this test';
     delete from astro_sync.job_queue where last_error = 'made for this test';
     select pg_advisory_unlock_all()`,
  );
}

test('a read-only environment says so, and offers nothing that writes', async ({ page, servers }) => {
  const file = await servers.environmentFile('orbit-watch', 'staging', true);
  const host = await startHost(['-e', file, '-d', definitions]);
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/overview`);
    await expect(page.getByText('Read-only.')).toBeVisible();
    await expectAccessible(page, 'read-only environment');
    await expect(page.getByRole('button', { name: 'Sync all' })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Preview all' })).toBeEnabled();
    await page.goto(`${host.origin}/#/queue?status=failed`);
    await page.getByRole('button', { name: 'What to do with all that match' }).click();
    for (const name of [/^Retry all/, /^Skip all/]) {
      await expect(page.getByRole('menuitem', { name })).toHaveAttribute('aria-disabled', 'true');
    }

    const [under, over] = await twoRuns(servers);
    await page.goto(`${host.origin}/#/runs/${over}`);
    await expect(page.getByRole('button', { name: 'Retry 1 failed row' })).toBeDisabled();
    // Also where an address asks for it.
    await page.goto(`${host.origin}/#/runs/${under}?cancel=1`);
    await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeDisabled();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Running');
    // Its program is killed: nobody may write that down here.
    await servers.system.query(
      `select pg_advisory_unlock_all();
       update astro_sync.run set heartbeat = now() - interval '3 minutes', started_at = now() - interval '5 minutes' where id = '${under}'`,
    );
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Interrupted?');
    await expect(page.getByText('No sign of life since 3 min ago, probably interrupted.')).toBeVisible();
    await expect(page.getByText('Running', { exact: true })).toHaveCount(0);
    await expectAccessible(page, 'run without a sign of life');
    await page.goto(`${host.origin}/#/runs`);
    await expect(page.getByRole('row', { name: new RegExp(under.slice(0, 8)) })).toContainText('Interrupted?');
    await page.goto(`${host.origin}/#/overview`);
    await expect(page.getByText('no sign of life since 3 min ago, probably interrupted')).toBeVisible();
    await expect(page.locator('.tile', { hasText: 'Runs under way' })).toContainText('1 other gives no sign of life');
    await expect(page.getByRole('row', { name: /^Select agencies / })).toContainText('Probably interrupted');
    const { rows } = await servers.system.query('select status from astro_sync.run where id = $1', [under]);
    expect(rows).toEqual([{ status: 'running' }]);
    await servers.operations.query(`update launches set mission = 'Only looked at' where id = 1`);
    await page.goto(`${host.origin}/#/overview`);
    await page.getByRole('button', { name: 'Preview all' }).click();
    const apply = page.getByRole('button', { name: /^Write [1-9]/ });
    await expect(apply).toBeDisabled();
    await expect(apply).toHaveAttribute('title', 'This environment is read-only');
    await expect(page.getByText('it can be applied for an hour')).toHaveCount(0);
  } finally {
    await forgetRuns(servers);
    await host.stop();
  }
});
