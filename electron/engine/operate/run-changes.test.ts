import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import type { DatasetDocument, Mode, RunDocument } from '../../../shared/engine/documents';
import type { Engine } from './api';
import { copyOf, jobsOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
});

afterAll(() => bench.close());

/** Tables of the same form on both sides, an engine on datasets that copy them, and a first run. */
async function inLine(ddl: string, rows: string, datasets: readonly Record<string, unknown>[]): Promise<Engine> {
  await onBoth(bench, ddl);
  await bench.operations.query(rows);
  const engine = await bench.engine(datasets);
  await engine.init({ datasets: [] });
  const first = await engine.run({ datasets: [], mode: 'full' });
  expect(first.error).toBeNull();
  return engine;
}

async function run(engine: Engine, mode: Mode, datasets: readonly string[] = []): Promise<RunDocument> {
  const document = await engine.run({ datasets, mode });
  expect(document.datasets.every(countsAddUp)).toBe(true);
  return document;
}

/** A run that must come through. */
async function moved(engine: Engine, mode: Mode = 'auto', dataset?: string): Promise<DatasetDocument> {
  const document = await run(engine, mode);
  expect(document).toMatchObject({ ok: true, error: null });
  return document.datasets.find(({ name }) => dataset === undefined || name === dataset)!;
}

async function expectSame(table: string): Promise<void> {
  expect(await rowsOf(bench.copy, `public.${table}`)).toEqual(await rowsOf(bench.operations, `public.${table}`));
}

