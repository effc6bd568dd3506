import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from './api';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

/** Passes connections on, or takes them and says nothing. */
interface Way {
  readonly port: number;
  silent: boolean;
  close(): void;
}

async function openWay(to: URL): Promise<Way> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    sockets.push(near);
    near.on('error', () => undefined);
    if (way.silent) return;
    const far = connect(Number(to.port), to.hostname);
    sockets.push(far);
    far.on('error', () => near.destroy());
    far.on('data', (data) => way.silent || near.write(data));
    near.on('data', (data) => far.write(data));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const way: Way = {
    port: (server.address() as AddressInfo).port,
    silent: false,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return way;
}

const cards = { name: 'cards', source: copyOf('cities')['source'], target: { database: 'cache', hash: 'city:{id}' } };

describe('a stop', () => {
  let bench: TestBench;
  let engine: Engine;
  let holders: pg.Client[];
  const ways: Way[] = [];

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    holders = [await bench.databases.copy.client(), await bench.databases.system.client()];
    await onBoth(bench, 'CREATE TABLE public.cities (id int PRIMARY KEY, name text)');
    await bench.operations.query(`INSERT INTO public.cities SELECT i, 'a' FROM generate_series(1, 50) AS i`);
    engine = await bench.engine([copyOf('cities'), cards]);
    await engine.init({ datasets: [] });
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({ ok: true });
  });
  afterEach(() => Promise.all(holders.map((holder) => holder.query('ROLLBACK'))));
  afterAll(async () => {
    for (const way of ways) way.close();
    await bench.close();
  });

  const waiting = async (client: pg.Client): Promise<number> => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' AND datname = current_database() AND application_name LIKE 'astro-sync %'`,
    );
    return rows[0]?.count ?? 0;
  };

  /** Stops once the run waits for somebody; how it ended, and how soon. */
  const stopped = async (
    work: (signal: AbortSignal) => Promise<{ readonly id: string | null; readonly status: string }>,
    waits: () => Promise<boolean>,
  ): Promise<{ readonly id: string | null; readonly status: string }> => {
    const stop = new AbortController();
    const ended = work(stop.signal);
    await expect.poll(waits, { timeout: 20_000 }).toBe(true);
    const asked = performance.now();
    stop.abort();
    const document = await ended;
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(document).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
    return document;
  };

  const statusOf = async (id: string): Promise<string | undefined> =>
    (await engine.runs({ limit: 50 })).find((run) => run.id === id)?.status;

  it.each([
    ['target', 'rows of applied', 'SELECT * FROM astro_sync.applied FOR UPDATE'],
    ['target', 'applied', 'LOCK TABLE astro_sync.applied IN ACCESS EXCLUSIVE MODE'],
    ['system', 'runs', 'LOCK TABLE astro_sync.run IN ACCESS EXCLUSIVE MODE'],
    ['system', 'datasets of runs', 'LOCK TABLE astro_sync.run_dataset IN ACCESS EXCLUSIVE MODE'],
    ['system', 'leases', 'LOCK TABLE astro_sync.lease IN ACCESS EXCLUSIVE MODE'],
    ['system', 'events', 'LOCK TABLE astro_sync.run_event IN ACCESS EXCLUSIVE MODE'],
    ['system', 'jobs', 'LOCK TABLE astro_sync.job_queue IN ACCESS EXCLUSIVE MODE'],
    ['system', 'checkpoints', 'LOCK TABLE astro_sync.checkpoint IN ACCESS EXCLUSIVE MODE'],
  ] as const)('ends a run that waits in the %s for %s, as cancelled', async (where, _what, lock) => {
    await bench.operations.query(`UPDATE public.cities SET name = name || 'b' WHERE id <= 5`);
    const holder = holders[where === 'target' ? 0 : 1]!;
    await holder.query(`BEGIN; ${lock}`);
    const client = where === 'target' ? bench.copy : bench.system;
    const { id, status } = await stopped(
      (signal) => engine.run({ datasets: ['cities'], mode: 'incremental', signal }),
      async () => (await waiting(client)) > 0,
    );
    expect(status).toBe('cancelled');
    await expect.poll(() => waiting(client), { timeout: 5_000 }).toBe(0);
    await holder.query('ROLLBACK');
    expect(await engine.run({ datasets: ['cities'], mode: 'incremental' })).toMatchObject({ ok: true });
    // Before it got as far as its record there is none.
    if (id !== null) expect(await statusOf(id)).toBe('cancelled');
    expect((await engine.runs({ status: ['running', 'queued', 'verifying'], limit: 5 })).length).toBe(0);
  });

  it.each(['run', 'run_dataset', 'lease', 'run_event', 'audit_log'])(
    'ends a run in the middle whose end cannot be written, and writes it with the next command: %s',
    async (table) => {
      await bench.operations.query(`UPDATE public.cities SET name = name || 'c' WHERE id <= 5`);
      const [target, system] = holders as [pg.Client, pg.Client];
      await target.query('BEGIN; SELECT * FROM public.cities WHERE id = 3 FOR UPDATE');
      let locked = false;
      const { id, status } = await stopped(
        (signal) => engine.run({ datasets: ['cities'], mode: 'incremental', signal }),
        async () => {
          if (locked) return true;
          if ((await waiting(bench.copy)) === 0) return false;
          await system.query(`BEGIN; LOCK TABLE astro_sync.${table} IN ACCESS EXCLUSIVE MODE`);
          locked = true;
          return true;
        },
      );
      expect(status).toBe('cancelled');
      await Promise.all(holders.map((holder) => holder.query('ROLLBACK')));
      expect(await engine.run({ datasets: ['cities'], mode: 'incremental' })).toMatchObject({ ok: true });
      expect(await statusOf(id!)).toBe('cancelled');
      const { rows } = await bench.system.query(
        'SELECT status FROM astro_sync.run_dataset WHERE run_id = $1 AND (ended_at IS NULL OR status IS DISTINCT FROM $2)',
        [id, 'cancelled'],
      );
      expect(rows).toEqual([]);
    },
  );

  it.each(['run', 'plan', 'verify'] as const)('does not wait for a target that says nothing: %s', async (name) => {
    const way = await openWay(new URL(bench.databases.copy.url));
    ways.push(way);
    const url = new URL(bench.databases.copy.url);
    url.hostname = '127.0.0.1';
    url.port = String(way.port);
    const far = await bench.engine([copyOf('cities')], { urls: { copy: url.href } });
    expect(await far.verify({ datasets: [] })).toMatchObject({ error: null });
    way.silent = true;
    const begun = performance.now();
    const request = { datasets: [], mode: 'full' } as const;
    await stopped(
      (signal) => far[name]({ ...request, signal }),
      () => Promise.resolve(performance.now() - begun > 1_500),
    );
    // Where it had got as far as its record, that says the same.
    const [latest] = await far.runs({ limit: 1 });
    expect(latest?.status).not.toBe('failed');
  });

  it.each(['run', 'plan', 'verify'] as const)('does not wait for a Redis that says nothing: %s', async (name) => {
    const begun = performance.now();
    process.kill(bench.redis!.pid, 'SIGSTOP');
    try {
      await stopped(
        (signal) => engine[name]({ datasets: ['cards'], mode: 'full', signal }),
        () => Promise.resolve(performance.now() - begun > 1_000),
      );
    } finally {
      process.kill(bench.redis!.pid, 'SIGCONT');
    }
    expect(await engine.run({ datasets: ['cards'], mode: 'full' })).toMatchObject({ ok: true });
  });
});
