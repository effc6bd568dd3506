import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const stream = 'astro_sync:changes';
const thingsIn = {
  name: 'things-in',
  source: { database: 'cache', stream, entity: 'thing', key: ['id'], columns: { id: null, v: null, n: null } },
  target: { database: 'copy', table: 'public.things' },
};

describe('an entry of a stream', () => {
  let bench: TestBench;
  let redis: Redis;
  let engine: Awaited<ReturnType<TestBench['engine']>>;

  const append = (key: string, op: string, values: string | null): Promise<string | null> =>
    redis.xadd(stream, '*', 'entity', 'thing', 'key', key, 'op', op, ...(values === null ? [] : ['values', values]));
  const run = () => engine.run({ datasets: [], mode: 'auto', approveDeletes: 'all' });
  const rows = () => rowsOf(bench.copy, 'public.things', 'id');
  const failures = async (): Promise<unknown[]> =>
    (await engine.queue({ status: ['failed'], limit: 10 })).map(({ last_error: reason }) => reason);

  beforeAll(async () => {
    bench = await openTestBench({ redis: true, versions: [18, 14] });
    redis = new Redis(bench.redis!.url());
    await bench.copy.query('CREATE TABLE public.things (id bigint PRIMARY KEY, v text, n int)');
    engine = await bench.engine([thingsIn]);
    await engine.init({ datasets: [] });
  });
  beforeEach(async () => {
    await bench.copy.query(`TRUNCATE public.things; INSERT INTO public.things VALUES (7, 'somebody else''s', 7)`);
    await bench.system.query('TRUNCATE astro_sync.job_queue');
  });
  afterAll(async () => {
    redis.disconnect();
    await bench.close();
  });

  it('writes no row but that of its key', async () => {
    await append('114', 'insert', '{"id": "7", "v": "stolen"}');
    await append('115', 'insert', '{"v": "right", "id": 115}');
    await append('00116', 'insert', '{"v": "elsewhere"}');
    await append('1e2', 'insert', '{"v": "no number"}');
    await redis.xadd(stream, '*', 'entity', 'something else', 'key', '1', 'op', 'insert', 'values', '{}');
    const waiting = async () => (await engine.status({ datasets: [] })).datasets.map(({ unrelayed }) => unrelayed);
    expect(await waiting()).toEqual([4]);
    const done = await run();
    expect(await waiting()).toEqual([0]);
    expect(done).toMatchObject({ status: 'partial', datasets: [{ inserted: 1, updated: 0, skipped: 0, failed: 2 }] });
    expect(await rows()).toEqual([`(7,"somebody else's",7)`, '(115,right,)']);
    expect((await failures()).sort()).toEqual([
      expect.stringContaining('invalid input syntax'),
      expect.stringContaining('its key "id" is "00116", but to the target the row\'s is "116"'),
      expect.stringContaining('its key says that "id" is "114", its values say "7"'),
    ]);
  });

  it('tells nothing of a key that is masked, also where it is at fault', async () => {
    const masking = await bench.engine([{ ...thingsIn, mask: ['id'] }]);
    await append('114', 'insert', '{"id": "CANARY"}');
    await append('CANARY', 'insert', '{}');
    await masking.run({ datasets: [], mode: 'auto' });
    const { rows: written } = await bench.system.query('SELECT last_error FROM astro_sync.job_queue ORDER BY id');
    expect(written).toEqual([
      { last_error: expect.stringContaining('its key says that "id" is "•••", its values say "•••"') as string },
      { last_error: expect.stringContaining('invalid input syntax') as string },
    ]);
    expect(JSON.stringify([written, await masking.queue({ limit: 10 }), masking.events])).not.toMatch(/CANARY/);
  });

  it('that cannot be stored or read fails alone, and no retry makes something of it', async () => {
    await append('1', 'insert', String.raw`{"v": "\ud800"}`);
    await append('2', 'insert', String.raw`{"v": "a literal \\u0000 and a 🚀"}`);
    await append('{bad', 'insert', '{}');
    await append('7', 'update', 'no json');
    await append('3', 'upsert', '{"v": "x"}');
    await append('4', 'insert', '{"v": "too late", "n": "many"}');
    const failed = await run();
    expect(failed).toMatchObject({ status: 'partial', datasets: [{ inserted: 1, failed: 1 }] });
    const here = [String.raw`(2,"a literal \\u0000 and a 🚀",)`, `(7,"somebody else's",7)`];
    expect(await rows()).toEqual(here);
    expect(await failures()).toHaveLength(5);
    expect((await failures()).join()).toContain('half of a surrogate pair');

    const filter = { dataset: 'things-in', status: ['failed' as const] };
    expect(await engine.retryJobs({ filter, expected: 10 })).toEqual({ changed: 1 });
    expect(await run()).toMatchObject({ datasets: [{ inserted: 0, updated: 0, failed: 1 }] });
    await engine.retryFailedRows({ run: failed.id! }).catch(() => undefined);
    await append('5', 'insert', '{"v": "goes on"}');
    expect(await run()).toMatchObject({ datasets: [{ inserted: 1 }] });
    expect(await rows()).toEqual([here[0], '(5,"goes on",)', here[1]]);
    expect(await failures()).toHaveLength(5);
  });

  it('may have a key and values of any length', async () => {
    await append('x'.repeat(9_000), 'insert', '{}');
    await append('8', 'insert', JSON.stringify({ v: `${'\\"'.repeat(20_000)}${'y'.repeat(20_000_000)}` }));
    expect(await run()).toMatchObject({ datasets: [{ inserted: 1, failed: 1 }] });
    const { rows: found } = await bench.copy.query('SELECT length(v)::int AS length FROM public.things WHERE id = 8');
    expect(found).toEqual([{ length: 20_040_000 }]);
  });

  it('that deletes leaves nothing to one that inserts the same again, in one run as in two', async () => {
    for (const together of [true, false]) {
      await append('7', 'delete', null);
      if (!together) await run();
      await append('7', 'insert', '{"v": "new"}');
      expect(await run()).toMatchObject({ ok: true });
      expect(await rows()).toEqual(['(7,new,)']);
      await bench.copy.query('UPDATE public.things SET n = 5');
    }
  });
});