describe('a run takes over', () => {
  it('a TRUNCATE by a full run only, which auto chooses by itself', async () => {
    const engine = await inLine(
      'CREATE TABLE public.cargo (id int PRIMARY KEY, label text)',
      `INSERT INTO public.cargo SELECT i, 'crate ' || i FROM generate_series(1, 8) AS i`,
      [copyOf('cargo')],
    );
    await bench.operations.query(`TRUNCATE public.cargo; INSERT INTO public.cargo VALUES (1, 'crate 1'), (9, 'new')`);
    const refused = await run(engine, 'incremental');
    expect(refused).toMatchObject({ ok: false, status: 'failed', error: { code: 'NEEDS_FULL_RUN' } });
    expect(await rowsOf(bench.copy, 'public.cargo')).toHaveLength(8);
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ baseline: 'gap' });

    expect(await moved(engine)).toMatchObject({ mode: 'full', baseline: 'current', inserted: 1, deleted: 7 });
    await expectSame('cargo');
    expect(await jobsOf(bench, 'cargo')).not.toHaveProperty('pending');
    expect(await moved(engine)).toMatchObject({ mode: 'incremental', planned: 0 });
  });

  it('a changed primary key as one row less and one more', async () => {
    const engine = await inLine(
      'CREATE TABLE public.docks (id int, side text, name text, PRIMARY KEY (side, id))',
      `INSERT INTO public.docks SELECT i, 'left', 'dock ' || i FROM generate_series(1, 20) AS i`,
      [copyOf('docks')],
    );
    await bench.operations.query(`UPDATE public.docks SET side = 'right' WHERE id = 3`);
    await bench.operations.query(`UPDATE public.docks SET id = id + 1000 WHERE id IN (4, 5)`);
    expect(await moved(engine)).toMatchObject({ mode: 'incremental', inserted: 3, deleted: 3, updated: 0 });
    await expectSame('docks');
    const history = await engine.history('docks', '{"side":"right","id":"3"}');
    expect(history).toMatchObject([{ status: 'completed', entity_key: { side: 'right', id: '3' } }]);
  });

  it.each(['incremental', 'full'] as const)('a swap and a chain of unique values, by %s run', async (mode) => {
    const table = `seats_${mode}`;
    const engine = await inLine(
      `CREATE TABLE public.${table} (id int PRIMARY KEY, seat text UNIQUE NOT NULL, note text)`,
      `INSERT INTO public.${table} SELECT i, 'seat ' || i, '' FROM generate_series(1, 30) AS i`,
      [copyOf(table, { batch: 2 })],
    );
    await bench.operations.query(`
      BEGIN;
      UPDATE public.${table} SET seat = 'aside' WHERE id = 1;
      UPDATE public.${table} SET seat = 'seat 1' WHERE id = 2;
      UPDATE public.${table} SET seat = 'seat 2' WHERE id = 1;
      UPDATE public.${table} SET seat = 'seat 31' WHERE id = 25;
      UPDATE public.${table} SET seat = 'seat 25' WHERE id = 24;
      UPDATE public.${table} SET seat = 'seat 24' WHERE id = 23;
      INSERT INTO public.${table} VALUES (0, 'seat 23', 'takes what was freed');
      COMMIT`);
    expect(await moved(engine, mode)).toMatchObject({ mode, planned: 6, inserted: 1, verified: true });
    await expectSame(table);
    await bench.operations.query(`
      BEGIN;
      DELETE FROM public.${table} WHERE id = 15;
      UPDATE public.${table} SET seat = 'seat 15' WHERE id = 14;
      UPDATE public.${table} SET seat = 'seat 14' WHERE id = 13;
      UPDATE public.${table} SET seat = 'seat 13' WHERE id = 12;
      INSERT INTO public.${table} VALUES (50, 'seat 12', 'takes what a delete freed');
      COMMIT`);
    expect(await moved(engine, mode)).toMatchObject({ mode, planned: 5, inserted: 1, deleted: 1 });
    await expectSame(table);
    expect(await moved(engine)).toMatchObject({ planned: 0 });
  });

  it('a delete and an insert of the same key as an update, and what came and went as nothing', async () => {
    const engine = await inLine(
      'CREATE TABLE public.crew (id int PRIMARY KEY, name text)',
      `INSERT INTO public.crew VALUES (1, 'Ana'), (2, 'Bo'), (3, 'Cy')`,
      [copyOf('crew')],
    );
    await bench.operations.query('DELETE FROM public.crew WHERE id = 1');
    await bench.operations.query(`INSERT INTO public.crew VALUES (1, 'Ana María')`);
    await bench.operations.query(`INSERT INTO public.crew VALUES (4, 'Di')`);
    await bench.operations.query('DELETE FROM public.crew WHERE id = 4');
    await bench.operations.query(`UPDATE public.crew SET name = 'Bob' WHERE id = 2`);
    await bench.operations.query(`UPDATE public.crew SET name = 'Bo' WHERE id = 2`);
    expect(await moved(engine)).toMatchObject({ planned: 3, updated: 1, inserted: 0, deleted: 0, skipped: 2 });
    await expectSame('crew');
    const [last, first] = await engine.history('crew', '1');
    expect(last).toMatchObject({ status: 'completed', data: { operation: 'insert' } });
    expect(first).toMatchObject({ status: 'completed', data: { operation: 'delete' } });
    expect(first?.note).toContain(`superseded by job ${last!.id}`);
  });

  it('nothing of what was rolled back, and what commits late in the run after, without waiting for it', async () => {
    const engine = await inLine(
      'CREATE TABLE public.berths (id int PRIMARY KEY, name text)',
      `INSERT INTO public.berths SELECT i, 'berth ' || i FROM generate_series(1, 10) AS i`,
      [copyOf('berths')],
    );
    await bench.operations.query(
      `BEGIN; DELETE FROM public.berths; INSERT INTO public.berths VALUES (99, 'never'); ROLLBACK`,
    );
    await bench.operations.query(`BEGIN; UPDATE public.berths SET name = 'kept' WHERE id = 1; SAVEPOINT s`);
    await bench.operations.query(`UPDATE public.berths SET name = 'undone' WHERE id = 2; ROLLBACK TO s; COMMIT`);
    expect(await moved(engine)).toMatchObject({ planned: 1, updated: 1 });

    const late = await bench.databases.operations.client();
    await late.query(`BEGIN; UPDATE public.berths SET name = 'late' WHERE id = 3`);
    await bench.operations.query(`UPDATE public.berths SET name = 'prompt' WHERE id = 4`);
    const before = await moved(engine);
    expect(before).toMatchObject({ planned: 1, updated: 1 });
    expect(before.held_back?.transactions).toBeGreaterThan(0);
    await late.query('COMMIT');
    expect(await moved(engine)).toMatchObject({ planned: 1, updated: 1 });
    await expectSame('berths');
    expect(await jobsOf(bench, 'berths')).toEqual({ completed: 3 });
  });

  it('each change for each of two datasets on one table, whichever is run first', async () => {
    await bench.copy.query('CREATE TABLE public.free_pads (id int PRIMARY KEY, name text)');
    const engine = await inLine(
      'CREATE TABLE public.pads (id int PRIMARY KEY, name text, free boolean)',
      `INSERT INTO public.pads SELECT i, 'pad ' || i, i % 2 = 0 FROM generate_series(1, 10) AS i`,
      [
        copyOf('pads'),
        {
          name: 'free-pads',
          source: { database: 'operations', table: 'public.pads', columns: ['id', 'name'], where: 's.free' },
          target: { database: 'copy', table: 'public.free_pads' },
        },
      ],
    );
    await bench.operations.query('UPDATE public.pads SET free = NOT free WHERE id IN (1, 2)');
    const first = await run(engine, 'auto', ['pads']);
    expect(first.datasets).toMatchObject([{ name: 'pads', updated: 2, verified: true }]);
    expect(await jobsOf(bench, 'pads')).toEqual({ completed: 2 });
    expect(await jobsOf(bench, 'free-pads')).toEqual({ pending: 2 });
    const second = await run(engine, 'auto', ['free-pads']);
    expect(second.datasets).toMatchObject([{ name: 'free-pads', inserted: 1, deleted: 1, verified: true }]);
    expect(await jobsOf(bench, 'free-pads')).toEqual({ completed: 2 });
    expect(await rowsOf(bench.copy, 'public.free_pads', 'id')).toEqual(
      ['1', '4', '6', '8', '10'].map((id) => `(${id},"pad ${id}")`),
    );
  });
});

