import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const cards = {
  name: 'city-cards',
  source: { database: 'operations', table: 'public.cities', columns: ['id', 'name', 'population'] },
  target: {
    database: 'cache',
    hash: 'city:{id}',
    indexes: [
      { zset: 'cities-by-size', score: 'population', member: 'id' },
      { string: 'city-name:{name}', value: 'id' },
    ],
  },
};

const arrivals = {
  name: 'arrivals',
  source: {
    database: 'cache',
    stream: 'astro_sync:changes',
    entity: 'city',
    key: ['id'],
    columns: ['id', 'name', 'population'],
  },
  target: { database: 'operations', table: 'public.cities' },
  on_delete: 'keep',
};

describe('run, to and from Redis', () => {
  let bench: TestBench;
  let cache: Redis;

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    cache = new Redis(bench.redis!.url());
    await bench.operations.query(
      'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, population int)',
    );
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'city ' || i, i * 10 FROM generate_series(1, 500) AS i`,
    );
  });

  afterAll(async () => {
    cache.disconnect();
    await bench.close();
  });

  it('writes cards and their index entries, and keeps them in line', async () => {
    const engine = await bench.engine([cards]);
    await engine.init({ datasets: [] });
    const full = await engine.run({ datasets: [], mode: 'auto' });
    expect(full.error).toBeNull();
    expect(full.datasets[0]).toMatchObject({ mode: 'full', inserted: 500, verified: true });
    expect(await cache.hgetall('city:7')).toEqual({ id: '7', name: 'city 7', population: '70' });
    expect(await cache.zcard('cities-by-size')).toBe(500);

    await bench.operations.query(`UPDATE public.cities SET name = 'Málaga', population = 5 WHERE id = 7`);
    await bench.operations.query('DELETE FROM public.cities WHERE id = 8');
    const incremental = await engine.run({ datasets: [], mode: 'auto' });
    expect(incremental.datasets[0]).toMatchObject({ mode: 'incremental', updated: 1, deleted: 1, verified: true });
    expect((await cache.get('city-name:M%C3%A1laga')) ?? (await cache.get('city-name:Málaga'))).toBe('7');
    expect(await cache.get('city-name:city 7')).toBeNull();
    expect(await cache.zscore('cities-by-size', '7')).toBe('5');
    expect(await cache.exists('city:8')).toBe(0);

    const again = await engine.run({ datasets: [], mode: 'auto' });
    expect(again.datasets[0]).toMatchObject({ planned: 0 });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: true });
  });

  it('sees that Redis was restarted empty, and heals it by a full run', async () => {
    const engine = await bench.engine([cards]);
    await bench.redis!.restart({ empty: true });
    cache.disconnect();
    cache = new Redis(bench.redis!.url());
    const refused = await engine.run({ datasets: [], mode: 'incremental' });
    expect(refused.error).toMatchObject({ code: 'NEEDS_FULL_RUN' });
    const healed = await engine.run({ datasets: [], mode: 'auto' });
    expect(healed.datasets[0]).toMatchObject({ mode: 'full', inserted: 499, verified: true, baseline: 'current' });
  });

  it('takes what arrives in the stream into the table, and from there into the cards', async () => {
    const engine = await bench.engine([cards, { ...arrivals }]);
    await engine.init({ datasets: [] });
    await cache.xadd(
      'astro_sync:changes',
      '*',
      'entity',
      'city',
      'key',
      '9001',
      'op',
      'insert',
      'values',
      '{"name":"Cádiz","population":12}',
      'application',
      'portal',
      'actor',
      'ana',
      'at',
      new Date().toISOString(),
    );
    const document = await engine.run({ datasets: [], mode: 'auto' });
    expect(document.error).toBeNull();
    expect(document.datasets.map((d) => [d.name, d.inserted])).toEqual([
      ['city-cards', 1],
      ['arrivals', 1],
    ]);
    expect(await cache.hget('city:9001', 'name')).toBe('Cádiz');
    const [job] = await engine.queue({ dataset: 'arrivals', limit: 1 });
    expect(job).toMatchObject({
      status: 'completed',
      data: { origin: { application: 'portal', actor: 'ana', database: 'cache' } },
    });
  });
});
