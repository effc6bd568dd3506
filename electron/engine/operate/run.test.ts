import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import { copyOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'copy', table: 'public.cities' },
};

describe('run, PostgreSQL to PostgreSQL', () => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await openTestBench();
    const ddl = 'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, population numeric(12,2))';
    await bench.operations.query(ddl);
    await bench.copy.query(ddl);
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'city ' || i, i * 10 FROM generate_series(1, 1000) AS i`,
    );
    await bench.copy.query(`INSERT INTO public.cities VALUES (1, 'stale', 0), (2000, 'extra', NULL)`);
  });

  afterAll(() => bench.close());

  it('says what to do before init', async () => {
    const engine = await bench.engine([cities]);
    const document = await engine.run({ datasets: [], mode: 'auto' });
    expect(document).toMatchObject({ ok: false, error: { code: 'NOT_INITIALISED' } });
  });

  it('brings a table into line by a full run, then by incremental ones, and a second run moves nothing', async () => {
    const engine = await bench.engine([cities]);
    await engine.init({ datasets: [] });
    const full = await engine.run({ datasets: [], mode: 'auto' });
    expect(full.error).toBeNull();
    expect(full).toMatchObject({ ok: true, status: 'succeeded' });
    expect(full.datasets[0]).toMatchObject({
      mode: 'full',
      baseline: 'current',
      inserted: 999,
      updated: 1,
      deleted: 1,
      verified: true,
      differences: 0,
    });
    expect(full.datasets.every(countsAddUp)).toBe(true);
    expect(await rowsOf(bench.copy, 'public.cities')).toEqual(await rowsOf(bench.operations, 'public.cities'));

    await bench.operations.query(`UPDATE public.cities SET name = 'Málaga' WHERE id = 7`);
    await bench.operations.query(`DELETE FROM public.cities WHERE id = 8`);
    await bench.operations.query(`INSERT INTO public.cities VALUES (5000, 'new', 1)`);
    const incremental = await engine.run({ datasets: [], mode: 'auto' });
    expect(incremental.datasets[0]).toMatchObject({
      mode: 'incremental',
      planned: 3,
      inserted: 1,
      updated: 1,
      deleted: 1,
      verified: true,
    });
    expect(await rowsOf(bench.copy, 'public.cities')).toEqual(await rowsOf(bench.operations, 'public.cities'));

    const again = await engine.run({ datasets: [], mode: 'auto' });
    expect(again.datasets[0]).toMatchObject({ mode: 'incremental', planned: 0 });
    const verified = await engine.verify({ datasets: [] });
    expect(verified).toMatchObject({ ok: true, datasets: [{ verified: true, differences: 0 }] });

    const jobs = await engine.queue({ dataset: 'cities', limit: 10 });
    expect(jobs.map((job) => job.status)).toEqual(['completed', 'completed', 'completed']);
    const [run] = await engine.runs({ limit: 1 });
    expect(run).toMatchObject({ operator: 'olga', status: 'succeeded' });
  });

  it('withholds deletes above the guard, still inserts, and lets them go when they are approved', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query(`DELETE FROM public.cities WHERE id <= 500`);
    await bench.operations.query(`INSERT INTO public.cities VALUES (6000, 'another', 2)`);
    const withheld = await engine.run({ datasets: [], mode: 'auto' });
    expect(withheld).toMatchObject({ ok: false, status: 'partial', error: { code: 'DELETES_WITHHELD' } });
    expect(withheld.datasets[0]).toMatchObject({ inserted: 1, deleted: 0, withheld: 499 });
    expect(withheld.datasets.every(countsAddUp)).toBe(true);
    const pending = await engine.queue({ dataset: 'cities', status: ['pending'], limit: 1000 });
    expect(pending).toHaveLength(499);
    expect(pending[0]?.note).toMatch(/499 deletes of/);

    const approved = await engine.run({ datasets: [], mode: 'auto', approveDeletes: 499 });
    expect(approved.datasets[0]).toMatchObject({ deleted: 499, withheld: 0, verified: true });
    expect(await rowsOf(bench.copy, 'public.cities')).toEqual(await rowsOf(bench.operations, 'public.cities'));
  });

  it('deletes nothing because of an empty source until it is allowed in words', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query('TRUNCATE public.cities');
    const refused = await engine.run({ datasets: [], mode: 'incremental' });
    expect(refused.error?.code).toBe('NEEDS_FULL_RUN');
    const guarded = await engine.run({ datasets: [], mode: 'auto', approveDeletes: 'all' });
    expect(guarded).toMatchObject({ status: 'partial', error: { code: 'EMPTY_SOURCE' } });
    expect((await rowsOf(bench.copy, 'public.cities')).length).toBeGreaterThan(0);
    const allowed = await engine.run({ datasets: [], mode: 'auto', allowEmptySource: true });
    expect(allowed).toMatchObject({ ok: true });
    expect(await rowsOf(bench.copy, 'public.cities')).toEqual([]);
  });

  it('says in status of each dataset what became of it in its last run, not of the whole run', async () => {
    await onBoth(
      bench,
      'CREATE TABLE public.harbours (id int PRIMARY KEY); CREATE TABLE public.airports (id int PRIMARY KEY)',
    );
    await bench.operations.query(
      'INSERT INTO public.harbours VALUES (1), (2), (3); INSERT INTO public.airports VALUES (1)',
    );
    const engine = await bench.engine([copyOf('harbours'), copyOf('airports')]);
    await engine.init({ datasets: [] });
    const run = await engine.run({ datasets: [], mode: 'full' });
    await engine.plan({ datasets: [], mode: 'full' });
    const { datasets } = await engine.status({ datasets: [] });
    const inserted = Object.fromEntries(datasets.map(({ name, last_run }) => [name, last_run?.counts.inserted]));
    expect(inserted).toEqual({ harbours: 3, airports: 1 });
    expect(datasets[0]?.last_run).toMatchObject({ id: run.id, status: 'succeeded', ended_at: expect.any(String) });
  });
});
