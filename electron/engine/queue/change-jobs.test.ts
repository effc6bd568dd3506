import type { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { databaseAt } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import { migrateSystem } from '../system/schema';
import { changeJobs } from './change-jobs';
import type { JobsChange } from './change-jobs';

const retry: JobsChange = {
  to: 'pending',
  from: ['failed', 'skipped', 'conflict'],
  note: 'put back by ines',
  streams: [],
};

describe('jobs changed together', () => {
  let server: TestDatabase;
  let system: PostgresDatabase;
  let client: Client;

  beforeAll(async () => {
    server = await createTestDatabase();
    system = databaseAt(server.url, 'system');
    client = await system.connect('test');
    await migrateSystem(client);
  });
  beforeEach(() => client.query('TRUNCATE astro_sync.job_queue RESTART IDENTITY; DELETE FROM astro_sync.lease'));
  afterAll(async () => {
    await system.close();
    await server.drop();
  });

  /** Jobs of as many entities as said, or of one alone. */
  const insert = (dataset: string, status: string, count: number, entity = 'i'): Promise<unknown> =>
    client.query(
      `INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_key, status, data, dataset, capture_id, change_id, run_id)
       SELECT 'j', 'e', jsonb_build_object('id', (${entity})::text), $2, '{"origin":{}}', $1, gen_random_uuid(), i::text,
         CASE WHEN $2 = 'failed' THEN '018f3c1e-0000-7000-8000-000000000001'::uuid END
       FROM generate_series(1, $3::int) AS i`,
      [dataset, status, count],
    );
  const counts = async (): Promise<Record<string, number>> => {
    const { rows } = await client.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM astro_sync.job_queue GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  };
  const hold = (dataset: string): Promise<unknown> =>
    client.query(
      `INSERT INTO astro_sync.lease (target_identity, dataset, run_id, operator, host, pid) VALUES ('t', $1, gen_random_uuid(), 'olga', 'h', 1)`,
      [dataset],
    );

  it('are changed block by block, each once, only those that may move', async () => {
    await insert('a', 'failed', 11_000);
    await insert('b', 'completed', 10);
    await insert('c', 'conflict', 10);
    expect(await changeJobs(client, {}, 11_010, retry)).toMatchObject({ changed: 11_010, rest: null });
    expect(await counts()).toEqual({ pending: 11_010, completed: 10 });
    const { rows } = await client.query(`SELECT DISTINCT note, run_id FROM astro_sync.job_queue WHERE dataset = 'a'`);
    expect(rows).toEqual([{ note: 'put back by ines after run 018f3c1e-0000-7000-8000-000000000001', run_id: null }]);
  });

  it('are changed part by part, each where the one before ended, and none that came meanwhile', async () => {
    await insert('a', 'failed', 11_000);
    const first = await changeJobs(client, {}, 11_000, retry, { most: 5000 });
    expect(first).toEqual({ changed: 5000, rest: { after: '5000', through: '11000' } });
    await insert('b', 'failed', 10);
    // Of what is left more is refused too, whatever part it is said to be.
    const more = changeJobs(client, {}, 5999, retry, { ...first.rest, most: 50_000 });
    await expect(more).rejects.toMatchObject({ code: 'MORE_THAN_EXPECTED' });
    const second = await changeJobs(client, {}, 6000, retry, { ...first.rest, most: 50_000 });
    expect(second).toEqual({ changed: 6000, rest: null });
    expect(await counts()).toEqual({ pending: 11_000, failed: 10 });
  });

  it('stay as they are where more match than were shown', async () => {
    await insert('a', 'failed', 11);
    await expect(changeJobs(client, {}, 10, retry)).rejects.toMatchObject({ code: 'MORE_THAN_EXPECTED' });
    expect(await counts()).toEqual({ failed: 11 });
  });

  it('stay as they are where a run writes their dataset, not where it writes another', async () => {
    await insert('a', 'failed', 3);
    await insert('b', 'failed', 3);
    await hold('b');
    await expect(changeJobs(client, {}, 6, retry)).rejects.toMatchObject({ code: 'LEASE_HELD' });
    expect(await counts()).toEqual({ failed: 6 });
    expect(await changeJobs(client, { dataset: 'a' }, 3, retry)).toMatchObject({ changed: 3, rest: null });
  });

  it('do not come back after a newer one of their entity, where they carry the values of a stream', async () => {
    await insert('stream', 'failed', 1, '7');
    await insert('stream', 'completed', 1, '7');
    await insert('stream', 'failed', 1, '8');
    expect(await changeJobs(client, {}, 2, { ...retry, streams: ['stream'] })).toMatchObject({
      changed: 1,
      rest: null,
    });
    expect(await counts()).toEqual({ failed: 1, completed: 1, pending: 1 });
    expect(await changeJobs(client, {}, 2, retry)).toMatchObject({ changed: 1, rest: null });
  });

  it('leave gaps alone', async () => {
    await insert('a', 'pending', 2);
    await client.query('UPDATE astro_sync.job_queue SET gap = true WHERE id = 1');
    const skip: JobsChange = { to: 'skipped', from: ['pending'], note: 'skipped by ines: no', streams: [] };
    expect(await changeJobs(client, { status: ['pending'] }, 2, skip)).toMatchObject({ changed: 1, rest: null });
    expect(await counts()).toEqual({ pending: 1, skipped: 1 });
  });
});
