import { afterAll, beforeAll, expect, it } from 'vitest';
import { notInitialised } from '../../../shared/engine/not-initialised';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
  await onBoth(bench, 'CREATE TABLE public.seats (id int PRIMARY KEY); CREATE TABLE public.crews (id int PRIMARY KEY)');
  await bench.operations.query('INSERT INTO public.seats VALUES (1); INSERT INTO public.crews VALUES (1)');
});

afterAll(() => bench.close());

it('says of a dataset that is not initialised that its runs are full, and after init that the next one is', async () => {
  const engine = await bench.engine([copyOf('seats'), copyOf('crews')]);
  await engine.init({ datasets: ['seats'] });
  expect((await engine.check({ datasets: [] })).datasets).toMatchObject([
    { name: 'seats', warnings: [] },
    { name: 'crews', ok: true, warnings: [notInitialised] },
  ]);
  const run = await engine.run({ datasets: [], mode: 'auto' });
  expect(run.datasets).toMatchObject([{ captured: true }, { mode: 'full', captured: false }]);
  expect((await engine.run({ datasets: [], mode: 'auto' })).datasets).toMatchObject([
    { mode: 'incremental' },
    { mode: 'full' },
  ]);

  await engine.init({ datasets: [] });
  const gap = { baseline: 'gap', gap_reason: 'its capture was installed or changed after its last full run' };
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'current' }, gap]);
  expect((await engine.plan({ datasets: [], mode: 'auto' })).datasets).toMatchObject([
    { mode: 'incremental' },
    { mode: 'full', baseline: 'gap' },
  ]);
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'current' }, gap]);
  expect((await engine.run({ datasets: [], mode: 'auto' })).datasets).toMatchObject([
    { mode: 'incremental' },
    { mode: 'full', baseline: 'current' },
  ]);
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([
    { baseline: 'current' },
    { baseline: 'current' },
  ]);
});

it('says in status, plan and stored plan that a dataset was redefined since init, and that its runs are full', async () => {
  const engine = await bench.engine([
    copyOf('seats', { source: { database: 'operations', table: 'public.seats', where: 's.id > 0' } }),
  ]);
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'gap' }]);
  await engine.run({ datasets: [], mode: 'full' });
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'current', installed: true }]);

  const wider = await bench.engine([copyOf('seats', { depends_on: [{ table: 'public.crews' }] })]);
  await wider.run({ datasets: [], mode: 'full' });
  expect((await wider.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'current', installed: false }]);
  const plan = await wider.plan({ datasets: [], mode: 'auto' });
  expect(plan.datasets).toMatchObject([{ mode: 'full', captured: false }]);
  expect((await wider.storedPlan(plan.id!)).datasets).toMatchObject([{ mode: 'full', captured: false }]);
  await wider.init({ datasets: [] });
  expect((await wider.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'gap', installed: true }]);
  const after = await wider.plan({ datasets: [], mode: 'auto' });
  expect((await wider.storedPlan(after.id!)).datasets).toMatchObject([{ captured: true }]);
});

it('says in status that a captured table is not as it was, so that the next run is a full one', async () => {
  const engine = await bench.engine([copyOf('crews')]);
  await engine.init({ datasets: [] });
  await engine.run({ datasets: [], mode: 'auto' });
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([{ baseline: 'current' }]);
  await bench.operations.query('ALTER TABLE public.crews DISABLE TRIGGER astro_sync_insert');
  expect((await engine.status({ datasets: [] })).datasets).toMatchObject([
    { baseline: 'gap', gap_reason: expect.stringContaining('triggers are missing or disabled') as string },
  ]);
  expect((await engine.plan({ datasets: [], mode: 'auto' })).datasets).toMatchObject([
    { mode: 'full', baseline: 'gap' },
  ]);
});

it('runs nothing after uninstall, not even in full, until init', async () => {
  const engine = await bench.engine([copyOf('seats')]);
  await engine.uninstall({ discard: true });
  const refused = await engine.run({ datasets: [], mode: 'full' });
  expect(refused.datasets).toMatchObject([{ error: { code: 'NOT_INITIALISED' } }]);
  await engine.init({ datasets: [] });
  expect((await engine.run({ datasets: [], mode: 'auto' })).datasets).toMatchObject([{ mode: 'full', verified: true }]);
});
