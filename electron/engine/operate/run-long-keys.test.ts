import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, jobsOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

/** Text that no server can compress: what an index of the table itself just takes. */
function incompressible(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(randomInt(33, 127))).join('');
}

describe('a key as long as an index of its table takes', () => {
  const key = incompressible(2_600);
  const other = incompressible(2_600);
  let bench: TestBench;
  let engine: Awaited<ReturnType<TestBench['engine']>>;
  const run = () => engine.run({ datasets: [], mode: 'auto' });

  beforeAll(async () => {
    bench = await openTestBench();
    await onBoth(
      bench,
      'CREATE TABLE public.texts (k text PRIMARY KEY, n int); CREATE TABLE public.plain (k int PRIMARY KEY)',
    );
    await bench.copy.query('ALTER TABLE public.texts ADD CHECK (n < 100)');
    await bench.operations.query(`INSERT INTO public.texts VALUES ('first', 0); INSERT INTO public.plain VALUES (0)`);
    engine = await bench.engine([copyOf('texts'), copyOf('plain')]);
    await engine.init({ datasets: [] });
    expect((await engine.run({ datasets: [], mode: 'full' })).error).toBeNull();
  });
  afterAll(() => bench.close());

  it('is synced, listed and settled as any other, and stops nobody', async () => {
    await bench.operations.query('INSERT INTO public.plain VALUES (1)');
    await bench.operations.query('INSERT INTO public.texts VALUES ($1, 1), ($2, 2)', [key, other]);
    expect(await run()).toMatchObject({ ok: true, datasets: [{ inserted: 2 }, { inserted: 1 }] });
    expect(await rowsOf(bench.copy, 'public.texts')).toEqual(await rowsOf(bench.operations, 'public.texts'));
    for (const asked of [key, JSON.stringify({ k: key })])
      expect(await engine.history('texts', asked)).toMatchObject([{ status: 'completed', entity_key: { k: key } }]);
    await bench.operations.query('UPDATE public.texts SET n = 3 WHERE k = $1', [key]);
    await bench.operations.query('DELETE FROM public.texts WHERE k = $1', [other]);
    expect(await run()).toMatchObject({ ok: true, datasets: [{ updated: 1, deleted: 1 }, {}] });
    expect(await rowsOf(bench.copy, 'public.texts')).toEqual(await rowsOf(bench.operations, 'public.texts'));
    expect(await jobsOf(bench, 'texts')).toEqual({ completed: 4 });
  });

  it.each(['incremental', 'full'] as const)('fails alone in a run that is %s, and heals', async (mode) => {
    await bench.operations.query('UPDATE public.texts SET n = 100 WHERE k = $1', [key]);
    const failed = await engine.run({ datasets: ['texts'], mode });
    expect(failed).toMatchObject({ status: 'partial', datasets: [{ failed: 1 }] });
    const again = await engine.retryFailedRows({ run: failed.id! });
    expect(again).toEqual({ datasets: ['texts'], jobs: 1 });
    await bench.operations.query('UPDATE public.texts SET n = 4 WHERE k = $1', [key]);
    expect(await engine.run({ datasets: ['texts'], mode })).toMatchObject({ ok: true });
    expect(await jobsOf(bench, 'texts')).not.toHaveProperty('failed');
    expect(await jobsOf(bench, 'texts')).not.toHaveProperty('pending');
  });

  it('stops nobody as the name of an application either', async () => {
    const application = incompressible(6_000).replaceAll(/['\\]/g, '-');
    await bench.operations.query(`SELECT set_config('astro_sync.application', $1, false)`, [application]);
    await bench.operations.query('INSERT INTO public.plain VALUES (2)');
    await bench.operations.query(`SELECT set_config('astro_sync.application', '', false)`);
    expect(await run()).toMatchObject({ ok: true, datasets: [{}, { inserted: 1 }] });
    expect(await engine.queue({ application, limit: 10 })).toMatchObject([{ dataset: 'plain', entity_id: '2' }]);
  });
});
