import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Engine } from './api';
import { copyOf, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const orders = copyOf('orders');
const lines = copyOf('lines');
const tables = `
  CREATE TABLE public.orders (id int PRIMARY KEY);
  CREATE TABLE public.lines (id int PRIMARY KEY, of int REFERENCES public.orders ON DELETE CASCADE);`;

let bench: TestBench;
let engine: Engine;

beforeAll(async () => {
  bench = await openTestBench();
  await bench.operations.query(tables);
  // Notes are the target's own: no dataset writes them.
  await bench.copy.query(`${tables}
    CREATE TABLE public.notes (of int REFERENCES public.orders ON DELETE CASCADE)`);
  engine = await bench.engine([orders, lines]);
  await engine.init({ datasets: [] });
});

afterAll(() => bench.close());

beforeEach(async () => {
  await bench.operations.query(`TRUNCATE public.orders CASCADE;
    INSERT INTO public.orders SELECT i FROM generate_series(1, 100) AS i;
    INSERT INTO public.lines SELECT i, 1 + i % 100 FROM generate_series(1, 300) AS i`);
  const all = { approveDeletes: 'all', allowEmptySource: true } as const;
  expect(await engine.run({ datasets: [], mode: 'full', ...all })).toMatchObject({ ok: true });
});

const counts = async () =>
  (
    await bench.copy.query<{ orders: number; lines: number }>(
      `SELECT (SELECT count(*)::int FROM public.orders) AS orders, (SELECT count(*)::int FROM public.lines) AS lines`,
    )
  ).rows[0];

it('never takes rows of another dataset with those that it deletes: their own deletes are guarded, and come first', async () => {
  await bench.operations.query('DELETE FROM public.orders WHERE id <= 50');
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
    ok: false,
    datasets: [
      { name: 'orders', deleted: 0, withheld: 50 },
      { name: 'lines', deleted: 0, withheld: 150 },
    ],
  });
  const alone = await engine.run({ datasets: ['orders'], mode: 'auto', approveDeletes: 50 });
  expect(alone).toMatchObject({ ok: false, datasets: [{ deleted: 0, failed: 50 }] });
  expect(await counts()).toEqual({ orders: 100, lines: 300 });
  const [error] = await engine.errors({ run: alone.id!, limit: 1 });
  expect(error).toMatchObject({ operation: 'delete', sqlstate: '23503' });
  expect(error?.reason).toBe(
    'rows of public.lines, which another dataset writes, still refer to it and would be deleted with it ' +
      '(lines_of_fkey, ON DELETE CASCADE): sync that dataset first',
  );
  expect(await engine.run({ datasets: ['lines'], mode: 'auto', approveDeletes: 150 })).toMatchObject({
    ok: true,
    datasets: [{ deleted: 150 }],
  });
  await engine.retryFailedRows({ run: alone.id! });
  expect(await engine.run({ datasets: ['orders'], mode: 'auto', approveDeletes: 50 })).toMatchObject({
    ok: true,
    datasets: [{ deleted: 50 }],
  });
  expect(await counts()).toEqual({ orders: 50, lines: 150 });
});

it('deletes both in one run, the rows that refer first; what no dataset writes follows as its owner declared it', async () => {
  await bench.copy.query('INSERT INTO public.notes VALUES (1), (2), (99)');
  await bench.operations.query('DELETE FROM public.orders WHERE id <= 2');
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
    ok: true,
    datasets: [
      { name: 'orders', deleted: 2 },
      { name: 'lines', deleted: 6 },
    ],
  });
  expect((await bench.copy.query('SELECT of FROM public.notes')).rows).toEqual([{ of: 99 }]);
});

it('leaves what refers by ON DELETE SET NULL as it is, too', async () => {
  await bench.copy.query(`ALTER TABLE public.lines DROP CONSTRAINT lines_of_fkey;
    ALTER TABLE public.lines ADD CONSTRAINT kept FOREIGN KEY (of) REFERENCES public.orders ON DELETE SET NULL`);
  await bench.operations.query('DELETE FROM public.orders WHERE id = 1');
  const alone = await engine.run({ datasets: ['orders'], mode: 'auto' });
  expect(alone).toMatchObject({ ok: false, datasets: [{ deleted: 0, failed: 1 }] });
  const [error] = await engine.errors({ run: alone.id!, limit: 1 });
  expect(error?.reason).toContain('would be changed with it (kept, ON DELETE SET NULL)');
  expect((await bench.copy.query('SELECT FROM public.lines WHERE of IS NULL')).rowCount).toBe(0);
});
