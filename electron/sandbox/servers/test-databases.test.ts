import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase, createTestRedis } from './test-databases';

test.each([18, 14] as const)('gives databases of PostgreSQL %i that know nothing of each other', async (version) => {
  const [one, other] = await Promise.all([createTestDatabase(version), createTestDatabase(version)]);
  const client = await one.client();
  await client.query('create table t as select 1 as a');
  const shown = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  expect(shown.rows[0]?.version).toMatch(new RegExp(`^${String(version)}\\.`));
  const others = await (await other.client()).query(`select 1 from pg_tables where tablename = 't'`);
  expect(others.rowCount).toBe(0);
  await Promise.all([one.drop(), other.drop()]);
});

test('drops a database although somebody is still connected to it', async () => {
  const database = await createTestDatabase();
  const left = new pg.Client({ connectionString: database.url });
  const ended = new Promise<Error>((resolve) => left.on('error', resolve));
  await left.connect();
  await database.drop();
  expect(await ended).toMatchObject({ code: '57P01' });
  await expect(database.client()).rejects.toMatchObject({ code: '3D000' });
});

test('drops a database whose sessions were ended by force', async () => {
  const database = await createTestDatabase();
  const [one, other] = [await database.client(), await database.client()];
  await one.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await expect(other.query('select 1')).rejects.toThrow();
  await database.drop();
});

test('gives urls for other roles of the server', async () => {
  const database = await createTestDatabase();
  const superuser = await database.client();
  await superuser.query(`create role ${database.name}_ordinary login password 'a b@c/d'`);
  const client = new pg.Client({ connectionString: database.urlAs(`${database.name}_ordinary`, 'a b@c/d') });
  await client.connect();
  expect((await client.query('select current_user as name')).rows).toEqual([{ name: `${database.name}_ordinary` }]);
  await client.end();
  await superuser.query(`drop role ${database.name}_ordinary`);
  await database.drop();
});

test('gives a Redis of its own to each that asks', async () => {
  const [one, other] = await Promise.all([createTestRedis(), createTestRedis()]);
  expect(one.port).not.toBe(other.port);
  await Promise.all([one.stop(), other.stop()]);
});
