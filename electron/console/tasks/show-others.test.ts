import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { join } from 'node:path';
import { followRuns } from '../../../shared/contract/follow-runs';
import type { LiveRuns } from '../../../shared/contract/live-run';
import type { Task } from '../../../shared/contract/task';
import { plainRun } from '../../../shared/contract/plain-run';
import { createConsole } from '../console';
import type { Console } from '../console';
import { confStores } from '../stores/open-conf';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';

/** Also on a busy machine. */
const patient = { timeout: 15_000 };

let bench: ConsoleBench;
let folder: string;
/** Another console on the same databases, and what a page of it knows of runs. */
let other: Console;
let runs: LiveRuns = {};
const told: string[] = [];

beforeAll(async () => {
  bench = await openConsoleBench({ rows: 5000 });
  await bench.console.open(bench.opening());
  await bench.call('environment.init', { take_over: false, confirm: null });
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-others-'));
  other = createConsole({ ...bench.facilities, dataFolder: folder, openStore: confStores(folder) });
  await other.open(bench.opening());
  other.hub.subscribe(null, (frame) => {
    if (frame.kind !== 'events') return;
    for (const { event } of frame.events) {
      runs = followRuns(runs, event);
      if (event.type === 'alert') told.push(`${event.alert.reason} ${event.alert.run ?? ''}`);
    }
  });
});

afterAll(async () => {
  await other.close();
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

const everything = { ...plainRun, mode: 'full' as const };

it('a run of another console comes to the page while it works: its status, its progress and its end', async () => {
  await bench.system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
  const { id } = await bench.call('runs.start', everything);
  const event = await bench.until(({ type, ...more }) => type === 'status' && 'run' in more);
  const run = event.type === 'status' ? event.run : '';
  await expect
    .poll(() => runs[run], patient)
    .toMatchObject({
      status: expect.stringMatching(/planning|running/u),
      datasets: { cities: { latest: { run, done: 0 } } },
    });
  await bench.system.query('ROLLBACK');
  await bench.until((each) => each.type === 'task' && each.task.id === id && each.task.state === 'done');
  await expect.poll(() => runs[run]?.status, patient).toBe('succeeded');
  expect(runs[run]?.datasets['cities']?.latest).toMatchObject({ done: 5000, total: 5000, counts: { inserted: 5000 } });
  expect(told).toEqual([]);
});

it('one that failed is told of as soon as it is seen, and once', async () => {
  await bench.operations.query("UPDATE cities SET name = 'x' WHERE id = 1");
  await bench.system.query("ALTER TABLE cities ADD CHECK (name <> 'x') NOT VALID");
  await bench.system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
  const { id } = await bench.call('runs.start', everything);
  await expect.poll(() => Object.values(runs).filter(({ status }) => status !== 'succeeded'), patient).toHaveLength(1);
  await bench.system.query('ROLLBACK');
  await bench.until((each) => each.type === 'task' && each.task.id === id && each.task.state !== 'working');
  const { run } = await bench.call('tasks.get', { id });
  await expect.poll(() => told, patient).toEqual([`partial ${run ?? ''}`]);
});

it('one that began and ended between two looks comes to the page all the same, once', async () => {
  const seen: string[] = [];
  const end = other.hub.subscribe(null, (frame) => {
    if (frame.kind !== 'events') return;
    for (const { event } of frame.events) if (event.type === 'status') seen.push(`${event.run} ${event.status}`);
  });
  // Nobody could see it at work: it comes to the history whole.
  const comes = async (): Promise<string> => {
    const { rows } = await bench.system.query<{ id: string }>(
      `INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, ended_at)
       VALUES (gen_random_uuid(), 'run', 'auto', 'partial', 'cron', 'db1', 1, 'terminal', 'test', now() - interval '1 second', now())
       RETURNING id`,
    );
    return `${rows[0]?.id ?? ''} partial`;
  };
  const come: string[] = [];
  const next = async (): Promise<number> => {
    come.push(await comes());
    return seen.length;
  };
  // What was in the history when it was first looked at is nobody's news: one of these is the first to come after it.
  await expect.poll(next, { ...patient, interval: 2000 }).toBeGreaterThan(0);
  const last = await comes();
  await expect.poll(() => seen, patient).toContain(last);
  end();
  expect(seen).toEqual([...new Set(seen)]);
  expect([...come, last]).toEqual(expect.arrayContaining(seen));
});

it('a run of this console is told of by itself alone', async () => {
  const before = Object.keys(runs).length;
  const statuses: string[] = [];
  const fromRecord: string[] = [];
  const end = other.hub.subscribe(null, (frame) => {
    if (frame.kind !== 'events') return;
    for (const { event } of frame.events) {
      if (event.type === 'status' && event.dataset === null) statuses.push(event.status);
      // What the record tells has no time of its own steps.
      else if (event.type === 'progress' && event.spent_ms === undefined) fromRecord.push(event.run);
    }
  });
  await bench.system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
  expect(await other.dispatch('runs.start', everything)).toMatchObject({ ok: true });
  await expect.poll(() => Object.keys(runs), patient).toHaveLength(before + 1);
  // Long enough for several looks at the history.
  await new Promise((resolve) => setTimeout(resolve, 4500));
  await bench.system.query('ROLLBACK');
  await expect.poll(() => statuses.at(-1), patient).toBe('partial');
  end();
  const tasks = (await other.dispatch('tasks.list', {})) as { readonly value: readonly Task[] };
  expect(tasks.value.map(({ run }) => run)).toEqual([expect.any(String)]);
  expect(fromRecord).not.toContain(tasks.value[0]?.run);
});
