import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { databaseAt } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import { startRun } from '../system/live-run';
import type { LiveRun } from '../system/live-run';
import { systemMigrations } from '../system/migrations/index';
import { migrate } from '../system/migrate';
import { migrateSystem } from '../system/schema';
import { countEveryJob, countJobs } from './count-jobs';
import { findEntities } from './entity-lookup';
import type { JobsFilter } from './job-filter';
import { listJobs, readJob } from './list-jobs';

const jobs = 6000;
const settledBy = '018f3c1e-0000-7000-8000-000000000001';
const wroteIt = '018f3c1e-0000-7000-8000-000000000002';

/** Jobs of four datasets, three applications, many actors, every status: some of each in many blocks, some in one job alone. */
const insertJobs = `
INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_id, entity_key, status, created_at, data, dataset, capture_id, change_id, run_id)
SELECT dataset || '_sync', dataset, i % 701, CASE WHEN dataset = 'seats' THEN jsonb_build_object('row', (i % 701)::text, 'seat', 'A')
    ELSE jsonb_build_object('id', (i % 701)::text) END,
  CASE WHEN i % 97 = 0 THEN 'failed' WHEN i = 3333 THEN 'conflict' WHEN i % 31 = 0 THEN 'skipped' WHEN i > 5500 OR i % 400 = 7 THEN 'pending' ELSE 'completed' END,
  timestamptz '2026-02-01Z',
  jsonb_build_object('operation', 'update', 'before', NULL, 'after', NULL, 'origin', jsonb_build_object(
    'database', CASE WHEN i % 3 = 0 THEN 'system' ELSE 'operations' END,
    'application', CASE WHEN i % 5 = 0 THEN NULL WHEN i = 2501 THEN 'once' WHEN i < 2000 THEN 'old' ELSE 'new' END,
    'actor', CASE WHEN i % 2 = 0 THEN 'user' || (i % 500) END, 'session_user', CASE WHEN i = 4444 THEN 'dba' WHEN i % 7 > 0 THEN 's' END, 'client', NULL, 'transaction', i::text,
    'at', CASE WHEN i % 13 > 0 THEN timestamptz '2026-01-01Z' + i * interval '1 minute' - i % 3 * interval '1 day' END, 'run', CASE WHEN i BETWEEN 4000 AND 4010 THEN '${wroteIt}' END)),
  dataset, '${settledBy}', CASE WHEN i % 50 = 4 THEN 'retry' ELSE i::text END, CASE WHEN i BETWEEN 1000 AND 1100 THEN '${settledBy}'::uuid END
FROM (SELECT i, (ARRAY['bookings', 'bookings', 'launches', 'seats'])[1 + i % 4] AS dataset FROM generate_series(1, ${String(jobs)}) AS i) numbers`;

/** What a filter means, without any index in mind. */
function meaning(filter: JobsFilter, run: LiveRun): string {
  const inHand = `(status = 'pending' AND dataset = 'bookings' AND id <= 5600)`;
  const text = (value: string): string => `'${value}'`;
  const conditions = ['true'];
  const origin = (name: string, value?: string): void => {
    if (value !== undefined) conditions.push(`coalesce(data #>> '{origin,${name}}', '') = ${text(value)}`);
  };
  if (filter.dataset !== undefined) conditions.push(`dataset = ${text(filter.dataset)}`);
  if (filter.status !== undefined && filter.status.length > 0)
    conditions.push(`CASE WHEN ${inHand} THEN 'running' ELSE status END = ANY ('{${filter.status.join(',')}}')`);
  if (filter.entity !== undefined)
    conditions.push(
      filter.entity.startsWith('{')
        ? `entity_key = ${text(filter.entity)}`
        : `entity_key = jsonb_build_object('id', ${text(filter.entity)})`,
    );
  origin('database', filter.originDatabase);
  origin('application', filter.application);
  origin('actor', filter.actor);
  if (filter.run !== undefined)
    conditions.push(
      `(run_id::text = ${text(filter.run)} OR data #>> '{origin,run}' = ${text(filter.run)}${filter.run === run.runId ? ` OR ${inHand}` : ''})`,
    );
  origin('session_user', filter.role);
  if (filter.changesOnly === true) conditions.push(`change_id <> 'retry' AND NOT gap`);
  if (filter.by !== undefined) conditions.push(`data #>> '{origin,run}' IS ${filter.by === 'sync' ? 'NOT ' : ''}NULL`);
  const changed = `coalesce((data #>> '{origin,at}')::timestamptz, created_at)`;
  if (filter.since !== undefined) conditions.push(`${changed} >= ${text(filter.since)}`);
  if (filter.until !== undefined) conditions.push(`${changed} < ${text(filter.until)}`);
  return conditions.join(' AND ');
}

