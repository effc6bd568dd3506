import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originsSchema } from '../../../shared/contract/methods/origins';
import { jobSchema } from '../../../shared/engine/documents';
import type { Job, Mode } from '../../../shared/engine/documents';
import type { Engine } from './api';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

/** Accounts become people, people are read by two further datasets: as they are, and for their trips. */
const people = {
  name: 'people',
  source: { database: 'operations', table: 'public.accounts' },
  target: { database: 'copy', table: 'public.people' },
};
const onward = {
  name: 'onward',
  source: { database: 'copy', table: 'public.people' },
  target: { database: 'system', table: 'public.people' },
};
const trips = {
  name: 'trips',
  source: {
    database: 'copy',
    table: 'public.trips',
    columns: { id: null, mail: { sql: '(select p.mail from public.people p where p.id = s.person_id)' } },
  },
  target: { database: 'system', table: 'public.trips' },
  depends_on: [{ table: 'public.people', keys: 'select id from public.trips where person_id = any($keys.id)' }],
};
const far = {
  name: 'far',
  source: { database: 'system', table: 'public.people' },
  target: { database: 'operations', table: 'public.far_people' },
};
const names = ['people', 'onward', 'trips', 'far'];

let bench: TestBench;
let engine: Engine;

beforeAll(async () => {
  bench = await openTestBench();
  const person = '(id bigint PRIMARY KEY, mail text)';
  await bench.operations.query(`CREATE TABLE accounts ${person}; CREATE TABLE far_people ${person}`);
  await bench.copy.query(`CREATE TABLE people ${person}; CREATE TABLE trips (id bigint PRIMARY KEY, person_id bigint)`);
  await bench.system.query(`CREATE TABLE people ${person}; CREATE TABLE trips ${person}`);
  await bench.operations.query(`INSERT INTO accounts SELECT i, 'old' || i FROM generate_series(1, 20) AS i`);
  await bench.copy.query(`INSERT INTO trips SELECT 100 + i, i FROM generate_series(1, 20) AS i`);
  engine = await bench.engine([people, onward, trips, far], { operator: 'otto' });
  await engine.init({ datasets: [] });
  await run('full', names);
});

afterAll(() => bench.close());

async function run(mode: Mode, datasets: readonly string[]): Promise<string> {
  const document = await engine.run({ datasets, mode });
  expect(document).toMatchObject({ ok: true, error: null });
  return document.id!;
}

/** An account gets another address, by a person with an application. */
async function change(application: string, actor: string, id: number, mail: string): Promise<void> {
  await bench.operations.query(
    `SET astro_sync.application = '${application}'; SET astro_sync.actor = '${actor}';
     UPDATE accounts SET mail = '${mail}' WHERE id = ${id}; RESET astro_sync.application; RESET astro_sync.actor`,
  );
}

/** The newest job of an entity, read by its id. */
async function newest(dataset: string, entity: string): Promise<Job> {
  const [job] = await engine.queue({ dataset, entity, limit: 1 });
  return engine.job(job!.id);
}

describe('the cause of a change that a run wrote', () => {
  it('is the change that the run carried, of the same entity and of one that depends on it', async () => {
    await change('crm', 'ana', 1, 'ana1');
    await change('portal', 'bob', 2, 'bob2');
    const first = await run('incremental', ['people']);
    const second = await run('incremental', ['onward', 'trips', 'far']);
    const carried = { job: (await newest('people', '1')).id, dataset: 'people' };
    const ana = { application: 'crm', actor: 'ana', database: 'operations', run: null };
    const job = jobSchema.parse(await newest('onward', '1'));
    expect(job).toMatchObject({
      run: second,
      data: { origin: { application: 'astro-sync', actor: 'otto', run: first } },
    });
    expect(job.cause).toMatchObject({ runs: [first], change: { ...carried, origin: ana } });
    // The trip has another key than the account; and the relay's note of the row stays inside.
    const trip = await newest('trips', '102');
    expect(trip.cause).toMatchObject({ runs: [first], change: { dataset: 'people', origin: { actor: 'bob' } } });
    expect(trip.data).not.toHaveProperty('via');
    // Through two runs: what far was brought is what onward had been brought.
    expect((await newest('far', '1')).cause).toMatchObject({
      runs: [second, first],
      change: { ...carried, origin: ana },
    });
    expect((await newest('people', '1')).cause).toBeNull();
  });

  it('is in the history and in the explanation of an entity, and in no list', async () => {
    const [latest] = await engine.history('trips', '101');
    expect(latest?.cause?.change?.origin).toMatchObject({ application: 'crm', actor: 'ana' });
    const { jobs } = await engine.explain('onward', '1');
    const told = jobs.filter(({ cause }) => cause?.change?.origin.actor === 'ana').map(({ dataset }) => dataset);
    expect(told.sort()).toEqual(['far', 'onward']);
    const listed = await engine.queue({ dataset: 'trips', limit: 5 });
    expect(listed.filter((one) => 'cause' in one || 'via' in one.data)).toEqual([]);
  });

  it('is the run alone where two people had changed the entity, where a full run wrote it, and where nothing was noted', async () => {
    await change('crm', 'ana', 3, 'ana3');
    await change('portal', 'bob', 3, 'bob3');
    await change('crm', 'ana', 4, 'once');
    await change('crm', 'ana', 4, 'twice');
    const first = await run('incremental', ['people']);
    await change('crm', 'ana', 5, 'ana5');
    const full = await run('full', ['people']);
    await run('incremental', ['onward']);
    expect((await newest('onward', '3')).cause).toEqual({ runs: [first], change: null });
    expect((await newest('onward', '4')).cause).toMatchObject({ runs: [first], change: { origin: { actor: 'ana' } } });
    expect((await newest('onward', '5')).cause).toEqual({ runs: [full], change: null });
    const before = await newest('onward', '4');
    await bench.system.query(`UPDATE astro_sync.job_queue SET data = data - 'via' WHERE id = $1`, [before.id]);
    expect((await engine.job(before.id)).cause).toEqual({ runs: [first], change: null });
  });

  it('is the run alone where another dataset of that run may have written the row', async () => {
    await bench.operations.query('CREATE TABLE more_accounts (id bigint PRIMARY KEY, mail text)');
    const more = {
      ...people,
      name: 'more',
      source: { ...people.source, table: 'public.more_accounts' },
      on_delete: 'keep',
    };
    const both = await bench.engine([{ ...people, on_delete: 'keep' }, more, onward]);
    await both.init({ datasets: [] });
    await both.run({ datasets: ['people', 'more'], mode: 'full', allowEmptySource: true });
    await bench.operations.query(
      `SET astro_sync.actor = 'cy'; UPDATE accounts SET mail = 'cy6' WHERE id = 6; RESET astro_sync.actor`,
    );
    const alone = await both.run({ datasets: ['people'], mode: 'incremental' });
    await both.run({ datasets: ['onward'], mode: 'incremental' });
    const [sure] = await both.history('onward', '6');
    expect(sure?.cause).toMatchObject({ runs: [alone.id], change: { dataset: 'people', origin: { actor: 'cy' } } });
    // Where a dataset of that run did not note where it wrote, it may have been there.
    await bench.system.query(
      `INSERT INTO astro_sync.run_dataset (run_id, dataset, position, mode) VALUES ($1, 'renamed', 2, 'incremental')`,
      [alone.id],
    );
    expect((await both.history('onward', '6'))[0]?.cause).toEqual({ runs: [alone.id], change: null });
    await bench.system.query(`DELETE FROM astro_sync.run_dataset WHERE dataset = 'renamed'`);
    // Had the other been in that run, and gone through all of its rows.
    await bench.system.query(
      `INSERT INTO astro_sync.run_dataset (run_id, dataset, position, mode, writes)
       SELECT run_id, 'more', 1, 'full', writes FROM astro_sync.run_dataset WHERE run_id = $1`,
      [alone.id],
    );
    const [unsure] = await both.history('onward', '6');
    expect(unsure?.cause).toEqual({ runs: [alone.id], change: null });
  });
});

