import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { defaultSettings } from '../../../shared/contract/settings';
import { plainRun } from '../../../shared/contract/plain-run';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { isQuiet, isWanted } from './rules';

interface Received {
  readonly at: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

let receiver: Server;
let address: string;
const received: Received[] = [];
/** What the receiver answers, one after the other; 200 when there is nothing left. null: nothing at all. */
const answers: (number | null)[] = [];
let bench: ConsoleBench;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push({ at: performance.now(), headers: request.headers, body: JSON.parse(text) as unknown });
      const status = answers.length === 0 ? 200 : (answers.shift() as number | null);
      if (status !== null) response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  await new Promise<void>((done) => {
    receiver.listen(0, '127.0.0.1', done);
  });
  address = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hooks/canary-secret`;
  bench = await openConsoleBench();
  await bench.console.open(bench.opening());
  await bench.call('environment.init', { take_over: false, confirm: null });
});

afterEach(() => {
  received.length = 0;
  answers.length = 0;
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await bench.close();
});

async function ran(): Promise<string> {
  const { id } = await bench.call('runs.start', plainRun);
  await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
  return (await bench.call('tasks.get', { id })).run ?? '';
}

/** A port of this computer on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** From two hours ago to two hours from now. */
function quietNow(): { readonly from: string; readonly to: string } {
  const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toTimeString().slice(0, 5);
  return { from: at(-2), to: at(2) };
}

/** A row that the target refuses; a failed job is not tried again by itself. */
async function spoil(id: number): Promise<void> {
  await bench.operations.query("UPDATE cities SET name = repeat('x', 30) WHERE id = $1", [id]);
}

describe('a webhook', () => {
  it('takes https, and http to this computer alone', async () => {
    for (const url of ['http://hooks.example.com/x', 'ftp://127.0.0.1/', 'hello', 'http://127.0.0.1.example.com/'])
      await expect(bench.call('settings.setWebhookUrl', { url })).rejects.toThrow('SETTING_INVALID');
    await expect(bench.call('alerts.testWebhook', {})).rejects.toThrow('SETTING_INVALID');
    const settings = await bench.call('settings.setWebhookUrl', { url: address });
    expect(settings.webhook.has_url).toBe(true);
    expect(JSON.stringify(settings)).not.toContain('canary-secret');
  });

  it('gets an alert as JSON', async () => {
    expect(await bench.call('alerts.testWebhook', {})).toMatchObject({ delivered: true, status: 200, attempts: 1 });
    expect(received).toMatchObject([
      {
        headers: { 'content-type': 'application/json' },
        // No environment can be called nothing, and no alert has that reason.
        body: { reason: 'test', environment: '', run: null, body: 'This is a test. Nothing has failed.' },
      },
    ]);
  });

  it('gets it as Slack takes it', async () => {
    await bench.call('settings.set', { webhook: { format: 'slack' } });
    await bench.call('alerts.testWebhook', {});
    await bench.call('settings.set', { webhook: { format: 'json' } });
    expect(received.map(({ body }) => body)).toEqual([
      { text: '*Test of the AstroBookings Sync Console*\nThis is a test. Nothing has failed.' },
    ]);
  });

  it('is tried again where that may help, and not where it cannot', async () => {
    answers.push(503, 429);
    expect(await bench.call('alerts.testWebhook', {})).toMatchObject({ delivered: true, status: 200, attempts: 3 });
    answers.push(500, 500, 500);
    expect(await bench.call('alerts.testWebhook', {})).toMatchObject({ delivered: false, status: 500, attempts: 3 });
    for (const final of [404, 302]) {
      answers.push(final);
      expect(await bench.call('alerts.testWebhook', {})).toMatchObject({
        delivered: false,
        status: final,
        attempts: 1,
      });
    }
  });

  it('does not wait for ever, and says nothing of its address', async () => {
    await bench.call('settings.set', { webhook: { timeout_s: 1, attempts: 1 } });
    answers.push(null);
    const outcome = await bench.call('alerts.testWebhook', {});
    expect(outcome).toMatchObject({ delivered: false, status: null, detail: expect.stringContaining('within 1 s') });
    await bench.call('settings.setWebhookUrl', { url: `http://127.0.0.1:${String(await closedPort())}/canary-secret` });
    const lost = await bench.call('alerts.testWebhook', {});
    expect(lost).toMatchObject({ delivered: false, status: null, detail: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify([outcome, lost, bench.events])).not.toContain('canary-secret');
  });
});

