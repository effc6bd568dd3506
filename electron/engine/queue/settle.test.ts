import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { databaseAt } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import { migrateSystem } from '../system/schema';
import { pendingJobIds } from './settle';

describe.each([18, 14] as const)('pending jobs looked up by key on PostgreSQL %i', (version) => {
  let server: TestDatabase;
  let system: PostgresDatabase;
  let client: Client;

  beforeAll(async () => {
    server = await createTestDatabase(version);
    system = databaseAt(server.url, 'system');
    client = await system.connect('test');
    await migrateSystem(client);
    await client.query('ALTER TABLE astro_sync.job_queue SET (autovacuum_enabled = false)');
  });
  afterAll(async () => {
    await system.close();
    await server.drop();
  });

  const insert = (dataset: string, status: string, count: number): Promise<unknown> =>
    client.query(
      `INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_key, status, data, dataset, capture_id, change_id)
       SELECT 'j', 'e', jsonb_build_object('id', i::text), $2, '{"origin":{}}', $1, gen_random_uuid(), i::text
       FROM generate_series(1, $3::int) AS i`,
      [dataset, status, count],
    );

  it.each([
    ['nothing was known of the queue', () => Promise.resolve()],
    ['another dataset had it for itself', () => insert('other', 'completed', 40_000)],
    ['a few were done', () => insert('rows', 'completed', 20)],
    ['all of this dataset were done', () => insert('rows', 'completed', 40_000)],
  ])('takes no longer where %s when statistics were taken', async (_state, before) => {
    await client.query('TRUNCATE astro_sync.job_queue RESTART IDENTITY');
    await before();
    await client.query('ANALYZE astro_sync.job_queue');
    await insert('rows', 'pending', 100_000);
    const scope = { dataset: 'rows', keyNames: ['id'], runId: '', throughJobId: '1000000' };
    const keys = Array.from({ length: 10_000 }, (_, i) => [String(i * 7 + 1)]);
    // A plan that reads the queue for every key takes minutes.
    await client.query(`SET statement_timeout = '10s'`);
    try {
      expect((await pendingJobIds(client, scope, keys)).size).toBe(10_000);
    } finally {
      await client.query('RESET statement_timeout');
    }
  });
});
