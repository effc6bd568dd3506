import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from './api';
import { copyOf, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

let bench: TestBench;
let engine: Engine;

beforeAll(async () => {
  bench = await openTestBench();
  for (const client of [bench.operations, bench.copy])
    await client.query('CREATE TABLE public.berths (id int PRIMARY KEY, name text)');
  await bench.operations.query(`INSERT INTO public.berths VALUES (1, 'first'), (2, 'second')`);
  engine = await bench.engine([copyOf('berths')]);
  await engine.init({ datasets: [] });
});

afterAll(() => bench.close());

it('is refused while a run of another program works, whatever is asked for, and goes on after those that were killed', async () => {
  const other = await bench.engine([copyOf('berths')], { operator: 'otto', host: 'ops-2' });
  const hold = await holdWrites(await bench.databases.copy.client(), 'public.berths', 'NEW.id = 2');
  const running = other.run({ datasets: [], mode: 'full' });
  await hold.reached();
  for (const discard of [false, true]) {
    await expect(engine.uninstall({ discard })).rejects.toMatchObject({
      code: 'RUNS_ACTIVE',
      message: expect.stringMatching(/^1 run at work in this environment: \w{8} of otto on ops-2$/) as string,
    });
  }
  await hold.release();
  expect(await running).toMatchObject({ ok: true, datasets: [{ inserted: 2 }] });

  const dead = randomUUID();
  await bench.operations.query(`UPDATE public.berths SET name = 'third' WHERE id = 1`);
  await engine.plan({ datasets: [], mode: 'auto' });
  await bench.system.query(
    `INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, heartbeat)
     VALUES ($1, 'run', 'auto', 'running', 'otto', 'ops-2', 1, 'astro-sync', 'test', now() - interval '1 hour', now() - interval '1 hour')`,
    [dead],
  );
  await expect(engine.uninstall({ discard: false })).rejects.toMatchObject({ code: 'UNSETTLED_CHANGES' });
  expect((await engine.uninstall({ discard: true })).databases[0]?.done).toHaveLength(2);
  expect(await engine.queue({ limit: 10 })).toMatchObject([
    { status: 'skipped', note: expect.stringContaining('lost: olga removed its capture') as string },
  ]);
  const { rows } = await bench.system.query('SELECT status FROM astro_sync.run WHERE id = $1', [dead]);
  expect(rows).toEqual([{ status: 'interrupted' }]);
});
