import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const stream = 'astro_sync:changes';
const born = {
  name: 'born',
  source: { database: 'cache', stream, entity: 'seat', key: ['id'], columns: { id: null, row: null } },
  target: { database: 'copy', table: 'public.seats' },
};
const cards = {
  name: 'cards',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'cache', hash: 'city:{id}' },
};

describe('while the Redis alone is away', () => {
  let bench: TestBench;
  let engine: Awaited<ReturnType<TestBench['engine']>>;
  const away = expect.stringMatching(/^Could not connect to cache \(/) as string;
  const error = { code: 'CONNECT_FAILED', message: away, hint: expect.stringContaining('astro-sync check') as string };

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    await onBoth(bench, 'CREATE TABLE public.cities (id int PRIMARY KEY, name text)');
    await bench.operations.query(`INSERT INTO public.cities SELECT i, 'city ' || i FROM generate_series(1, 20) AS i`);
    await bench.copy.query('CREATE TABLE public.seats (id int PRIMARY KEY, row text)');
    engine = await bench.engine([born, cards, copyOf('cities')]);
    await engine.init({ datasets: [] });
    const cache = new Redis(bench.redis!.url());
    await cache.hset('city:3', { id: '3', name: 'city 3' });
    await cache.xadd(stream, '*', 'entity', 'seat', 'key', '1', 'op', 'insert', 'values', '{"row": "A"}');
    cache.disconnect();
    await bench.redis!.kill9();
  });
  afterAll(() => bench.close());

  it('counts and keeps a plan of what needs it not, and says of the others why they are left out', async () => {
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan).toMatchObject({ ok: false, status: 'failed', error: { code: 'CONNECT_FAILED' } });
    expect(plan.datasets).toMatchObject([
      { name: 'born', error },
      { name: 'cards', error },
      { name: 'cities', planned: 20, inserted: 20, error: null },
    ]);
    const kept = await engine.storedPlan(plan.id!);
    expect(kept).toMatchObject({ ok: true, datasets: [{ name: 'cities', inserted: 20 }] });
    expect(kept.datasets).toHaveLength(1);
    const run = await engine.run({ datasets: [], mode: 'auto', plan: plan.id! });
    expect(run).toMatchObject({ ok: true, datasets: [{ name: 'cities', inserted: 20, verified: true }] });
    expect(run.datasets).toHaveLength(1);
    expect(await rowsOf(bench.copy, 'public.cities')).toHaveLength(20);
  });

  it('verifies and runs what needs it not', async () => {
    await bench.operations.query(`UPDATE public.cities SET name = 'new' WHERE id = 1`);
    const run = await engine.run({ datasets: [], mode: 'auto' });
    expect(run).toMatchObject({ ok: false, status: 'failed', error: { code: 'CONNECT_FAILED' } });
    expect(run.datasets).toMatchObject([
      { error },
      { error },
      { name: 'cities', updated: 1, verified: true, error: null },
    ]);
    const verification = await engine.verify({ datasets: [] });
    expect(verification.datasets).toMatchObject([
      { error },
      { error },
      { name: 'cities', verified: true, error: null },
    ]);
  });

  it('keeps no plan where nothing could be counted', async () => {
    expect(await engine.plan({ datasets: ['born', 'cards'], mode: 'auto' })).toMatchObject({ ok: false, id: null });
  });

  it('explains an entity by the side that answers, with the error in place of the other', async () => {
    const { source, target, differs, others, jobs } = await engine.explain('cards', '3');
    expect(source).toEqual({
      database: 'operations',
      available: true,
      image: { id: '3', name: 'city 3' },
      error: null,
    });
    expect(target).toEqual({ database: 'cache', available: true, image: null, error });
    expect(differs).toEqual([]);
    expect(others).toMatchObject([{ dataset: 'cities', target: { image: { name: 'city 3' }, error: null } }]);
    expect(jobs).toEqual([]);
  });

  it('plans everything once it answers again', async () => {
    await bench.redis!.restart({ empty: true });
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan).toMatchObject({ datasets: [{ name: 'born' }, { name: 'cards', inserted: 20 }, { name: 'cities' }] });
  });
});
