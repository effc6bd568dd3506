import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const stream = 'astro_sync:changes';
const seatsIn = {
  name: 'seats-in',
  source: { database: 'cache', stream, entity: 'seat', key: ['id'], columns: { id: null, name: null } },
  target: { database: 'copy', table: 'public.seats' },
  on_delete: 'keep',
};

describe('a dataset that reads a stream', () => {
  let bench: TestBench;
  let redis: Redis;
  let engine: Awaited<ReturnType<TestBench['engine']>>;

  const append = (id: number): Promise<string | null> => {
    const values = JSON.stringify({ id, name: `seat ${String(id)}` });
    return redis.xadd(stream, '*', 'entity', 'seat', 'key', String(id), 'op', 'insert', 'values', values);
  };
  const statusOf = async () => (await engine.status({ datasets: ['seats-in'] })).datasets[0]!;
  const run = () => engine.run({ datasets: ['seats-in'], mode: 'auto' });

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    redis = new Redis(bench.redis!.url());
    await onBoth(bench, 'CREATE TABLE public.seats (id int PRIMARY KEY, name text)');
    engine = await bench.engine([seatsIn, copyOf('seats')]);
    await engine.init({ datasets: [] });
  });
  afterAll(async () => {
    redis.disconnect();
    await bench.close();
  });

  it('is current in status as in plan and run, though it never has a full run', async () => {
    await append(1);
    expect((await engine.plan({ datasets: ['seats-in'], mode: 'auto' })).datasets[0]).toMatchObject({
      baseline: 'current',
    });
    expect(await run()).toMatchObject({ status: 'succeeded', datasets: [{ baseline: 'current', inserted: 1 }] });
    expect(await statusOf()).toMatchObject({ baseline: 'current', gap_reason: null, gap_closed_by: null });
  });

  it('says in every run and in status that entries were trimmed before they were read, until somebody takes note', async () => {
    await append(2);
    await redis.xtrim(stream, 'MAXLEN', 0);
    await append(3);
    const reason = `1 entry of ${stream} trimmed or deleted before being read`;
    for (const inserted of [1, 0]) {
      expect(await run()).toMatchObject({
        ok: false,
        status: 'partial',
        error: { code: 'CHANGES_LOST', hint: expect.stringContaining('astro-sync acknowledge seats-in') },
        datasets: [{ baseline: 'gap', inserted, verified: true, error: { code: 'CHANGES_LOST' } }],
      });
      expect(await statusOf()).toMatchObject({
        baseline: 'gap',
        gap_reason: reason,
        gap_closed_by: 'acknowledgement',
        last_run: { status: 'partial' },
      });
    }
    expect(await rowsOf(bench.copy, 'public.seats')).toHaveLength(2);

    expect(await engine.acknowledge({ dataset: 'seats-in' })).toEqual({ dataset: 'seats-in', gaps: [reason] });
    expect(await engine.acknowledge({ dataset: 'seats-in' })).toEqual({ dataset: 'seats-in', gaps: [] });
    expect(await statusOf()).toMatchObject({ baseline: 'current', gap_reason: null, backlog: 0 });
    expect(await run()).toMatchObject({ ok: true, datasets: [{ baseline: 'current' }] });
    const { rows } = await bench.system.query(
      `SELECT operator, outcome, details FROM astro_sync.audit_log WHERE command = 'acknowledge' ORDER BY id`,
    );
    expect(rows).toEqual([
      { operator: 'olga', outcome: 'done', details: { dataset: 'seats-in', gaps: [reason] } },
      { operator: 'olga', outcome: 'no gap', details: { dataset: 'seats-in', gaps: [] } },
    ]);
    const [gap] = await engine.queue({ dataset: 'seats-in', status: ['skipped'], limit: 10 });
    expect(gap?.note).toBe(`${reason}; acknowledged by olga on test`);
  });

  it('has a gap where its Redis came back empty', async () => {
    await redis.flushall();
    await append(4);
    expect(await run()).toMatchObject({ error: { code: 'CHANGES_LOST' }, datasets: [{ inserted: 1 }] });
    expect((await engine.acknowledge({ dataset: 'seats-in' })).gaps).toEqual([expect.stringContaining('was emptied')]);
    expect(await run()).toMatchObject({ ok: true });
  });

  it('has a gap of its own for every loss, also where each looks like the one before', async () => {
    for (const id of [10, 11, 12]) {
      await append(id);
      await redis.del(stream);
      expect(await run()).toMatchObject({ error: { code: 'CHANGES_LOST' } });
      const gaps = [expect.stringContaining('consumer group')];
      expect((await engine.acknowledge({ dataset: 'seats-in' })).gaps).toEqual(gaps);
      expect(await run()).toMatchObject({ ok: true });
    }
    for (const id of ['20', '21']) {
      await redis.del(stream);
      await run();
      await engine.acknowledge({ dataset: 'seats-in' });
      await redis.xadd(stream, '5-1', 'entity', 'seat', 'key', id, 'op', 'delete');
      await redis.xtrim(stream, 'MAXLEN', 0);
      expect(await run()).toMatchObject({ error: { code: 'CHANGES_LOST' } });
      expect((await engine.acknowledge({ dataset: 'seats-in' })).gaps).toEqual([expect.stringContaining('trimmed')]);
    }
    expect(await redis.keys('astro_sync:loss:*')).toEqual([]);
  });

  it('is refused by name, and has no gap, where its key is no stream', async () => {
    await redis.rename(stream, 'kept');
    await redis.set(stream, 'x');
    const error = {
      code: 'DATASET_INVALID',
      message: expect.stringMatching(/astro_sync:changes of .*cache.* holds a string, not a stream/) as string,
    };
    expect(await engine.check({ datasets: ['seats-in'] })).toMatchObject({
      ok: false,
      datasets: [{ ok: false, error }],
    });
    expect(await run()).toMatchObject({ status: 'failed', error });
    await redis.rename('kept', stream);
    expect(await engine.check({ datasets: ['seats-in'] })).toMatchObject({ datasets: [{ ok: true }] });
    expect(await run()).toMatchObject({ ok: true });
  });

  it('alone has gaps that are acknowledged: a full run closes those of others', async () => {
    await expect(engine.acknowledge({ dataset: 'seats' })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      hint: expect.stringContaining('--mode full'),
    });
    const readOnly = await bench.engine([seatsIn], { readOnly: true });
    await expect(readOnly.acknowledge({ dataset: 'seats-in' })).rejects.toMatchObject({ code: 'READ_ONLY' });
  });
});
