import { afterAll, beforeAll, expect, it } from 'vitest';
import { lastKnownJob } from '../../../shared/engine/job-notes';
import type { Engine } from './api';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;
let engine: Engine;

/** Row 7 is refused by the target from its first change on. */
beforeAll(async () => {
  bench = await openTestBench();
  await onBoth(bench, 'CREATE TABLE guests (id int PRIMARY KEY, name text)');
  await bench.copy.query(`ALTER TABLE guests ADD CHECK (name <> 'nobody')`);
  engine = await bench.engine([copyOf('guests')]);
  await engine.init({ datasets: [] });
  await bench.operations.query(`INSERT INTO guests SELECT i, 'g' || i FROM generate_series(1, 6) AS i`);
  await engine.run({ datasets: [], mode: 'full' });
});

afterAll(() => bench.close());

const run = async (mode: 'full' | 'incremental') => (await engine.run({ datasets: [], mode })).id ?? '';

it('tells of a row only the verifications that covered it, and of each what is known of that row', async () => {
  await bench.operations.query(`INSERT INTO guests VALUES (7, 'nobody'); UPDATE guests SET name = 'h1' WHERE id = 1`);
  const failed = await run('incremental');
  await engine.skipJobs({ filter: { dataset: 'guests', entity: '7' }, expected: 1, reason: 'nobody comes' });
  const whole = await run('full');
  await bench.operations.query(`UPDATE guests SET name = 'h2' WHERE id = 2`);
  const other = await run('incremental');
  await bench.copy.query(`UPDATE guests SET name = 'x' WHERE id = 3`);
  const verified = (await engine.verify({ datasets: [] })).id ?? '';
  await bench.copy.query(`UPDATE guests SET name = 'g3' WHERE id = 3`);

  const of = async (key: string) =>
    (await engine.explain('guests', key)).verifications.map((each) => [each.run, each.whole, each.row]).slice(0, 4);
  expect((await of('7')).slice(0, 3)).toEqual([
    // Two differ, and the verification names both.
    [verified, true, 'differs'],
    [whole, true, 'failed'],
    [failed, false, 'failed'],
  ]);
  expect((await of('2')).slice(0, 3)).toEqual([
    [verified, true, 'equal'],
    [other, false, 'equal'],
    [whole, true, 'equal'],
  ]);
  expect((await of('3')).slice(0, 2)).toEqual([
    [verified, true, 'differs'],
    [whole, true, 'equal'],
  ]);
  expect((await of('1')).slice(1, 3)).toEqual([
    [whole, true, 'equal'],
    [failed, false, 'equal'],
  ]);
  const [ofWhole] = (await engine.explain('guests', '2')).verifications.filter((each) => each.run === whole);
  expect(ofWhole).toMatchObject({ verified: true, differences: 0, failed: 1 });

  // A full run compared the row again although its change was skipped: the job that it made leads to that change.
  const { jobs } = await engine.explain('guests', '7');
  expect(jobs).toMatchObject([
    { status: 'failed', run: whole },
    { status: 'skipped', run: failed },
  ]);
  expect(lastKnownJob(jobs[0]!)).toBe(jobs[1]?.id);
});

it('does not know of a row that waits whether it was among those left out', async () => {
  await bench.operations.query('DELETE FROM guests WHERE id < 7');
  await bench.copy.query(`INSERT INTO guests SELECT i, 'old' FROM generate_series(20, 40) AS i`);
  const withheld = await run('full');
  const [latest] = (await engine.explain('guests', '20')).verifications;
  expect(latest).toMatchObject({ run: withheld, differences: 0, row: null });
  expect(latest?.withheld).toBeGreaterThan(0);
});