describe('a run that fails', () => {
  it('is told of within two seconds, by a notice and the webhook, and stands in the inbox', async () => {
    await bench.call('settings.setWebhookUrl', { url: address });
    await bench.call('settings.set', { webhook: { enabled: true } });
    expect(await ran()).not.toBe('');
    expect(bench.notices).toEqual([]);

    await bench.system.query('ALTER TABLE cities ADD CHECK (length(name) < 20)');
    await spoil(7);
    const run = await ran();
    await expect.poll(() => bench.notices.length, { timeout: 2000 }).toBe(1);
    expect(bench.notices).toMatchObject([
      {
        environment: 'test',
        run,
        datasets: ['cities'],
        reason: 'partial',
        title: 'test: run of cities left something over',
      },
    ]);
    await expect.poll(() => received.map(({ body }) => (body as Alert).run)).toEqual([run]);
    const { alerts, unread } = await bench.call('alerts.list', {});
    expect(alerts).toMatchObject([{ run, read: false }]);
    expect(unread).toBe(1);
    expect(bench.events.filter(({ type }) => type === 'alert')).toHaveLength(1);

    await bench.call('alerts.markRead', { ids: null });
    // Other pages, the tray and the badge hear of it.
    await bench.until((event) => event.type === 'unread' && event.unread === 0);
    expect((await bench.call('alerts.list', {})).unread).toBe(0);
    await bench.call('alerts.clear', {});
    expect((await bench.call('alerts.list', {})).alerts).toEqual([]);
  });

  it('raises none where the rules do not want it', async () => {
    const before = bench.notices.length;
    await bench.call('settings.set', { alerts: { reasons: ['failed'] } });
    await spoil(8);
    await ran();
    await bench.call('settings.set', { alerts: { reasons: ['partial'], environments: ['another'] } });
    await spoil(9);
    await ran();
    await bench.call('settings.set', { alerts: { environments: null, quiet_hours: quietNow() } });
    await spoil(10);
    await ran();
    await pause(100);
    expect(bench.notices.length).toBe(before);
    expect((await bench.call('alerts.list', {})).alerts).toHaveLength(1);
    await bench.call('settings.set', { alerts: { quiet_hours: null, reasons: defaultSettings.alerts.reasons } });
  });

  it('keeps them in the inbox alone where notices are off', async () => {
    const before = bench.notices.length;
    const kept = (await bench.call('alerts.list', {})).alerts.length;
    await bench.call('settings.set', { alerts: { enabled: false } });
    await spoil(11);
    await ran();
    await pause(100);
    expect(bench.notices.length).toBe(before);
    expect((await bench.call('alerts.list', {})).alerts).toHaveLength(kept + 1);
    await bench.call('settings.set', { alerts: { enabled: true } });
  });
});

describe('a run that stands still', () => {
  it('is told of, and again when it moves', async () => {
    await bench.system.query('ALTER TABLE cities DROP CONSTRAINT cities_name_check');
    await bench.call('settings.set', { alerts: { stall_s: 10 } });
    await bench.operations.query("UPDATE cities SET name = 'y' WHERE id = 7");
    await bench.system.query('BEGIN; LOCK TABLE cities');
    const { id } = await bench.call('runs.start', plainRun);
    const stalled = await bench.until((event) => event.type === 'stall' && event.since !== null);
    await bench.system.query('ROLLBACK');
    await bench.until((event) => event.type === 'stall' && event.since === null);
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    const { run } = await bench.call('tasks.get', { id });
    expect(stalled).toMatchObject({ run });
    expect(bench.notices.at(-1)).toMatchObject({ reason: 'stalled', run });
  });
});

describe('runs that were interrupted while no console was there', () => {
  it('are told of together when the environment is opened, once', async () => {
    await bench.system.query(
      `INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment)
       SELECT gen_random_uuid(), kind, mode, 'interrupted', operator, host, pid, application, environment
       FROM (SELECT * FROM astro_sync.run WHERE kind = 'run' LIMIT 1) run, generate_series(1, 2)`,
    );
    const before = bench.events.length;
    await bench.console.open(bench.opening());
    await bench.until((event) => event.type === 'alert' && event.alert.reason === 'interrupted');
    const alerts = (): unknown[] =>
      bench.events.slice(before).filter((event) => event.type === 'alert' && event.alert.reason === 'interrupted');
    expect(alerts()).toMatchObject([{ alert: { run: null, title: 'test: 2 runs were interrupted' } }]);
    await bench.console.open(bench.opening());
    await pause(300);
    expect(alerts()).toHaveLength(1);
    // One that failed before the eyes of this console was told of then, whatever the history makes of it later.
    const { rowCount } = await bench.system.query(
      `UPDATE astro_sync.run SET status = 'interrupted' WHERE kind = 'run' AND status IN ('failed', 'partial')`,
    );
    expect(rowCount).toBeGreaterThan(0);
    await bench.console.open(bench.opening());
    await pause(500);
    expect(alerts()).toHaveLength(1);
  });
});

describe('rules', () => {
  const rules = defaultSettings.alerts;

  it('choose by reason and environment', () => {
    expect(isWanted({ reason: 'failed', environment: 'a' }, rules)).toBe(true);
    expect(isWanted({ reason: 'succeeded', environment: 'a' }, rules)).toBe(false);
    expect(isWanted({ reason: 'failed', environment: 'a' }, { ...rules, environments: ['b'] })).toBe(false);
    expect(isWanted({ reason: 'failed', environment: 'b' }, { ...rules, environments: ['b'] })).toBe(true);
  });

  it.each([
    ['22:00', '06:00', 23, true],
    ['22:00', '06:00', 5, true],
    ['22:00', '06:00', 6, false],
    ['22:00', '06:00', 21, false],
    ['08:00', '18:00', 12, true],
    ['08:00', '18:00', 18, false],
    ['08:00', '08:00', 8, false],
    ['later', '08:00', 7, false],
  ])('are quiet from %s to %s at %i: %j', (from, to, hour, quiet) => {
    expect(isQuiet({ ...rules, quiet_hours: { from, to } }, new Date(2026, 0, 1, hour))).toBe(quiet);
  });
});
