import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from './api';
import { copyOf, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

let bench: TestBench;
let engine: Engine;

/** A dataset the other way, so that both databases are sources. */
const back = {
  name: 'back',
  source: { database: 'copy', table: 'public.piers' },
  target: { database: 'operations', table: 'public.piers' },
};

beforeEach(async () => {
  bench = await openTestBench();
  for (const client of [bench.operations, bench.copy])
    await client.query(
      'CREATE TABLE public.berths (id int PRIMARY KEY, name text); CREATE TABLE public.piers (id int PRIMARY KEY)',
    );
  await bench.operations.query(`INSERT INTO public.berths VALUES (1, 'first'), (2, 'second')`);
  engine = await bench.engine([copyOf('berths'), back]);
  await engine.init({ datasets: [] });
});

const records = async () =>
  Promise.all(
    [bench.operations, bench.copy].map(async (client) => {
      const { rows } = await client.query<{ log: boolean; applied: boolean }>(
        `SELECT to_regclass('astro_sync.change_log') IS NOT NULL AS log, to_regclass('astro_sync.applied') IS NOT NULL AS applied`,
      );
      return rows[0];
    }),
  );
const whole = { log: true, applied: true };

it('touches no database while another one has something that waits', async () => {
  await engine.run({ datasets: [], mode: 'full', allowEmptySource: true });
  await bench.copy.query('INSERT INTO public.piers VALUES (1)');
  await expect(engine.uninstall({ discard: false })).rejects.toMatchObject({
    code: 'UNSETTLED_CHANGES',
    message: 'Database "copy" still has 1 change not relayed',
  });
  expect(await records()).toEqual([whole, whole]);
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
});

it('loses nothing of who commits while it waits for their table', async () => {
  await engine.run({ datasets: [], mode: 'full', allowEmptySource: true });
  const writer = await bench.databases.operations.client();
  await writer.query(`BEGIN; INSERT INTO public.berths VALUES (3, 'late')`);
  const { rows } = await writer.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const refused = engine.uninstall({ discard: false }).catch((error: unknown) => error);
  await expect
    .poll(
      async () => {
        const waiting = await bench.operations.query(
          'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
          [rows[0]!.pid],
        );
        return waiting.rowCount;
      },
      { timeout: 10_000, interval: 20 },
    )
    .toBeGreaterThan(0);
  await writer.query('COMMIT');
  expect(await refused).toMatchObject({ code: 'UNSETTLED_CHANGES', details: { changes: 1 } });
  expect((await engine.run({ datasets: [], mode: 'auto' })).datasets).toMatchObject([
    { mode: 'incremental', inserted: 1 },
    {},
  ]);
  await engine.uninstall({ discard: false });
  expect(await records()).toEqual([
    { log: false, applied: false },
    { log: false, applied: false },
  ]);
});

it('is done once where two do it at the same time', async () => {
  const other = await bench.engine([copyOf('berths'), back]);
  await Promise.all([engine.uninstall({ discard: true }), other.uninstall({ discard: true })]);
  expect(await records()).toEqual([
    { log: false, applied: false },
    { log: false, applied: false },
  ]);
});

afterEach(() => bench.close());

it('is refused while a run of another program works, whatever is asked for, and goes on after those that were killed', async () => {
  const other = await bench.engine([copyOf('berths')], { operator: 'otto', host: 'ops-2' });
  const hold = await holdWrites(await bench.databases.copy.client(), 'public.berths', 'NEW.id = 2');
  const running = other.run({ datasets: [], mode: 'full' });
  await hold.reached();
  for (const discard of [false, true]) {
    await expect(engine.uninstall({ discard })).rejects.toMatchObject({
      code: 'RUNS_ACTIVE',
      message: expect.stringMatching(/^1 run at work in this environment: \w{8} of otto on ops-2$/) as string,
    });
  }
  await hold.release();
  expect(await running).toMatchObject({ ok: true, datasets: [{ inserted: 2 }] });

  const dead = randomUUID();
  await bench.operations.query(`UPDATE public.berths SET name = 'third' WHERE id = 1`);
  await engine.plan({ datasets: [], mode: 'auto' });
  await bench.system.query(
    `INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, heartbeat)
     VALUES ($1, 'run', 'auto', 'running', 'otto', 'ops-2', 1, 'astro-sync', 'test', now() - interval '1 hour', now() - interval '1 hour')`,
    [dead],
  );
  await expect(engine.uninstall({ discard: false })).rejects.toMatchObject({ code: 'UNSETTLED_CHANGES' });
  expect((await engine.uninstall({ discard: true })).databases[0]?.done).toHaveLength(3);
  expect(await engine.queue({ limit: 10 })).toMatchObject([
    { status: 'skipped', note: expect.stringContaining('lost: olga removed its capture') as string },
  ]);
  const { rows } = await bench.system.query('SELECT status FROM astro_sync.run WHERE id = $1', [dead]);
  expect(rows).toEqual([{ status: 'interrupted' }]);
});
