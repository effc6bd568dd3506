import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import { copyOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites, terminate } from './test-hold';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
  for (const name of ['few', 'many', 'last']) {
    await onBoth(bench, `CREATE TABLE public.${name} (id int PRIMARY KEY, name text)`);
    await bench.operations.query(
      `INSERT INTO public.${name} SELECT i, 'row ' || i FROM generate_series(1, ${name === 'many' ? 3000 : 49}) AS i`,
    );
  }
});

afterAll(() => bench.close());

const datasets = [copyOf('few'), copyOf('many', { batch: 500 }), copyOf('last')];

describe('a server that stops in the middle of a run', () => {
  it.each([
    ['SystemDB', 'full'],
    ['SystemDB', 'incremental'],
    ['target', 'incremental'],
  ] as const)('(%s, %s run) is named with the dataset, and what was committed is told', async (who, mode) => {
    const engine = await bench.engine(datasets);
    await engine.init({ datasets: [] });
    expect((await engine.run({ datasets: [], mode: 'full' })).error).toBeNull();
    for (const name of ['few', 'many', 'last']) {
      await bench.operations.query(`UPDATE public.${name} SET name = name || '!'`);
    }
    const hold = await holdWrites(await bench.databases.copy.client(), 'public.many', 'NEW.id = 2750');
    const running = engine.run({ datasets: [], mode });
    await hold.reached();
    expect(await terminate(who === 'target' ? bench.copy : bench.system, '%')).toBeGreaterThan(0);
    await hold.release();
    const document = await running;
    expect(document).toMatchObject({ ok: false, status: 'failed', error: { code: 'CONNECTION_LOST' } });
    expect(document.error?.message).toMatch(
      who === 'target' ? /^Dataset "\w+".* copy \(/ : /^Dataset "\w+".* system \(/,
    );
    expect(document.error?.message).not.toContain('not queryable');
    expect(document.datasets.map(({ name }) => name)).toEqual(['few', 'many', 'last']);
    expect(document.datasets.every(countsAddUp)).toBe(true);
    expect(document.datasets[0]).toMatchObject({ updated: 49 });
    const wanted = new Set(await rowsOf(bench.operations, 'public.many'));
    const written = (await rowsOf(bench.copy, 'public.many')).filter((row) => wanted.has(row)).length;
    // A full run may have reached the row that is held with its first batch.
    if (mode === 'incremental') expect(written).toBeGreaterThan(0);
    if (who === 'target') expect(document.datasets[1]).toMatchObject({ updated: written });

    // The program lives, and knows why: the history says the same as the document.
    await engine.status({ datasets: [] });
    const [last] = await engine.runs({ limit: 1 });
    expect(last).toMatchObject({ id: document.id, status: 'failed', error: { message: document.error?.message } });
    const detail = await engine.runDetail(document.id ?? '');
    expect(detail.datasets[0]).toMatchObject({ counts: { updated: 49 } });
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
    expect(await rowsOf(bench.copy, 'public.many')).toEqual(await rowsOf(bench.operations, 'public.many'));
    expect(engine.events.findLast((event) => event.type === 'status' && event.run === document.id)).toMatchObject({
      dataset: null,
      status: 'failed',
    });
  });
});
