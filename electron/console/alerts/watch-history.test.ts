import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import type { ProfileDraft } from '../../../shared/contract/profile';
import type { Task } from '../../../shared/contract/task';
import { plainRun } from '../../../shared/contract/plain-run';
import type { Console } from '../console';
import { createConsole } from '../console';
import { confStores } from '../stores/open-conf';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { connectionOf, draftsOf, draftWith } from '../testing/drafts';

let bench: ConsoleBench;
/** The data folder of the console that is asked what it hears of others. */
let folder: string;
let watcher: Console;
const notices: Alert[] = [];

/** Also on a busy machine. */
const patient = { timeout: 15_000 };

beforeAll(async () => {
  bench = await openConsoleBench();
  await bench.console.open(bench.opening());
  await bench.call('environment.init', { take_over: false, confirm: null });
  await bench.system.query('ALTER TABLE cities ADD CHECK (length(name) < 20)');
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-watch-'));
  await leavesSomething(bench.console);
  await open();
});

afterAll(async () => {
  await watcher.close();
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  notices.length = 0;
});

function newConsole(): Console {
  return createConsole({
    ...bench.facilities,
    dataFolder: folder,
    openStore: confStores(folder),
    notice(alert) {
      notices.push(alert);
      return Promise.resolve({ shown: true, detail: '' });
    },
  });
}

/** The console, as it is started with what it remembers. */
async function open(): Promise<void> {
  watcher = newConsole();
  await watcher.open(bench.opening());
}

interface Kept {
  readonly version: number;
  readonly content: {
    readonly alerts: readonly Alert[];
    readonly told: readonly string[];
    readonly seen: Readonly<Record<string, string>>;
  };
}

async function kept(): Promise<Kept> {
  return JSON.parse(await readFile(join(folder, 'alerts.json'), 'utf8')) as Kept;
}

async function seen(): Promise<string[]> {
  return kept().then(
    ({ content }) => Object.keys(content.seen),
    () => [],
  );
}

async function inbox(): Promise<readonly Alert[]> {
  return (await kept()).content.alerts;
}

/** A run of that console, until it has ended. */
async function runOf(console: Console): Promise<Task> {
  const task = new Promise<Task>((resolve) => {
    console.hub.onPublish((event) => {
      if (event.type === 'task' && event.task.state !== 'working') resolve(event.task);
    });
  });
  expect(await console.dispatch('runs.start', plainRun)).toMatchObject({ ok: true });
  return task;
}

/** A run of that console that the target refuses a row of. @returns its id */
async function leavesSomething(console: Console): Promise<string> {
  await bench.operations.query("UPDATE cities SET name = repeat('x', 30) WHERE id = 7");
  const { document, run } = await runOf(console);
  expect(document?.status).toBe('partial');
  return run ?? '';
}

/** What a program leaves in the history that was killed in the middle: runs whose lock nobody holds. */
async function killed(count: number): Promise<void> {
  await bench.system.query(
    `WITH created AS (
       INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment)
       SELECT gen_random_uuid(), 'run', 'auto', 'running', 'carla', 'another', 1, 'desktop', 'mine' FROM generate_series(1, $1::int)
       RETURNING id
     )
     INSERT INTO astro_sync.run_dataset (run_id, dataset, position) SELECT id, 'cities', 1 FROM created`,
    [count],
  );
}

/** Its password comes from a variable, so that it is at hand when the console starts. */
function draft(): ProfileDraft {
  process.env['ASTRO_SYNC_TEST_PASSWORD'] = draftsOf(bench).password;
  const secret = { kind: 'env' as const, name: 'ASTRO_SYNC_TEST_PASSWORD' };
  const { operations, system } = bench.databases;
  const connections = { operations: connectionOf(operations, { secret }), system: connectionOf(system, { secret }) };
  return draftWith({ connections, datasets: bench.datasets });
}

/** What somebody's cron leaves in the history. */
async function failed(count: number): Promise<void> {
  await bench.system.query(
    `INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, ended_at, error)
     SELECT gen_random_uuid(), 'run', 'auto', 'failed', 'cron', 'db1', 1, 'terminal', 'test', now(),
       '{"code": "CONNECT_FAILED", "message": "nobody answers", "hint": null, "retryable": true, "details": {}}'
     FROM generate_series(1, $1::int)`,
    [count],
  );
}