describe('a bad row', () => {
  const columns = '(id int PRIMARY KEY, price numeric(10,2), name text)';

  it('among ten thousand fails alone, with its key and reason, its job failed; mended, it goes in', async () => {
    await bench.operations.query(`CREATE TABLE public.fares ${columns}`);
    await bench.copy.query(`CREATE TABLE public.fares ${columns}; ALTER TABLE public.fares ADD CHECK (price >= 0)`);
    const engine = await bench.engine([copyOf('fares')]);
    await engine.init({ datasets: [] });
    await moved(engine, 'full');
    await bench.operations.query(
      `INSERT INTO public.fares SELECT i, CASE i WHEN 7777 THEN -1 ELSE i END, 'fare' FROM generate_series(1, 10000) AS i`,
    );
    const document = await run(engine, 'auto');
    expect(document).toMatchObject({ ok: false, status: 'partial' });
    expect(document.datasets[0]).toMatchObject({ mode: 'incremental', planned: 10_000, inserted: 9_999, failed: 1 });
    expect(await jobsOf(bench, 'fares')).toEqual({ completed: 9_999, failed: 1 });
    const [job] = await engine.queue({ dataset: 'fares', status: ['failed'], limit: 10 });
    expect(job).toMatchObject({ entity_key: { id: '7777' } });
    expect(job?.last_error).toMatch(/fares_price_check/);
    const errors = await engine.errors({ run: document.id!, limit: 10 });
    expect(errors).toMatchObject([{ key: { id: '7777' }, operation: 'insert', sqlstate: '23514', run: document.id }]);
    expect(errors[0]?.reason).toMatch(/fares_price_check/);

    // Nothing more to do, and yet no success: the row is not there.
    const left = { status: 'partial', error: { code: 'FAILED_EARLIER' }, datasets: [{ planned: 0, verified: true }] };
    const again = await run(engine, 'auto');
    expect(again).toMatchObject(left);
    expect(again.error?.hint).toContain('astro-sync run fares --retry-failed');
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({
      failed: 1,
      differences: 1,
      backlog: 0,
    });
    await bench.operations.query('UPDATE public.fares SET price = -2 WHERE id = 7777');
    expect(await run(engine, 'auto')).toMatchObject({ status: 'partial', error: null, datasets: [{ failed: 1 }] });
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ failed: 1 });

    await bench.operations.query('UPDATE public.fares SET price = 1 WHERE id = 7777');
    expect(await moved(engine)).toMatchObject({ planned: 1, inserted: 1, verified: true });
    await expectSame('fares');
    const [last, ...older] = await engine.history('fares', '7777');
    expect(last).toMatchObject({ status: 'completed' });
    for (const { status, note } of older) {
      expect([status, note]).toEqual(['completed', `superseded by job ${last?.id ?? ''}`]);
    }
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ failed: 0, differences: 0 });
  });

  it('of a full run fails the changes of it that waited, the newest with the reason', async () => {
    await onBoth(bench, `CREATE TABLE public.levies ${columns}`);
    await bench.copy.query(`ALTER TABLE public.levies ADD CHECK (price >= 0)`);
    const engine = await bench.engine([copyOf('levies')]);
    await engine.init({ datasets: [] });
    await moved(engine, 'full');
    await bench.operations.query(`INSERT INTO public.levies VALUES (1, -1, 'a'), (2, 2, 'b')`);
    await bench.operations.query(`UPDATE public.levies SET price = -2 WHERE id = 1`);
    expect(await run(engine, 'full')).toMatchObject({ status: 'partial', datasets: [{ failed: 1, inserted: 1 }] });
    expect(await jobsOf(bench, 'levies')).toEqual({ completed: 2, failed: 1 });
    const [newest, older] = await engine.history('levies', '1');
    expect(newest).toMatchObject({
      status: 'failed',
      last_error: expect.stringMatching(/levies_price_check/) as string,
    });
    expect(older).toMatchObject({ status: 'completed', note: `superseded by job ${newest?.id ?? ''}` });
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ failed: 1, backlog: 0 });
  });

  it('of a full run is not forgotten by the next run either, until it is retried, skipped or compared equal', async () => {
    await onBoth(bench, `CREATE TABLE public.tolls ${columns}`);
    await bench.copy.query(
      `INSERT INTO public.tolls VALUES (2, 9, 'old'); ALTER TABLE public.tolls ADD CHECK (price >= 0)`,
    );
    await bench.operations.query(`INSERT INTO public.tolls VALUES (1, 1, 'a'), (2, -2, 'b'), (3, -3, 'c')`);
    const engine = await bench.engine([copyOf('tolls')]);
    await engine.init({ datasets: [] });
    const first = await run(engine, 'full');
    expect(first).toMatchObject({ status: 'partial', error: null, datasets: [{ failed: 2, inserted: 1 }] });
    const failures = await engine.queue({ dataset: 'tolls', status: ['failed'], limit: 10 });
    expect(failures.map(({ entity_id: id, data, run: by }) => [id, data.operation, by])).toEqual([
      ['3', 'insert', first.id],
      ['2', 'update', first.id],
    ]);
    const left = { status: 'partial', error: { code: 'FAILED_EARLIER' } };
    expect(await run(engine, 'auto')).toMatchObject(left);
    // Failing again in a full run, they are those of that run, and no more than before.
    expect(await run(engine, 'full')).toMatchObject({ status: 'partial', error: null, datasets: [{ failed: 2 }] });
    expect(await jobsOf(bench, 'tolls')).toEqual({ failed: 2 });

    const filter = { dataset: 'tolls', status: ['failed'] as const };
    await engine.skipJobs({ filter: { ...filter, entity: '3' }, expected: 1, reason: 'known' });
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ failed: 1 });
    await bench.copy.query('ALTER TABLE public.tolls DROP CONSTRAINT tolls_price_check');
    await engine.retryJobs({ filter, expected: 1 });
    expect(await run(engine, 'auto')).toMatchObject({ status: 'succeeded', datasets: [{ updated: 1 }] });
    expect(await jobsOf(bench, 'tolls')).toEqual({ completed: 1, skipped: 1 });
  });

  it('is healed by a full run that finds it equal', async () => {
    await onBoth(bench, `CREATE TABLE public.dues ${columns}`);
    await bench.copy.query('ALTER TABLE public.dues ADD CHECK (price >= 0)');
    await bench.operations.query(`INSERT INTO public.dues VALUES (1, -1, 'a'), (2, -2, 'b')`);
    const engine = await bench.engine([copyOf('dues')]);
    await engine.init({ datasets: [] });
    expect(await run(engine, 'full')).toMatchObject({ status: 'partial', datasets: [{ failed: 2 }] });
    await bench.copy.query(
      `ALTER TABLE public.dues DROP CONSTRAINT dues_price_check; INSERT INTO public.dues VALUES (1, -1, 'a')`,
    );
    expect(await run(engine, 'full')).toMatchObject({ status: 'succeeded', datasets: [{ inserted: 1 }] });
    expect(await jobsOf(bench, 'dues')).toEqual({ completed: 2 });
    expect(await run(engine, 'auto')).toMatchObject({ status: 'succeeded', datasets: [{ planned: 0 }] });
  });
});