const some = {
  dataset: ['bookings', 'seats', 'nowhere'],
  status: [
    ['failed'],
    ['pending'],
    ['running'],
    ['conflict', 'skipped'],
    ['completed'],
    ['pending', 'failed', 'completed'],
  ],
  entity: ['42', '{"row":"43","seat":"A"}', '{"id":"44"}', 'none'],
  originDatabase: ['system', 'gone'],
  application: ['old', 'once', '', 'never'],
  actor: ['user7', 'user8', ''],
  role: ['s', 'dba', '', 'nobody'],
  changesOnly: [true],
  by: ['sync', 'others'],
  run: [settledBy, wroteIt, 'the living one', randomUUID(), 'no uuid'],
  since: ['2026-01-02T00:00:00Z', '2026-01-04T12:00:00Z'],
  until: ['2026-01-02T12:00:00Z', '2025-01-01T00:00:00Z'],
} as const;

describe.each([18, 14] as const)('jobs found by any filter on PostgreSQL %i', (version) => {
  let server: TestDatabase;
  let system: PostgresDatabase;
  let client: Client;
  let run: LiveRun;

  /** Every filter with one condition, and a third of those with two. */
  const filters = (): JobsFilter[] => {
    const single: JobsFilter[] = Object.entries(some).flatMap(([name, values]) =>
      values.map((value): JobsFilter => ({ [name]: value === 'the living one' ? run.runId : value })),
    );
    const pairs = single.flatMap((one, i) =>
      single.slice(i + 1).flatMap((two) => (sameField(one, two) ? [] : { ...one, ...two })),
    );
    return [{}, ...single, ...pairs.filter((_, i) => i % 3 === 0)];
  };

  beforeAll(async () => {
    server = await createTestDatabase(version);
    system = databaseAt(server.url, 'system');
    client = await system.connect('test');
    await migrateSystem(client);
    // In unequal parts, so that blocks are noted by several statements.
    for (const [from, to] of [
      [1, 1],
      [2, 1500],
      [1501, 1503],
      [1504, jobs],
    ])
      await client.query(`${insertJobs} WHERE i BETWEEN ${String(from)} AND ${String(to)} ORDER BY i`);
    run = await startRun(system, {
      kind: 'run',
      mode: 'auto',
      operator: 'it',
      host: 'here',
      application: 'test',
      environment: 'test',
      datasets: ['bookings'],
    });
    await run.dataset('bookings', { status: 'running', throughJobId: '5600' });
  });

  afterAll(async () => {
    await run.finish('succeeded', null);
    await system.close();
    await server.drop();
  });

  it('gives the same as reading every job, page by page both ways, and the same number', async () => {
    for (const filter of filters()) {
      const { rows } = await client.query<{ id: string }>(
        `SELECT id FROM astro_sync.job_queue WHERE ${meaning(filter, run)} ORDER BY id DESC`,
      );
      const all = rows.map(({ id }) => id);
      const page = async (more: object, limit = 50): Promise<string[]> =>
        (await listJobs(client, { ...filter, ...more, limit }, new Map())).map(({ id }) => id);
      const what = JSON.stringify(filter);
      expect(await page({}), what).toEqual(all.slice(0, 50));
      const middle = all[Math.floor(all.length / 2)] ?? '3000';
      const at = all.indexOf(middle);
      expect(await page({ before: middle }), what).toEqual(all.slice(at + 1, at + 51));
      const newer = all.slice(0, Math.max(at, 0)).reverse();
      expect(await page({ after: middle }), what).toEqual(newer.slice(0, 50));
      expect(await countJobs(client, filter), what).toEqual({ count: all.length, exact: true });
      expect(await countEveryJob(client, filter), what).toBe(all.length);
    }
  }, 120_000);

  it('shows each job as it stands, by its id alone', async () => {
    expect(await readJob(client, '5599', new Map())).toMatchObject({ id: '5599', status: 'pending', dataset: 'seats' });
    expect(await readJob(client, '5600', new Map())).toMatchObject({ status: 'running', run: run.runId });
    await expect(readJob(client, '999999', new Map())).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    await expect(readJob(client, 'x', new Map())).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    await expect(listJobs(client, { before: 'x', limit: 1 }, new Map())).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('finds entities by their key in every dataset', async () => {
    expect(await findEntities(client, '42', 20)).toEqual([
      { dataset: 'bookings', key: { id: '42' } },
      { dataset: 'launches', key: { id: '42' } },
    ]);
    expect(await findEntities(client, '{"row":"43","seat":"A"}', 20)).toEqual([
      { dataset: 'seats', key: { row: '43', seat: 'A' } },
    ]);
    expect(await findEntities(client, "4'2", 20)).toEqual([]);
    const seat = [{ dataset: 'seats', key: { row: '43', seat: 'A' } }];
    for (const text of ['43 · A', 'row=43, seat=A', 'seat=A, row=43'])
      expect(await findEntities(client, text, 20), text).toEqual(seat);
    expect(await findEntities(client, 'id=42', 20)).toHaveLength(2);
    for (const text of ['A · 43', '43 · A · 1', 'row=43', 'row=43, place=A', '43 · '])
      expect(await findEntities(client, text, 20), text).toEqual([]);
    // In the order of the definition, where there is one.
    const columns = { seats: ['seat', 'row'] };
    expect(await findEntities(client, 'A · 43', 20, columns)).toEqual(seat);
    expect(await findEntities(client, '43 · A', 20, columns)).toEqual([]);
  });

  it('reads only blocks that may hold what is looked for', async () => {
    const { rows } = await client.query<{ block: string }>(
      `SELECT DISTINCT block FROM astro_sync.job_block WHERE application = 'once' ORDER BY 1`,
    );
    expect(rows).toEqual([{ block: String(2501 >> 10) }]);
  });

  it('keeps the notes of blocks true while jobs are removed, and notes jobs that were there before', async () => {
    const noted = async (): Promise<unknown[]> =>
      (
        await client.query<{ block: string }>(
          `SELECT block, dataset, database, application, jobs, oldest, newest,
             (SELECT array_agg(DISTINCT n ORDER BY n) FROM unnest(names) n) AS names FROM astro_sync.job_block ORDER BY 1, 2, 3, 4`,
        )
      ).rows;
    const before = await noted();
    await client.query('BEGIN');
    await client.query('DELETE FROM astro_sync.job_queue WHERE id BETWEEN 1024 AND 2047 OR id % 2 = 0');
    const { rows } = await client.query<{ noted: string; real: string; blocks: string }>(
      `SELECT (SELECT sum(jobs) FROM astro_sync.job_block) AS noted, (SELECT count(*) FROM astro_sync.job_queue) AS real,
         (SELECT count(*) FROM astro_sync.job_block WHERE block = 1) AS blocks`,
    );
    expect(rows).toEqual([{ noted: rows[0]?.real, real: rows[0]?.real, blocks: '0' }]);
    await client.query('ROLLBACK');
    // As a stream's writer may have said it, and an earlier version kept it.
    await client.query(
      `UPDATE astro_sync.job_queue SET data = jsonb_set(data, '{origin,at}', '"2026-02-31T00:00:00Z"') WHERE id = 1310`,
    );
    await client.query(
      `DROP TABLE astro_sync.job_block CASCADE; DROP INDEX astro_sync.job_queue_left, astro_sync.job_queue_run, astro_sync.row_error_entity, astro_sync.job_queue_failed, astro_sync.job_queue_given_up;
       DROP FUNCTION astro_sync.note_new_jobs CASCADE; DROP FUNCTION astro_sync.note_removed_jobs CASCADE;
       DROP FUNCTION astro_sync.entity_of CASCADE; DROP FUNCTION astro_sync.long_entity;
       ALTER TABLE astro_sync.job_queue ADD COLUMN entity text COLLATE "C" NOT NULL GENERATED ALWAYS AS (entity_key::text) STORED;
       ALTER TABLE astro_sync.run_dataset DROP COLUMN duration_ms, DROP COLUMN in_flight, DROP COLUMN writes, DROP COLUMN changes, DROP COLUMN changed_rows;
       ALTER TABLE astro_sync.checkpoint DROP COLUMN in_flight, DROP COLUMN verified_run; DELETE FROM astro_sync.migration WHERE version >= 2`,
    );
    expect(await migrate(client, 'system', systemMigrations)).toEqual(
      systemMigrations.slice(1).map(({ name }) => name),
    );
    expect(await noted()).toEqual(before);
    expect((await readJob(client, '1310', new Map())).data.origin.at).toMatch(/^2026-02-01T00:00:00/);
    await client.query('TRUNCATE astro_sync.job_queue');
    expect(await noted()).toEqual([]);
  });
});

function sameField(one: JobsFilter, two: JobsFilter): boolean {
  return Object.keys(one).some((name) => name in two);
}