it('tells of nothing that ended before it first saw the environment', async () => {
  await expect.poll(seen, patient).toHaveLength(1);
  const before = performance.now();
  await failed(1);
  await expect.poll(() => notices, patient).toMatchObject([{ reason: 'failed', run: expect.any(String) }]);
  // Two seconds, and as much again and more for a machine that is busy.
  expect(performance.now() - before).toBeLessThan(6000);
  expect(notices[0]?.body).toBe('cron on db1: nobody answers');
  expect(await inbox()).toHaveLength(1);
});

it('tells of several together, of each but once', async () => {
  await failed(3);
  const run = await leavesSomething(bench.console);
  await expect.poll(() => notices, patient).toHaveLength(2);
  expect(notices).toMatchObject([
    {
      reason: 'failed',
      run: null,
      title: 'test: 3 runs failed',
      body: 'The last one was of cron on db1: nobody answers',
    },
    { reason: 'partial', run, title: 'test: run of cities left something over' },
  ]);
  const own = await leavesSomething(watcher);
  await expect.poll(inbox, patient).toHaveLength(4);
  expect((await inbox())[0]).toMatchObject({ run: own });
});

it('tells when it is started of what ended meanwhile', async () => {
  const before = (await inbox()).length;
  await watcher.close();
  await failed(2);
  await open();
  await expect.poll(inbox, patient).toHaveLength(before + 1);
  expect((await inbox())[0]).toMatchObject({ title: 'test: 2 runs failed' });
});

it('raises none where the rules do not want it', async () => {
  const before = (await inbox()).length;
  await watcher.dispatch('settings.set', { alerts: { reasons: ['partial'] } });
  await failed(1);
  const run = await leavesSomething(bench.console);
  await expect.poll(inbox, patient).toHaveLength(before + 1);
  expect((await inbox())[0]).toMatchObject({ run, reason: 'partial' });
});

it('tells of a run of somebody else that stands still, whose it is, and when it moves again', async () => {
  await watcher.dispatch('settings.set', { alerts: { reasons: ['stalled'], stall_s: 10 } });
  const stalls: (string | null)[] = [];
  watcher.hub.onPublish((event) => {
    if (event.type === 'stall') stalls.push(event.since);
  });
  await bench.operations.query("UPDATE cities SET name = 'held' WHERE id = 9");
  await bench.system.query('BEGIN; LOCK TABLE cities');
  const before = (await inbox()).length;
  const ended = runOf(bench.console);
  const start = performance.now();
  await expect.poll(inbox, { timeout: 30_000 }).toHaveLength(before + 1);
  expect(performance.now() - start).toBeLessThan(20_000);
  await bench.system.query('ROLLBACK');
  const { run } = await ended;
  expect((await inbox())[0]).toMatchObject({
    reason: 'stalled',
    run,
    title: 'test: run of cities makes no progress',
    body: expect.stringMatching(/^olga on test: No progress since \d\d:\d\d:\d\d$/u),
  });
  await expect.poll(() => stalls, patient).toEqual([expect.any(String), null]);
});

it('tells when it is started of runs of a saved environment that were interrupted meanwhile, though none is opened', async () => {
  await watcher.dispatch('settings.set', { alerts: { reasons: ['interrupted'] } });
  const saved = await watcher.dispatch('profiles.create', { draft: draft(), secrets: {}, insist: false });
  const { profile } = (saved as { readonly value: { readonly profile: { readonly id: string } } }).value;
  expect(await watcher.dispatch('session.open', { profile: profile.id, secrets: {} })).toMatchObject({ ok: true });
  await watcher.close();
  const before = (await inbox()).length;
  await killed(2);
  watcher = newConsole();
  await expect.poll(inbox, patient).toHaveLength(before + 1);
  expect((await inbox())[0]).toMatchObject({
    environment: 'mine',
    reason: 'interrupted',
    datasets: ['cities'],
    title: 'mine: 2 runs were interrupted',
    body: 'cities. The last one was of carla on another: its process ended in the middle',
  });
  expect(await watcher.dispatch('session.current', {})).toMatchObject({ value: { session: null } });
});

it('reads what an older console kept', async () => {
  await watcher.close();
  const { alerts, told } = (await kept()).content;
  // What this console ran itself was told of once, as was all else.
  expect(alerts).toHaveLength(8);
  await writeFile(join(folder, 'alerts.json'), JSON.stringify({ version: 1, content: { alerts, interrupted: told } }));
  await open();
  // The saved environment is looked at too, before or after.
  await expect.poll(seen, patient).toContainEqual(expect.stringMatching(/^test: /));
  expect((await kept()).content.told).toEqual(expect.arrayContaining([...told]));
});
