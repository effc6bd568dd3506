import { Redis } from 'ioredis';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from './api';
import { jobsOf, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

const rows = 2_000;
const gate = 41;

/** Each row of the projection passes a gate, at which a test may hold whoever reads it. */
const cards = (name: string): Record<string, unknown> => ({
  name,
  source: {
    database: 'operations',
    table: 'public.cities',
    columns: { id: null, name: null, size: null, passed: { sql: 'public.pass(s.id)' } },
  },
  target: {
    database: 'cache',
    hash: `${name}:{id}`,
    indexes: [{ zset: `${name}-by-size`, score: 'size', member: 'id' }],
  },
  batch: 100,
});

describe('a cache that loses everything', () => {
  let bench: TestBench;
  let cache: Redis;
  let gatekeeper: pg.Client;

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    cache = new Redis(bench.redis!.url());
    // A restart of the server is no failure of the test's own connection.
    cache.on('error', () => undefined);
    gatekeeper = await bench.databases.operations.client();
    await bench.operations.query(`
      CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, size int);
      CREATE FUNCTION public.pass(id bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS
        $$ BEGIN IF id = 1500 THEN PERFORM pg_advisory_xact_lock_shared(${gate}); END IF; RETURN true; END $$;
      INSERT INTO public.cities SELECT i, 'city ' || i, i FROM generate_series(1, ${rows}) AS i`);
  });

  afterAll(async () => {
    cache.disconnect();
    await bench.close();
  });

  /** An engine on cards of its own, installed, and where asked for in line already. */
  async function opened(name: string, inLine: boolean): Promise<Engine> {
    const engine = await bench.engine([cards(name)]);
    await engine.init({ datasets: [] });
    if (inLine) expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({ ok: true });
    return engine;
  }

  /** Closes the gate; whoever reads row 1500 stands there until it is opened. */
  async function closeGate(): Promise<{ reached(): Promise<void>; open(): Promise<void> }> {
    await gatekeeper.query(`SELECT pg_advisory_lock(${gate})`);
    let closed = true;
    const open = async (): Promise<void> => {
      if (closed) await gatekeeper.query(`SELECT pg_advisory_unlock(${gate})`);
      closed = false;
    };
    onTestFinished(open);
    const waiting = async () =>
      (
        await bench.operations.query(
          `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${gate} AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        )
      ).rowCount;
    return { reached: () => expect.poll(waiting, { timeout: 30_000 }).toBeGreaterThan(0), open };
  }

  async function entities(name: string): Promise<number> {
    return (await cache.keys(`${name}:*`)).length;
  }

  /** The loss is known, an incremental run does not pretend, and the next run brings everything back. */
  async function expectHealed(engine: Engine, name: string): Promise<void> {
    expect((await engine.run({ datasets: [], mode: 'incremental' })).error).toMatchObject({ code: 'NEEDS_FULL_RUN' });
    const healed = await engine.run({ datasets: [], mode: 'auto' });
    expect(healed).toMatchObject({ ok: true, datasets: [{ mode: 'full', verified: true, baseline: 'current' }] });
    expect(await entities(name)).toBe(rows);
    expect(await cache.zcard(`${name}-by-size`)).toBe(rows);
    expect(await jobsOf(bench, name)).not.toHaveProperty('pending');
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ datasets: [{ planned: 0 }] });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: true });
  }

  it('in the middle of a full run is seen at the next batch', async () => {
    const engine = await opened('full', true);
    await bench.operations.query('UPDATE public.cities SET size = size + 1');
    const door = await closeGate();
    const run = engine.run({ datasets: [], mode: 'full' });
    await door.reached();
    await expect.poll(() => cache.hget('full:1', 'size'), { timeout: 30_000 }).toBe('2');
    await cache.flushall();
    await door.open();
    expect(await run).toMatchObject({ ok: false, status: 'failed', error: { code: 'TARGET_RESET' } });
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ baseline: 'gap' });
    await expectHealed(engine, 'full');
  });

  it('in the middle of an incremental run is seen at the next batch, though jobs were settled before', async () => {
    const engine = await opened('incremental', true);
    await bench.operations.query(`UPDATE public.cities SET name = 'renamed' WHERE id <= 500`);
    const hold = await holdWrites(
      await bench.databases.system.client(),
      'astro_sync.job_queue',
      `NEW.dataset = 'incremental' AND NEW.status = 'completed'`,
    );
    const run = engine.run({ datasets: [], mode: 'incremental' });
    await hold.reached();
    await cache.flushall();
    await hold.release();
    expect(await run).toMatchObject({ ok: false, error: { code: 'TARGET_RESET' } });
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ baseline: 'gap' });
    await expectHealed(engine, 'incremental');
  });

  it('a run is cancelled though the server has stopped answering, and is caught up on later', async () => {
    const engine = await opened('frozen', true);
    await bench.operations.query('UPDATE public.cities SET size = size + 1');
    const stop = new AbortController();
    const door = await closeGate();
    const run = engine.run({ datasets: [], mode: 'full', signal: stop.signal });
    await door.reached();
    const { pid } = bench.redis!;
    process.kill(pid, 'SIGSTOP');
    try {
      await door.open();
      const asked = Date.now();
      stop.abort();
      expect(await run).toMatchObject({ ok: false, status: 'cancelled', error: { code: 'CANCELLED' } });
      expect(Date.now() - asked).toBeLessThan(10_000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({
      ok: true,
      datasets: [{ verified: true }],
    });
  });

  it('by a restart in the middle of a run is seen after it', async () => {
    const engine = await opened('restarted', true);
    await bench.operations.query('UPDATE public.cities SET size = size + 1');
    const door = await closeGate();
    const run = engine.run({ datasets: [], mode: 'full' });
    await door.reached();
    await expect.poll(async () => (await cache.hget('restarted:1', 'size')) !== null, { timeout: 30_000 }).toBe(true);
    await bench.redis!.restart({ empty: true });
    await door.open();
    const { ok, error } = await run;
    expect({ ok, known: ['CONNECTION_LOST', 'TARGET_RESET'].includes(error?.code ?? '') }).toEqual({
      ok: false,
      known: true,
    });
    await expectHealed(engine, 'restarted');
  });

  it('after the verification of a first full run does not pass for a baseline', async () => {
    const engine = await opened('late', false);
    await bench.operations.query(`UPDATE public.cities SET name = 'waits' WHERE id = 1`);
    // What a full run has verified it settles: everything is done but the checkpoint.
    const hold = await holdWrites(
      await bench.databases.system.client(),
      'astro_sync.job_queue',
      `NEW.dataset = 'late' AND NEW.status = 'completed'`,
    );
    const run = engine.run({ datasets: [], mode: 'full' });
    await hold.reached();
    await cache.flushall();
    await hold.release();
    expect(await run).toMatchObject({ ok: false, error: { code: 'TARGET_RESET' } });
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ baseline: 'gap' });
    await expectHealed(engine, 'late');
  });

  it('by a power failure that takes it back to before a run which was stopped has lost what that run had settled', async () => {
    const engine = await opened('earlier', true);
    await bench.operations.query(`UPDATE public.cities SET name = 'earlier' WHERE id <= 100 OR id = 1500`);
    await cache.save();
    const door = await closeGate();
    const stop = new AbortController();
    const run = engine.run({ datasets: [], mode: 'incremental', signal: stop.signal });
    await door.reached();
    await expect.poll(async () => (await jobsOf(bench, 'earlier'))['completed'], { timeout: 30_000 }).toBe(100);
    stop.abort();
    expect(await run).toMatchObject({ status: 'cancelled', datasets: [{ updated: 100, not_attempted: 1 }] });
    await door.open();
    await bench.redis!.kill9();
    await bench.redis!.restart({ empty: false });
    await expectHealed(engine, 'earlier');
  });
});
