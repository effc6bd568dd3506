import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../../shared/engine/events';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

type Opened = Awaited<ReturnType<TestBench['engine']>>;

describe('the progress of a run', () => {
  let bench: TestBench;
  const rows = 300_000;
  const fewer = 100_000;

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    await onBoth(bench, 'CREATE TABLE public.parcels (id int PRIMARY KEY, name text)');
    await bench.operations.query(`CREATE TABLE public.labels (id int PRIMARY KEY, name text);
      INSERT INTO public.labels SELECT i, 'label ' || i FROM generate_series(1, ${fewer}) AS i; ANALYZE public.labels`);
    await bench.operations.query(
      `INSERT INTO public.parcels SELECT i, 'parcel ' || i FROM generate_series(1, ${rows}) AS i; ANALYZE public.parcels`,
    );
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => bench.close());

  const cards = {
    name: 'label-cards',
    source: { database: 'operations', table: 'public.labels' },
    target: { database: 'cache', hash: 'label:{id}' },
  };
  /** Between two looks at the clock more time passes than between two events, so that a fast computer tells no moment less. */
  const everyMomentIsTold = (): void => {
    let clock = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => (clock += 200));
  };
  const progressOf = (engine: Opened): ProgressEvent[] => engine.events.filter((event) => event.type === 'progress');
  const shareOf = ({ done, total }: ProgressEvent): number => (total === null || total === 0 ? 0 : done / total);
  const furthest = (events: readonly ProgressEvent[]): number => Math.max(0, ...events.map(shareOf));

  it.each([
    ['a table', copyOf('parcels'), rows],
    ['cards in Redis', cards, fewer],
  ] as const)(
    'stands at half when all of %s is written, and the verification takes it to its end',
    async (_, dataset, all) => {
      const engine = await bench.engine([dataset]);
      await engine.init({ datasets: [] });
      everyMomentIsTold();
      expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({
        ok: true,
        datasets: [{ inserted: all }],
      });
      const events = progressOf(engine);
      const writing = events.filter(({ phase }) => phase !== 'verify');
      expect(Math.max(...writing.map(({ counts }) => counts.inserted))).toBeGreaterThan(all / 3);
      expect(furthest(writing)).toBeLessThan(0.52);
      const verifying = events.slice(0, -1).filter(({ phase }) => phase === 'verify');
      expect(verifying.length).toBeGreaterThan(0);
      for (const event of verifying) expect(shareOf(event)).toBeGreaterThan(0.48);
      expect(events.at(-1)).toMatchObject({ done: all, total: all, total_kind: 'exact', eta_s: null });
    },
  );

  it.each([
    ['a table', copyOf('parcels'), rows],
    ['cards in Redis', cards, fewer],
  ] as const)('is nearly through when all of %s was found equal', async (_, dataset, all) => {
    const engine = await bench.engine([dataset]);
    everyMomentIsTold();
    const { datasets } = await engine.run({ datasets: [], mode: 'full' });
    expect(datasets[0]).toMatchObject({ planned: 0, unchanged: all });
    expect(progressOf(engine).at(-1)).toMatchObject({ done: all, total: all });
    expect(furthest(progressOf(engine).slice(0, -1))).toBeGreaterThan(0.3);
  });

  it('counts the deletes that it finds', async () => {
    const engine = await bench.engine([copyOf('parcels')]);
    await bench.operations.query(`DELETE FROM public.parcels WHERE id <= 5; ANALYZE public.parcels`);
    await engine.run({ datasets: [], mode: 'full' });
    expect(progressOf(engine).at(-1)).toMatchObject({ done: rows, total: rows });
  });

  it('of a stored plan goes on where counting it again has ended', async () => {
    const engine = await bench.engine([copyOf('parcels')]);
    const plan = await engine.plan({ datasets: [], mode: 'full' });
    const planned = progressOf(engine).length;
    expect(progressOf(engine).at(-1)).toMatchObject({ done: rows - 5, total: rows - 5 });
    await engine.run({ datasets: [], mode: 'full', plan: plan.id! });
    const events = progressOf(engine).slice(planned);
    expect(events.at(-1)).toMatchObject({ done: rows - 5, total: rows - 5 });
    const shares = events.map(shareOf);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('of a verification reaches its total with the last row; where a condition chooses rows, there is none before', async () => {
    const engine = await bench.engine([copyOf('parcels')]);
    await engine.verify({ datasets: [] });
    expect(progressOf(engine).at(-1)).toMatchObject({ done: rows - 5, total: rows - 5, total_kind: 'exact' });
    await bench.copy.query(`UPDATE public.parcels SET name = 'other' WHERE id = 10`);
    await engine.verify({ datasets: [] });
    expect(progressOf(engine).at(-1)).toMatchObject({ done: rows - 5, differences: 1 });
    expect(engine.events.findLast(({ type }) => type === 'status')).toMatchObject({ status: 'partial' });
    expect(
      engine.events.filter((event) => event.type === 'status' && event.dataset === 'parcels').at(-1),
    ).toMatchObject({
      status: 'partial',
    });
    await engine.run({ datasets: [], mode: 'full' });
    await bench.copy.query('CREATE TABLE public.labels (id int PRIMARY KEY, name text)');
    const source = { database: 'operations', table: 'public.labels', where: 's.id <= 1000' };
    const some = await bench.engine([copyOf('labels', { source })]);
    await some.run({ datasets: [], mode: 'full' });
    const events = progressOf(some);
    expect(events.at(-1)).toMatchObject({ done: 1_000, total: 1_000 });
    for (const { phase, total } of events)
      if (phase === 'plan' || phase === 'apply') expect(total ?? 1_000).toBe(1_000);
  });

  it('of an incremental run counts entities, and none where nothing is pending', async () => {
    const engine = await bench.engine([copyOf('parcels')]);
    await engine.run({ datasets: [], mode: 'incremental' });
    for (const event of progressOf(engine)) expect([event.done, event.total ?? 0]).toEqual([0, 0]);
    const before = progressOf(engine).length;
    await bench.operations.query(`UPDATE public.parcels SET name = 'moved' WHERE id BETWEEN 100 AND 199;
      DELETE FROM public.parcels WHERE id = 200`);
    await engine.run({ datasets: [], mode: 'incremental' });
    expect(progressOf(engine).slice(before).at(-1)).toMatchObject({ done: 101, total: 101, total_kind: 'exact' });
  });
});
