import { afterAll, beforeAll, expect, it } from 'vitest';
import { sinceWords, verdictOf } from '../../../shared/engine/verdict';
import type { Engine } from './api';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;
let engine: Engine;

beforeAll(async () => {
  bench = await openTestBench();
  await onBoth(bench, 'CREATE TABLE guests (id int PRIMARY KEY, name text)');
  engine = await bench.engine([copyOf('guests')]);
  await engine.init({ datasets: [] });
  await bench.operations.query(`INSERT INTO guests SELECT i, 'g' || i FROM generate_series(1, 6) AS i`);
  await bench.copy.query(`ALTER TABLE guests ADD CONSTRAINT known CHECK (name <> 'nobody')`);
});

afterAll(() => bench.close());

const run = async (mode: 'full' | 'incremental') => (await engine.run({ datasets: [], mode })).id ?? '';
const last = async () => (await engine.status({ datasets: [] })).datasets[0]!.last_verification!;
/** The run, what it found then, and what is known since. */
const told = async () => {
  const found = await last();
  return [found.run, verdictOf(found).words, ...sinceWords(found)];
};

it('keeps what a verification found with its time, and tells apart what is known since', async () => {
  expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ last_verification: null });
  const first = await run('full');
  expect(await told()).toEqual([first, 'equal']);
  const { at } = await last();

  await bench.operations.query(`INSERT INTO guests VALUES (7, 'nobody'), (8, 'nobody')`);
  await run('incremental');
  expect(await told()).toEqual([first, 'equal', '2 failed since']);
  expect((await last()).at).toBe(at);
  await engine.skipJobs({ filter: { dataset: 'guests', entity: '8' }, expected: 1, reason: 'a test' });
  expect(await told()).toEqual([first, 'equal', '1 failed since', '1 skipped since']);

  const whole = await run('full');
  expect(await told()).toEqual([whole, 'equal but 2 failed']);
  // Tried again in vain, it is no news.
  await engine.retryFailedRows({ run: whole });
  await run('incremental');
  expect(await told()).toEqual([whole, 'equal but 2 failed']);
  await engine.skipJobs({ filter: { dataset: 'guests', entity: '8' }, expected: 1, reason: 'a test' });
  expect(await told()).toEqual([whole, 'equal but 2 failed']);
  await bench.operations.query(`UPDATE guests SET name = 'somebody' WHERE id = 7`);
  await run('incremental');
  expect(await told()).toEqual([whole, 'equal but 2 failed', '1 put in line since']);

  const verified = (await engine.verify({ datasets: [] })).id;
  expect(await told()).toEqual([verified, '1 differs']);
  await bench.system.query('UPDATE astro_sync.checkpoint SET verified_run = NULL');
  expect(await told()).toEqual([null, '1 differs']);
});

it('says in the document and in the record of an incremental run how many changes it took up, and of how many rows', async () => {
  await bench.operations.query(
    `UPDATE guests SET name = 'a' WHERE id = 1; UPDATE guests SET name = 'b' WHERE id = 1; UPDATE guests SET name = 'z' WHERE id = 2;
     UPDATE guests SET name = 'g2' WHERE id = 2`,
  );
  const document = await engine.run({ datasets: [], mode: 'incremental' });
  const taken = { changes: 4, changed_rows: 2 };
  expect(document).toMatchObject({ datasets: [{ ...taken, updated: 1, skipped: 1 }] });
  expect((await engine.runDetail(document.id!)).datasets).toMatchObject([taken]);
  expect((await engine.runDetail(await run('full'))).datasets).toMatchObject([{ changes: null, changed_rows: null }]);
});
