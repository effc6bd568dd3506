import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const cards = {
  name: 'cards',
  source: { database: 'operations', table: 'public.orders' },
  target: { database: 'cache', hash: 'order:{id}' },
};

describe('the rows that a verification counts as equal', () => {
  let bench: TestBench;
  const both = [copyOf('orders'), cards];

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    await onBoth(bench, 'CREATE TABLE public.orders (id int PRIMARY KEY, name text)');
    await bench.operations.query(`INSERT INTO public.orders SELECT i, 'order ' || i FROM generate_series(1, 900) AS i`);
    const engine = await bench.engine(both);
    await engine.init({ datasets: [] });
    const run = await engine.run({ datasets: [], mode: 'full' });
    expect(run).toMatchObject({ ok: true, datasets: [{ inserted: 900 }, { inserted: 900 }] });
  });

  afterAll(() => bench.close());

  it('are those that are the same on both sides, in the document and in the record', async () => {
    const engine = await bench.engine(both);
    const verified = await engine.verify({ datasets: [] });
    expect(verified.datasets).toMatchObject([{ unchanged: 900 }, { unchanged: 900 }]);
    expect((await engine.runs({ limit: 1 }))[0]).toMatchObject({ kind: 'verify', counts: { unchanged: 1800 } });
    expect((await engine.runDetail(verified.id!)).datasets).toMatchObject([
      { counts: { unchanged: 900 } },
      { counts: { unchanged: 900 } },
    ]);
    const full = await engine.run({ datasets: [], mode: 'full' });
    expect(full.datasets).toMatchObject([{ unchanged: 900 }, { unchanged: 900 }]);
  });

  it('are not made fewer by what only the target has', async () => {
    const engine = await bench.engine(both);
    await bench.operations.query(
      `DELETE FROM public.orders WHERE id > 800; UPDATE public.orders SET name = 'x' WHERE id <= 3`,
    );
    const full = await engine.run({ datasets: [], mode: 'full' });
    expect(full.datasets).toMatchObject([
      { unchanged: 797, updated: 3, withheld: 100 },
      { unchanged: 797, updated: 3, withheld: 100 },
    ]);
    expect((await engine.verify({ datasets: [] })).datasets).toMatchObject([
      { unchanged: 800, differences: 0, in_flight: 100 },
      { unchanged: 800, differences: 0, in_flight: 100 },
    ]);
  });

  it('are not all there is: what differs and waits is in the record and in the status, until it is settled', async () => {
    const engine = await bench.engine(both);
    const { id } = await engine.verify({ datasets: [] });
    expect((await engine.runDetail(id!)).datasets).toMatchObject([{ in_flight: 100 }, { in_flight: 100 }]);
    const log = await engine.runLog({ run: id!, level: 'warn', limit: 10 });
    expect(log[0]?.message).toBe('100 entities differ and have a change on the way, withheld deletes among them');
    const standing = async () =>
      (await engine.status({ datasets: [] })).datasets.map(({ differences, in_flight: waits }) => [differences, waits]);
    expect(await standing()).toEqual([
      [0, 100],
      [0, 100],
    ]);
  });

  it('names the guard that deletes wait for, and none once no delete waits', async () => {
    const engine = await bench.engine(both);
    const withheldBy = async (): Promise<unknown> =>
      (await engine.verify({ datasets: [] })).datasets.map(({ withheld_by: by }) => by);
    expect(await withheldBy()).toEqual(['delete_guard', 'delete_guard']);
    await bench.operations.query(`INSERT INTO public.orders SELECT i, 'new ' || i FROM generate_series(801, 900) AS i`);
    expect(await withheldBy()).toEqual([null, null]);
    await bench.operations.query(`DELETE FROM public.orders WHERE id > 800`);
    expect(await withheldBy()).toEqual(['delete_guard', 'delete_guard']);
  });

  it('are none, not fewer, where the source is empty', async () => {
    const engine = await bench.engine(both);
    await bench.operations.query('TRUNCATE public.orders');
    expect((await engine.verify({ datasets: [] })).datasets).toMatchObject([
      { unchanged: 0, differences: 800, in_flight: 100 },
      { unchanged: 0, differences: 800, in_flight: 100 },
    ]);
    expect((await engine.run({ datasets: [], mode: 'full' })).datasets).toMatchObject([
      { unchanged: 0, withheld: 900 },
      { unchanged: 0, withheld: 900 },
    ]);
  });
});
