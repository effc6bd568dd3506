import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from './environment';
import { takeSnapshot } from './snapshot';
import { testEnvironment } from './test-environment';

describe.each([18, 14] as const)('a snapshot on PostgreSQL %i', (version) => {
  let database: TestDatabase;
  let environment: Environment;

  beforeAll(async () => {
    database = await createTestDatabase(version);
    environment = await testEnvironment({ system: database.url });
  });
  afterAll(async () => {
    await environment.close();
    await database.drop();
  });

  it('shows every reader what was committed when it was taken, without waiting for who is still writing', async () => {
    const writer = await database.client();
    await writer.query('CREATE TABLE rows (id int); INSERT INTO rows VALUES (1)');
    await writer.query('BEGIN; INSERT INTO rows VALUES (2)');
    const snapshot = await takeSnapshot(environment.system);
    await writer.query('COMMIT; INSERT INTO rows VALUES (3)');
    const reader = await snapshot.connect('reader');
    for (const client of [snapshot.holder, reader]) {
      expect((await client.query('SELECT id FROM public.rows')).rows).toEqual([{ id: 1 }]);
    }
    await expect(reader.query('INSERT INTO public.rows VALUES (4)')).rejects.toThrow('read-only');
    expect(snapshot.text).toMatch(/^\d+:\d+:/);
    await snapshot.close();
  });

  it('leaves no session behind where its holder is gone', async () => {
    const admin = await database.client();
    const sessions = async (): Promise<unknown> =>
      (await admin.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'astro-sync late'`))
        .rows;
    const snapshot = await takeSnapshot(environment.system);
    await snapshot.close();
    await expect(snapshot.connect('late')).rejects.toThrow('snapshot');
    await expect.poll(sessions).toEqual([{ n: 0 }]);
  });
});
