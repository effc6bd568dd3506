import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const datasets = [
  {
    name: 'seats-in',
    source: { database: 'cache', stream: 'astro_sync:changes', entity: 'seat', key: ['id'], columns: { id: null } },
    target: { database: 'system', table: 'public.seats' },
    on_delete: 'keep',
  },
];

describe('entries of a stream that were lost', () => {
  let bench: TerminalBench;
  let redis: Redis;

  beforeAll(async () => {
    bench = await openTerminalBench(datasets, { redis: true });
    redis = new Redis(bench.redis!.url());
    await bench.system.query('CREATE TABLE public.seats (id int PRIMARY KEY)');
    expect((await bench.sync('init')).code).toBe(0);
    expect((await bench.json('run', '--all', '--yes')).code).toBe(0);
    await redis.xadd('astro_sync:changes', '*', 'entity', 'seat', 'key', '1', 'op', 'insert', 'values', '{"id":1}');
    await redis.xtrim('astro_sync:changes', 'MAXLEN', 0);
  });
  afterAll(async () => {
    redis.disconnect();
    await bench.close();
  });

  it('end a run with 3 and stand in status, with the way out, until somebody takes note of them', async () => {
    const run = await bench.sync('run', '--all', '--yes');
    expect(run.code).toBe(3);
    expect(run.stdout + run.stderr).toContain('error CHANGES_LOST');
    expect(run.stdout + run.stderr).toContain('astro-sync acknowledge seats-in');
    const status = await bench.sync('status');
    expect(status.stdout).toContain('! gap');
    expect(status.stdout).toContain('once what was lost is written again, astro-sync acknowledge seats-in closes it');

    const noted = await bench.sync('acknowledge', 'seats-in');
    expect(noted.code).toBe(0);
    expect(noted.stdout).toContain('1 entry of astro_sync:changes trimmed or deleted before being read');
    expect(await bench.report('acknowledge', 'seats-in')).toEqual({
      code: 0,
      document: { dataset: 'seats-in', gaps: [] },
    });
    expect((await bench.json('run', '--all', '--yes')).code).toBe(0);
    expect((await bench.sync('status')).stdout).toContain('✓ current');
  });

  it('that cannot be read fail its runs, until somebody skips them and says why', async () => {
    await redis.xadd('astro_sync:changes', '*', 'entity', 'seat', 'key', '2', 'op', 'sit', 'values', '{"id":2}');
    expect((await bench.sync('run', '--all', '--yes')).code).toBe(3);
    const again = await bench.sync('run', '--all', '--yes');
    expect(again.code).toBe(3);
    expect(again.stdout + again.stderr).toContain('astro-sync skip seats-in --reason');
    expect((await bench.sync('skip', 'seats-in')).code).toBe(2);
    expect((await bench.sync('skip', 'seats', '--reason', 'a test')).code).toBe(2);
    expect((await bench.sync('skip', 'seats-in', '7', '--reason', 'a test')).stdout).toContain('no failed change');

    const skipped = await bench.sync('skip', 'seats-in', '2', '--reason', 'a test entry');
    expect(skipped).toMatchObject({ code: 0, stdout: 'Skipped 1 failed change of seats-in.\n' });
    expect((await bench.json('run', '--all', '--yes')).code).toBe(0);
    const [job] = await bench.jobs('queue', '--status', 'skipped');
    expect(job).toMatchObject({ entity_key: { id: '2' }, note: expect.stringContaining('a test entry') as string });
  });
});