describe('a column dropped while its table is captured', () => {
  it('stops no application, and the dataset says gap until a full run', async () => {
    const engine = await inLine(
      'CREATE TABLE public.probes (id int PRIMARY KEY, name text, mass int)',
      `INSERT INTO public.probes VALUES (1, 'one', 10), (2, 'two', 20)`,
      [copyOf('probes')],
    );
    await bench.operations.query('ALTER TABLE public.probes DROP COLUMN mass');
    await bench.operations.query(`INSERT INTO public.probes VALUES (3, 'three')`);
    await bench.operations.query(`UPDATE public.probes SET name = 'uno' WHERE id = 1`);
    await bench.operations.query('DELETE FROM public.probes WHERE id = 2');
    expect((await engine.status({ datasets: [] })).datasets[0]).toMatchObject({ baseline: 'gap' });
    expect(await run(engine, 'incremental')).toMatchObject({ ok: false });
    expect(await rowsOf(bench.copy, 'public.probes')).toHaveLength(2);

    await engine.init({ datasets: [] });
    expect(await run(engine, 'incremental')).toMatchObject({ error: { code: 'NEEDS_FULL_RUN' } });
    expect(await moved(engine)).toMatchObject({
      mode: 'full',
      baseline: 'current',
      inserted: 1,
      updated: 1,
      deleted: 1,
    });
    const { rows } = await bench.copy.query('SELECT id, name FROM public.probes ORDER BY id');
    expect(rows).toEqual([
      { id: 1, name: 'uno' },
      { id: 3, name: 'three' },
    ]);
    await bench.operations.query(`INSERT INTO public.probes VALUES (4, 'four')`);
    expect(await moved(engine)).toMatchObject({ mode: 'incremental', inserted: 1 });
  });
});

