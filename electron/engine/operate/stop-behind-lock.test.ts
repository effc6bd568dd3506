import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from './api';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const tables = ['cities', 'rivers', 'roads'];
/** A condition is described by the server, which waits for the table. */
const datasets = tables.map((table) =>
  copyOf(table, { source: { database: 'operations', table: `public.${table}`, where: 's.id > 0' } }),
);

describe('a stop behind an exclusive lock that is never freed', () => {
  let bench: TestBench;
  let engine: Engine;
  let holder: pg.Client;

  beforeAll(async () => {
    bench = await openTestBench();
    holder = await bench.databases.operations.client();
    for (const table of tables) await onBoth(bench, `CREATE TABLE public.${table} (id int PRIMARY KEY, name text)`);
    engine = await bench.engine(datasets);
    await engine.init({ datasets: [] });
    await bench.operations.query(`INSERT INTO public.cities VALUES (1, 'a')`);
  });
  afterEach(() => holder.query('ROLLBACK'));
  afterAll(() => bench.close());

  const waiting = async (): Promise<number> => {
    const { rows } = await bench.operations.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_locks
       WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rows[0]?.count ?? 0;
  };

  const works = {
    plan: (signal: AbortSignal) => engine.plan({ datasets: [], mode: 'auto', signal }),
    run: (signal: AbortSignal) => engine.run({ datasets: [], mode: 'auto', signal }),
    verify: (signal: AbortSignal) => engine.verify({ datasets: [], signal }),
  };

  it.each([
    ['plan', 'catalogs', 'public.cities, public.rivers, public.roads'],
    ['run', 'catalogs', 'public.cities, public.rivers, public.roads'],
    ['verify', 'catalogs', 'public.cities, public.rivers, public.roads'],
    ['plan', 'captured changes', 'astro_sync.change_log'],
    ['run', 'captured changes', 'astro_sync.change_log'],
    ['verify', 'captured changes', 'astro_sync.change_log'],
  ] as const)('ends a %s that reads %s, and its statement at the server', async (name, _what, locked) => {
    await holder.query(`BEGIN; LOCK TABLE ${locked} IN ACCESS EXCLUSIVE MODE`);
    const stop = new AbortController();
    const work = works[name](stop.signal);
    await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(0);
    const asked = performance.now();
    stop.abort();
    expect(await work).toMatchObject({
      ok: false,
      status: name === 'plan' ? expect.any(String) : 'cancelled',
      error: { code: 'CANCELLED' },
    });
    expect(performance.now() - asked).toBeLessThan(3_000);
    await expect.poll(waiting).toBe(0);
  });

  it('by another program ends a run that reads captured changes', async () => {
    await holder.query('BEGIN; LOCK TABLE astro_sync.change_log IN ACCESS EXCLUSIVE MODE');
    const work = engine.run({ datasets: [], mode: 'auto' });
    await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(0);
    const other = await bench.engine(datasets);
    const [under] = await other.runs({ status: ['running'], limit: 1 });
    expect(await other.cancel(under!.id)).toBe(true);
    expect(await work).toMatchObject({ status: 'cancelled', error: { code: 'CANCELLED' } });
  });

  it('leaves nothing behind: all is in line with the next run', async () => {
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: true });
  });
});
