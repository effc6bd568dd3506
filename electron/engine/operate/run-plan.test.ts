import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import { openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'copy', table: 'public.cities' },
};

describe('run of a stored plan', () => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await openTestBench();
    for (const client of [bench.operations, bench.copy]) {
      await client.query('CREATE TABLE public.cities (id bigint PRIMARY KEY, name text, population int)');
    }
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'city ' || i, i FROM generate_series(1, 200) AS i`,
    );
    await (await bench.engine([cities])).init({ datasets: [] });
  });

  afterAll(() => bench.close());

  it('does what the plan counted, once', async () => {
    const engine = await bench.engine([cities]);
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan).toMatchObject({
      ok: true,
      status: 'planned',
      datasets: [{ mode: 'full', inserted: 200, deleted: 0 }],
    });
    expect(await rowsOf(bench.copy, 'public.cities')).toEqual([]);
    const run = await engine.run({ datasets: [], mode: 'auto', plan: plan.id! });
    expect(run).toMatchObject({ ok: true, datasets: [{ inserted: 200, verified: true }] });
    const runsBefore = (await engine.runs({ limit: 100 })).length;
    expect(await engine.run({ datasets: [], mode: 'auto', plan: plan.id! })).toMatchObject({
      ok: false,
      id: null,
      error: { code: 'PLAN_USED' },
    });
    expect(await engine.runs({ limit: 100 })).toHaveLength(runsBefore);
  });

  it('writes to no dataset while it is made, shows what differs, and is shown again as it was', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query(`UPDATE public.cities SET name = 'Málaga' WHERE id = 1`);
    const target = async (): Promise<unknown> => [
      await rowsOf(bench.copy, 'public.cities'),
      (await bench.copy.query('SELECT * FROM astro_sync.applied')).rows,
    ];
    const before = await target();
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    const samples = [{ key: { id: '1' }, operation: 'update', columns: { name: ['city 1', 'Málaga'] } }];
    expect(plan.datasets).toMatchObject([{ mode: 'incremental', planned: 1, updated: 1, samples }]);
    expect(await target()).toEqual(before);
    expect(await engine.storedPlan(plan.id!)).toMatchObject({ id: plan.id, datasets: [{ planned: 1, samples }] });
    expect(await engine.run({ datasets: [], mode: 'auto', plan: plan.id! })).toMatchObject({ ok: true });
  });

  it('says how many changes it took up, which are more than the rows that they come to', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query(`UPDATE public.cities SET name = 'Turin' WHERE id = 11`);
    await bench.operations.query(`UPDATE public.cities SET name = 'Torino' WHERE id IN (11, 12)`);
    await bench.operations.query(`UPDATE public.cities SET name = 'for a moment' WHERE id IN (13, 14)`);
    await bench.operations.query(`UPDATE public.cities SET name = 'city ' || id WHERE id IN (13, 14)`);
    const facts = { changes: 7, changed_rows: 4, updated: 2, unchanged: 2, planned: 2 };
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan.datasets).toMatchObject([facts]);
    expect((await engine.storedPlan(plan.id!)).datasets).toMatchObject([facts]);
    const { datasets } = await engine.status({ datasets: [] });
    expect(datasets).toMatchObject([{ backlog: 7, backlog_rows: 4, unrelayed: 0 }]);
    expect(await engine.run({ datasets: [], mode: 'auto', plan: plan.id! })).toMatchObject({ ok: true });
    const after = await engine.status({ datasets: [] });
    expect(after.datasets).toMatchObject([{ backlog: 0, backlog_rows: 0 }]);
    const [full] = (await engine.plan({ datasets: [], mode: 'full' })).datasets;
    expect(full).not.toHaveProperty('changes');
  });

  it('refuses a plan that there is not, and one of a table that was altered since', async () => {
    const engine = await bench.engine([cities]);
    const unknown = await engine.run({ datasets: [], mode: 'auto', plan: '2b1f0e7a-0000-4000-8000-000000000000' });
    expect(unknown).toMatchObject({ ok: false, id: null, error: { code: 'PLAN_UNKNOWN' } });
    const plan = await engine.plan({ datasets: [], mode: 'full' });
    await bench.copy.query('ALTER TABLE public.cities ALTER COLUMN population TYPE bigint');
    const altered = await engine.run({ datasets: [], mode: 'auto', plan: plan.id! });
    expect(altered.error).toMatchObject({ code: 'SCHEMA_CHANGED' });
    expect(altered.error?.message).toContain('"cities"');
    await bench.copy.query('ALTER TABLE public.cities ALTER COLUMN population TYPE int');
  });

  it('refuses a plan that is an hour old', async () => {
    const engine = await bench.engine([cities]);
    const plan = await engine.plan({ datasets: [], mode: 'full' });
    await bench.system.query(`UPDATE astro_sync.plan SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      plan.id,
    ]);
    expect((await engine.run({ datasets: [], mode: 'auto', plan: plan.id! })).error?.code).toBe('PLAN_EXPIRED');
  });

  it('refuses a plan of another definition', async () => {
    const engine = await bench.engine([cities]);
    const plan = await engine.plan({ datasets: [], mode: 'full' });
    const other = await bench.engine([{ ...cities, source: { ...cities.source, where: 'id > 0' } }]);
    expect((await other.run({ datasets: [], mode: 'auto', plan: plan.id! })).error?.code).toBe('DEFINITION_CHANGED');
  });

  it('never deletes more than the plan counted, whatever is approved', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query('DELETE FROM public.cities WHERE id <= 3');
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan.datasets[0]).toMatchObject({ mode: 'incremental', deleted: 3 });
    await bench.operations.query('DELETE FROM public.cities WHERE id <= 5');
    const run = await engine.run({ datasets: [], mode: 'auto', plan: plan.id!, approveDeletes: 'all' });
    expect(run).toMatchObject({
      status: 'partial',
      error: { code: 'DELETES_WITHHELD' },
      datasets: [{ deleted: 0, withheld: 5 }],
    });
    expect(run.error?.message).toMatch(/5 deletes, 3 planned/);
    expect((await engine.run({ datasets: [], mode: 'auto' })).datasets[0]).toMatchObject({ deleted: 5 });
  });

  it('takes an accepted plan for no approval of deletes above the guard', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query('DELETE FROM public.cities WHERE id <= 105');
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan.datasets[0]).toMatchObject({ planned: 100, deleted: 0, withheld: 100, withheld_by: 'delete_guard' });
    expect((await engine.storedPlan(plan.id!)).datasets[0]).toMatchObject({ deleted: 0, withheld: 100 });
    expect((await engine.storedPlan(plan.id!, { approveDeletes: 100 })).datasets[0]).toMatchObject({ deleted: 100 });
    const run = await engine.run({ datasets: [], mode: 'auto', plan: plan.id! });
    expect(run.datasets[0]).toMatchObject({ deleted: 0, withheld: 100 });
    const tooFew = await engine.plan({ datasets: [], mode: 'auto', approveDeletes: 99 });
    expect(tooFew.datasets[0]).toMatchObject({ deleted: 0, withheld: 100 });
    const again = await engine.plan({ datasets: [], mode: 'auto', approveDeletes: 100 });
    expect(again.datasets[0]).toMatchObject({ planned: 100, deleted: 100, withheld: 0, withheld_by: null });
    expect(again.datasets.every(countsAddUp)).toBe(true);
    const approved = await engine.run({ datasets: [], mode: 'auto', plan: again.id!, approveDeletes: 100 });
    expect((await engine.runDetail(approved.id!)).approved).toEqual({
      approve_deletes: 100,
      allow_empty_source: false,
    });
    expect(approved.datasets[0]).toMatchObject({ deleted: 100, verified: true });
  });

  it('foretells that all rows would go, as if the source were empty', async () => {
    const none = await bench.engine([{ ...cities, source: { ...cities.source, where: 'false' } }]);
    const plan = await none.plan({ datasets: [], mode: 'full', approveDeletes: 'all' });
    expect(plan.datasets[0]).toMatchObject({ deleted: 0, withheld: 95, withheld_by: 'empty_source' });
    const allowed = await none.plan({ datasets: [], mode: 'full', allowEmptySource: true });
    expect(allowed.datasets[0]).toMatchObject({ deleted: 95, withheld: 0, withheld_by: null });
  });

  it('allows for what its own earlier stages change beyond what could be counted', async () => {
    await bench.operations.query('CREATE TABLE public.towns (id bigint PRIMARY KEY, name text, population int)');
    const towns = {
      name: 'towns',
      source: { database: 'copy', table: 'public.cities' },
      target: { database: 'operations', table: 'public.towns' },
    };
    const engine = await bench.engine([cities, towns]);
    await engine.init({ datasets: [] });
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
    await bench.operations.query(`UPDATE public.cities SET name = name || '!' WHERE id > 120`);
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    const { rows } = await bench.operations.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM public.cities WHERE id > 120',
    );
    const changed = rows[0]!.count;
    expect(changed).toBeGreaterThan(20);
    expect(plan.datasets).toMatchObject([
      { name: 'cities', updated: changed },
      { name: 'towns', updated: 0 },
    ]);
    expect(await engine.run({ datasets: [], mode: 'auto', plan: plan.id! })).toMatchObject({
      ok: true,
      datasets: [{ updated: changed }, { name: 'towns', updated: changed, verified: true }],
    });
  });

  it('refuses what has drifted far from what was approved, and writes nothing of it', async () => {
    const engine = await bench.engine([cities]);
    await bench.operations.query(`UPDATE public.cities SET name = 'x' WHERE id = 150`);
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    await bench.operations.query(`UPDATE public.cities SET name = 'y' WHERE id > 150`);
    const before = await rowsOf(bench.copy, 'public.cities');
    const run = await engine.run({ datasets: [], mode: 'auto', plan: plan.id! });
    expect(run.error).toMatchObject({ code: 'PLAN_EXCEEDED' });
    expect(run.error?.message).toMatch(/51 updates instead of 1/);
    expect(await rowsOf(bench.copy, 'public.cities')).toEqual(before);
    await engine.run({ datasets: [], mode: 'auto' });
  });

  it('plans and verifies through a read-only environment, and keeps nothing', async () => {
    await bench.operations.query(`UPDATE public.cities SET name = 'z' WHERE id = 160`);
    const engine = await bench.engine([cities], { readOnly: true });
    const kept = async (): Promise<unknown> =>
      (
        await bench.system.query(
          'SELECT (SELECT count(*) FROM astro_sync.plan) + (SELECT count(*) FROM astro_sync.run) AS n',
        )
      ).rows;
    const before = await kept();
    expect(await engine.plan({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      id: null,
      datasets: [{ updated: 1 }],
    });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: false, datasets: [{ differences: 1 }] });
    expect(await kept()).toEqual(before);
    expect((await engine.run({ datasets: [], mode: 'auto' })).error?.code).toBe('READ_ONLY');
    await expect(engine.init({ datasets: [] })).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(engine.prune({ days: 1 })).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(engine.uninstall({ discard: true })).rejects.toMatchObject({ code: 'READ_ONLY' });
  });

  it('names the column that was dropped between plan and run', async () => {
    const definition = { ...cities, source: { ...cities.source, columns: ['id', 'name', 'population'] } };
    const engine = await bench.engine([definition]);
    const plan = await engine.plan({ datasets: [], mode: 'full' });
    await bench.copy.query('ALTER TABLE public.cities DROP COLUMN population');
    const run = await engine.run({ datasets: [], mode: 'auto', plan: plan.id! });
    expect(run.error).toMatchObject({ code: 'COLUMN_MISSING' });
    expect(run.error?.message).toMatch(/population/);
  });
});