describe('a column that gets another type while its table is captured', () => {
  it.each([
    ['varchar(50)', 'text'],
    ['text', 'varchar(200)'],
    ['int', 'bigint'],
  ])('from %s to %s: init repairs what is recorded, one full run, then incremental ones again', async (from, to) => {
    const table = `labels_${from.replaceAll(/\W/g, '')}`;
    const engine = await inLine(
      `CREATE TABLE public.${table} (id int PRIMARY KEY, label ${from})`,
      `INSERT INTO public.${table} VALUES (1, '10'), (2, '20')`,
      [copyOf(table)],
    );
    await onBoth(bench, `ALTER TABLE public.${table} ALTER COLUMN label TYPE ${to}`);
    const [before] = (await engine.status({ datasets: [] })).datasets;
    expect(before?.baseline).toBe('gap');
    expect(await run(engine, 'incremental')).toMatchObject({ error: { code: 'NEEDS_FULL_RUN' } });

    const { databases } = await engine.init({ datasets: [] });
    const done = databases.flatMap((database) => database.done);
    expect(done).toContainEqual(`public.${table}: columns changed their type: label; needs a full run`);
    expect((await engine.init({ datasets: [] })).databases.flatMap((database) => database.done)).toEqual(
      expect.not.arrayContaining([expect.stringContaining(table)]),
    );
    expect(await run(engine, 'incremental')).toMatchObject({ error: { code: 'NEEDS_FULL_RUN' } });
    expect(await moved(engine)).toMatchObject({ mode: 'full', baseline: 'current' });
    expect((await engine.status({ datasets: [] })).warnings.join()).not.toContain('changed their type');
    await bench.operations.query(`UPDATE public.${table} SET label = '30' WHERE id = 2`);
    expect(await moved(engine)).toMatchObject({ mode: 'incremental', updated: 1 });
    await expectSame(table);
  });
});
