import { afterAll, beforeAll, expect, it } from 'vitest';
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
    { name: 'crews', ok: true, warnings: ['not initialised: every run is a full one until astro-sync init'] },
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