describe('who changed what', () => {
  const span = { since: '2020-01-01T00:00:00Z', until: '2120-01-01T00:00:00Z', buckets: 1 };

  it('leaves the writes of the sync out where only others are meant, and says how many they are', async () => {
    const others = originsSchema.parse(await engine.origins({ ...span, by: 'others' }));
    const all = originsSchema.parse(await engine.origins(span));
    const sum = (lines: typeof all.lines): number => lines.reduce((total, { changes }) => total + changes, 0);
    expect(others.lines.map(({ application }) => application)).not.toContain('astro-sync');
    expect(others.series.map(({ application }) => application)).not.toContain('astro-sync');
    expect(all.lines.map(({ application }) => application)).toContain('astro-sync');
    const byHand = await bench.system.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM astro_sync.job_queue WHERE data #>> '{origin,run}' IS NOT NULL`,
    );
    const own = byHand.rows[0]!.count;
    expect(own).toBeGreaterThan(40);
    expect(others).toMatchObject({ by: 'others', by_sync: own });
    expect(all).toMatchObject({ by: null, by_sync: own });
    expect(sum(all.lines) - sum(others.lines)).toBe(own);
  });

  it('counts the writes of the sync at the ends of a time, and of one dataset', async () => {
    const { rows } = await bench.system.query<{ at: string; before: number; after: number }>(
      `WITH own AS (
         SELECT (data #>> '{origin,at}')::timestamptz AS at FROM astro_sync.job_queue WHERE data #>> '{origin,run}' IS NOT NULL
       ), half AS (SELECT at FROM (SELECT DISTINCT at FROM own) times ORDER BY at OFFSET 2 LIMIT 1)
       SELECT to_json(half.at) #>> '{}' AS at, (count(*) FILTER (WHERE own.at < half.at))::int AS before,
         (count(*) FILTER (WHERE own.at >= half.at))::int AS after
       FROM own, half GROUP BY half.at`,
    );
    const { at, before, after } = rows[0]!;
    expect([before > 0, after > 0]).toEqual([true, true]);
    expect((await engine.origins({ ...span, until: at })).by_sync).toBe(before);
    expect((await engine.origins({ ...span, since: at })).by_sync).toBe(after);
    expect((await engine.origins({ ...span, dataset: 'people' })).by_sync).toBe(0);
    const onwards = await engine.queueCountAll({ dataset: 'onward', by: 'sync' });
    expect((await engine.origins({ ...span, dataset: 'onward' })).by_sync).toBe(onwards);
  });

  it('is what the queue finds', async () => {
    const { lines, by_sync: own } = await engine.origins({ ...span, by: 'others' });
    const others = lines.reduce((total, { changes }) => total + changes, 0);
    expect(await engine.queueCount({ by: 'sync', changesOnly: true })).toEqual({ count: own, exact: true });
    expect(await engine.queueCount({ by: 'others', changesOnly: true })).toEqual({ count: others, exact: true });
    const jobs = await engine.queue({ by: 'others', limit: 1000 });
    expect(jobs.filter(({ data }) => data.origin.run !== null)).toEqual([]);
  });
});
