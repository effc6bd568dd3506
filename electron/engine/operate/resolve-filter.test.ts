import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, JobFilter } from './api';
import { onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

/** Its key is declared in another order than SystemDB gives its columns. */
const lines = {
  name: 'lines',
  source: { database: 'operations', table: 'public.lines', key: ['order_id', 'line'] },
  target: { database: 'copy', table: 'public.lines' },
};

describe('what a filter of the queue names', () => {
  let bench: TestBench;
  let engine: Engine;
  let run = '';

  beforeAll(async () => {
    bench = await openTestBench();
    await onBoth(bench, 'CREATE TABLE lines (order_id int, line int, what text, PRIMARY KEY (order_id, line))');
    await bench.copy.query('ALTER TABLE lines ADD CHECK (length(what) < 6)');
    engine = await bench.engine([lines]);
    await engine.init({ datasets: [] });
    await bench.operations.query(
      `INSERT INTO lines SELECT i, n, 'x' FROM generate_series(1, 10) i, generate_series(1, 2) n`,
    );
    await engine.run({ datasets: [], mode: 'full' });
    await bench.operations.query(`UPDATE lines SET what = 'far too long' WHERE order_id IN (3, 4) AND line = 1`);
    run = (await engine.run({ datasets: ['lines'], mode: 'incremental' })).id ?? '';
    await bench.operations.query(`UPDATE lines SET what = 'y' WHERE order_id = 1 AND line = 2`);
    await engine.run({ datasets: ['lines'], mode: 'incremental' });
  });

  afterAll(() => bench.close());

  /** As many in the list, in the number beside it and in that of a question. */
  const found = async (filter: JobFilter): Promise<readonly number[]> => [
    (await engine.queue({ ...filter, limit: 50 })).length,
    (await engine.queueCount(filter)).count,
    await engine.queueCountAll(filter),
  ];

  it('is a run by the beginning of its id, for list, number, question and change alike', async () => {
    for (const id of [run, run.slice(0, 13), run.slice(0, -1)]) expect(await found({ run: id }), id).toEqual([2, 2, 2]);
    const filter = { run: run.slice(0, 13), status: ['failed'] as const };
    expect(await engine.retryJobs({ filter, expected: 2 })).toEqual({ changed: 2 });
    await engine.run({ datasets: ['lines'], mode: 'incremental' });
    const [failed] = await engine.runs({ limit: 1 });
    expect(
      await engine.skipJobs({ filter: { run: failed!.id.slice(0, 13) }, expected: 2, reason: 'never mind' }),
    ).toEqual({ changed: 2 });
  });

  it('is refused by the same words where nothing is known by it', async () => {
    for (const [filter, code] of [
      [{ run: 'abcdef12' }, 'RUN_UNKNOWN'],
      [{ run: run.slice(0, 5) }, 'RUN_UNKNOWN'],
      [{ dataset: 'nowhere' }, 'DATASET_UNKNOWN'],
    ] as const) {
      const request = { filter, expected: null };
      await expect(engine.queue({ ...filter, limit: 1 })).rejects.toMatchObject({ code });
      await expect(engine.queueCount(filter)).rejects.toMatchObject({ code });
      await expect(engine.queueCountAll(filter)).rejects.toMatchObject({ code });
      await expect(engine.retryJobs(request)).rejects.toMatchObject({ code });
      await expect(engine.skipJobs({ ...request, reason: 'no' })).rejects.toMatchObject({ code });
    }
  });

  it.each(['3 · 1', 'order_id=3, line=1', '{"order_id":"3","line":"1"}'])(
    'is an entity of several key columns as it is shown: %s',
    async (entity) => {
      const count = (await engine.history('lines', '{"order_id":"3","line":"1"}')).length;
      expect(count).toBeGreaterThan(0);
      expect(await found({ entity })).toEqual([count, count, count]);
      expect(await found({ entity, dataset: 'lines' })).toEqual([count, count, count]);
      expect(await engine.history('lines', entity)).toHaveLength(count);
      expect(await engine.findEntities(entity)).toEqual([{ dataset: 'lines', key: { order_id: '3', line: '1' } }]);
      expect(await engine.explain('lines', entity)).toMatchObject({ key: { order_id: '3', line: '1' } });
    },
  );

  it.each(['{"id":"\\u0000"}', '{"id":"\\ud800"}', '{"\\u0000":"1"}'])(
    'is refused in words where it holds what no key can hold: %j',
    async (entity) => {
      const usage = { code: 'USAGE', message: 'No key holds the character U+0000, or half a character' };
      await expect(engine.queue({ entity, limit: 1 })).rejects.toMatchObject(usage);
      await expect(engine.queueCountAll({ entity })).rejects.toMatchObject(usage);
      await expect(engine.skipJobs({ filter: { entity }, expected: null, reason: 'no' })).rejects.toMatchObject(usage);
      await expect(engine.findEntities(entity)).rejects.toMatchObject(usage);
    },
  );

  it('is nothing where the values stand in another order, or are too many', async () => {
    for (const entity of ['1 · 3', '3 · 1 · 1', '3']) expect(await found({ entity }), entity).toEqual([0, 0, 0]);
    await expect(engine.history('lines', '3')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
