import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, jobsOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench({ redis: true });
});

afterAll(() => bench.close());

const rows = (table: string): string =>
  `INSERT INTO public.${table} SELECT i, 'row ' || i FROM generate_series(1, 9) AS i`;

async function expectSame(table: string): Promise<void> {
  expect(await rowsOf(bench.copy, `public.${table}`)).toEqual(await rowsOf(bench.operations, `public.${table}`));
}

describe('a guarded target', () => {
  it('is captured by init although nobody reads its database, and what others changed there is undone by the next run', async () => {
    await onBoth(bench, 'CREATE TABLE public.gates (id int PRIMARY KEY, name text)');
    await bench.operations.query(rows('gates'));
    const engine = await bench.engine([copyOf('gates', { guard: true })]);
    const { databases } = await engine.init({ datasets: [] });
    expect(databases.find(({ name }) => name === 'copy')?.done).toContain('triggers on public.gates');
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({ ok: true });
    await engine.run({ datasets: [], mode: 'auto' });

    await bench.copy.query(`UPDATE public.gates SET name = 'mine' WHERE id = 6`);
    await bench.copy.query('DELETE FROM public.gates WHERE id = 7');
    await bench.copy.query(`INSERT INTO public.gates VALUES (77, 'mine')`);
    expect(await engine.plan({ datasets: [], mode: 'auto' })).toMatchObject({
      datasets: [{ mode: 'incremental', captured: true, inserted: 1, updated: 1, deleted: 1 }],
    });
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      datasets: [{ mode: 'incremental', inserted: 1, updated: 1, deleted: 1 }],
    });
    await expectSame('gates');
    // What the run wrote is found equal.
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      datasets: [{ inserted: 0, updated: 0, deleted: 0 }],
    });
    expect(await jobsOf(bench, 'gates')).not.toHaveProperty('pending');
  });

  it('is relayed before its dataset runs, also where another dataset of the same run reads it', async () => {
    await onBoth(bench, 'CREATE TABLE public.locks (id int PRIMARY KEY, name text)');
    await bench.operations.query(rows('locks'));
    await bench.operations.query('CREATE TABLE public.locks_back (id int PRIMARY KEY, name text)');
    const back = {
      name: 'locks-back',
      source: { database: 'copy', table: 'public.locks' },
      target: { database: 'operations', table: 'public.locks_back' },
    };
    const engine = await bench.engine([copyOf('locks', { guard: true }), back]);
    await engine.init({ datasets: [] });
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({ ok: true });
    await bench.copy.query(`UPDATE public.locks SET name = 'mine' WHERE id IN (2, 3)`);
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      datasets: [{ updated: 2 }, {}],
    });
    await expectSame('locks');
    expect(await rowsOf(bench.operations, 'public.locks_back')).toEqual(await rowsOf(bench.operations, 'public.locks'));
  });

  it('that is guarded since the last init, or no more, is compared or left alone until init has been told', async () => {
    await onBoth(bench, 'CREATE TABLE public.doors (id int PRIMARY KEY, name text)');
    await bench.operations.query(rows('doors'));
    const plain = await bench.engine([copyOf('doors')]);
    await plain.init({ datasets: [] });
    await plain.run({ datasets: [], mode: 'full' });
    await bench.copy.query(`UPDATE public.doors SET name = 'mine' WHERE id = 1`);

    const guarded = await bench.engine([copyOf('doors', { guard: true })]);
    expect((await guarded.check({ datasets: [] })).datasets).toMatchObject([{ captured: false }]);
    expect((await guarded.status({ datasets: [] })).datasets).toMatchObject([{ installed: false }]);
    expect(await guarded.run({ datasets: [], mode: 'auto' })).toMatchObject({
      datasets: [{ mode: 'full', captured: false, updated: 1 }],
    });
    await guarded.init({ datasets: [] });
    expect((await guarded.status({ datasets: [] })).datasets).toMatchObject([{ installed: true }]);
    expect(await guarded.run({ datasets: [], mode: 'auto' })).toMatchObject({ datasets: [{ mode: 'full' }] });
    await bench.copy.query(`UPDATE public.doors SET name = 'mine' WHERE id = 2`);
    expect(await guarded.run({ datasets: [], mode: 'auto' })).toMatchObject({
      datasets: [{ mode: 'incremental', updated: 1 }],
    });

    const again = await bench.engine([copyOf('doors')]);
    const { databases } = await again.init({ datasets: [] });
    expect(databases.find(({ name }) => name === 'copy')?.done).toContain('capture of public.doors removed');
  });

  it('that cannot be captured is refused by name at init, check and plan', async () => {
    await bench.operations.query('CREATE TABLE public.hatches (id int PRIMARY KEY, name text)');
    const engine = await bench.engine([
      {
        name: 'hatches',
        source: { database: 'operations', table: 'public.hatches' },
        target: { database: 'cache', hash: 'hatch:{id}' },
        guard: true,
      },
    ]);
    const refused = { code: 'NOT_SUPPORTED', message: expect.stringMatching(/"hatches": guard: .*Redis/) as string };
    await expect(engine.init({ datasets: [] })).rejects.toMatchObject(refused);
    expect((await engine.check({ datasets: [] })).datasets).toMatchObject([{ ok: false, error: refused }]);
    const plan = await engine.plan({ datasets: [], mode: 'auto' });
    expect(plan.error?.code).toMatch(/NOT_SUPPORTED|NOT_INITIALISED/);
  });
});
