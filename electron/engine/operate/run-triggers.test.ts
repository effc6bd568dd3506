import { afterAll, beforeAll, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import { copyOf, jobsOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
  await onBoth(bench, 'CREATE TABLE public.seats (id int PRIMARY KEY, state text)');
  await bench.operations.query(`INSERT INTO public.seats SELECT i, 'free' FROM generate_series(1, 100) AS i`);
  const engine = await bench.engine([copyOf('seats')]);
  await engine.init({ datasets: [] });
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
  await bench.copy.query(`
    CREATE FUNCTION public.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON public.seats FOR EACH ROW
      WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION public.keep()`);
});

afterAll(() => bench.close());

it.each(['incremental', 'full'] as const)(
  'counts as failed what a trigger of the target kept from being written, in a run by mode %s',
  async (mode) => {
    const engine = await bench.engine([copyOf('seats')]);
    await bench.operations.query(
      `INSERT INTO public.seats VALUES (101, 'new') ON CONFLICT (id) DO UPDATE SET state = seats.state || '+';
       UPDATE public.seats SET state = state || '-' WHERE id = 2; DELETE FROM public.seats WHERE id = 3`,
    );
    const run = await engine.run({ datasets: [], mode });
    expect(run).toMatchObject({ ok: false, status: 'partial' });
    const [dataset] = run.datasets;
    expect(dataset).toMatchObject({ planned: 3, inserted: 0, updated: 0, deleted: 0, failed: 3, differences: 0 });
    expect(countsAddUp(dataset!)).toBe(true);
    const errors = await engine.errors({ run: run.id!, limit: 10 });
    expect(errors.map(({ key, operation, sqlstate }) => [key['id'], operation, sqlstate]).sort()).toEqual([
      ['101', 'insert', '09000'],
      ['2', 'update', '09000'],
      ['3', 'delete', '09000'],
    ]);
    expect(await jobsOf(bench, 'seats')).toMatchObject({ failed: 3 });
  },
);

it('counts them as written once the trigger is gone and they are tried again', async () => {
  await bench.copy.query('DROP TRIGGER keep ON public.seats');
  const engine = await bench.engine([copyOf('seats')]);
  const run = await engine.run({ datasets: [], mode: 'full' });
  expect(run).toMatchObject({ ok: true, datasets: [{ inserted: 1, updated: 1, deleted: 1, failed: 0 }] });
});
