import type { Page } from '@playwright/test';
import { expect, expectAccessible, listenFor, test } from './fixtures';
import { startHost } from './host';
import { definitions } from './servers';
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
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Origins');
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

/** What a host would say that has a fault, or another version than the page. */
async function spoil(page: Page, spoiled: (frame: Frame, method: string | undefined) => Frame): Promise<Frames> {
  const asked = new Map<number, string>();
  const frames: Frames = { send: () => undefined };
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    frames.send = (text) => {
      socket.send(text);
    };
    socket.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as { kind: string; id: number; method: string };
      if (frame.kind === 'call') asked.set(frame.id, frame.method);
      server.send(message);
    });
    server.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as Frame;
      socket.send(JSON.stringify(spoiled(frame, asked.get(frame.id ?? 0))));
    });
  });
  return frames;
}

interface Frame {
  readonly id?: number;
  readonly outcome?: unknown;
}

interface Frames {
  send: (text: string) => void;
}

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
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Queue');
  await expect(notice).toHaveCount(1);
  expect(complaints).toEqual([]);
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
  } finally {
    await host.stop();
  }
});
