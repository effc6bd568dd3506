import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from './api';
import { copyOf, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;
let engine: Engine;

beforeEach(async () => {
  bench = await openTestBench();
  await bench.operations.query('CREATE TABLE public.berths (id int PRIMARY KEY, name text)');
  await bench.copy.query('CREATE TABLE public.berths (id int PRIMARY KEY, name text)');
  engine = await bench.engine([copyOf('berths')]);
  await engine.init({ datasets: [] });
  await engine.run({ datasets: [], mode: 'full' });
});

afterEach(() => bench.close());

const waiting = async () => {
  const { datasets, sources } = await engine.status({ datasets: [] });
  const [counted] = await engine.unrelayed('berths');
  return [datasets[0]?.unrelayed, sources[0]?.unrelayed, counted?.changes];
};

it('changes that are in the queue count as relayed although a transaction elsewhere on the server stays open', async () => {
  const elsewhere = await bench.databases.copy.client();
  await elsewhere.query('BEGIN; CREATE TABLE public.open_for_long (id int)');
  const late = await bench.databases.operations.client();
  await late.query(`BEGIN; INSERT INTO public.berths VALUES (3, 'late')`);
  await bench.operations.query(`INSERT INTO public.berths VALUES (1, 'first'), (2, 'second')`);
  expect(await waiting()).toEqual([2, 2, 2]);
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true, datasets: [{ inserted: 2 }] });
  expect(await waiting()).toEqual([0, 0, 0]);

  await late.query('COMMIT');
  expect(await waiting()).toEqual([1, 1, 1]);
  await expect(engine.uninstall({ discard: false })).rejects.toMatchObject({
    code: 'UNSETTLED_CHANGES',
    details: { changes: 1 },
  });
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true, datasets: [{ inserted: 1 }] });
  const { databases } = await engine.uninstall({ discard: false });
  expect(databases.map(({ done }) => done.length)).toEqual([2, 1, 0]);
  await elsewhere.query('ROLLBACK');
});

it('what SystemDB remembers counts for nothing where the source was restored since', async () => {
  await bench.operations.query(`INSERT INTO public.berths VALUES (1, 'first')`);
  await engine.run({ datasets: [], mode: 'auto' });
  await bench.operations.query(`INSERT INTO public.berths VALUES (2, 'second')`);
  // The snapshot of a server that was further than this one is now.
  await bench.system.query(`UPDATE astro_sync.relay_state SET snapshot = '9000000000:9000000000:'`);
  // What the consumer confirmed counts alone, which is less where somebody on the server holds a transaction open.
  for (const count of await waiting()) expect(count).toBeGreaterThanOrEqual(1);
  await expect(engine.uninstall({ discard: false })).rejects.toMatchObject({ code: 'UNSETTLED_CHANGES' });
});
