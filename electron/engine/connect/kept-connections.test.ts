import { afterAll, beforeAll, beforeEach, afterEach, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from './environment';
import { reading } from './kept-connections';
import { postgresDatabase } from './postgres';
import { testEnvironment } from './test-environment';

let database: TestDatabase;
let environment: Environment;
beforeAll(async () => {
  database = await createTestDatabase(18);
});
beforeEach(async () => {
  environment = await testEnvironment({ system: database.url });
});
afterEach(async () => {
  await environment.close();
});
afterAll(async () => {
  await database.drop();
});

/** The server's process of a connection that is lent once more. */
function pid(purpose = 'look'): Promise<string | undefined> {
  return reading(environment.system, purpose, async (client) => {
    const { rows } = await client.query<{ pid: string }>('SELECT pg_backend_pid()::text AS pid');
    return rows[0]?.pid;
  });
}

/** How many connections of ours wait for a next reading, as the server sees it. */
async function waiting(): Promise<number> {
  const admin = await database.client();
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'astro-sync%' AND state = 'idle' AND query LIKE '%row_security%'`,
  );
  return rows[0]?.count ?? 0;
}
const given = (count: number): Promise<void> => vi.waitFor(async () => expect(await waiting()).toBe(count), 5000);

it('lends the connection that was given back, under its new name and without what was done to it', async () => {
  const first = await reading(environment.system, 'first', async (client) => {
    await client.query(`SET statement_timeout = '15s'; SET enable_hashjoin = off; SET search_path = public`);
    await client.query(`SELECT pg_advisory_lock(42); CREATE TEMP TABLE left_over (id int)`);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return rows[0]?.pid;
  });
  await given(1);
  await reading(environment.system, 'second', async (client) => {
    const { rows } = await client.query(
      `SELECT pg_backend_pid() AS pid, current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout,
         current_setting('enable_hashjoin') AS hashjoin, current_setting('search_path') AS path, current_setting('row_security') AS security,
         to_regclass('pg_temp.left_over') AS temporary, (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`,
    );
    expect(rows).toEqual([
      {
        pid: first,
        name: 'astro-sync second',
        timeout: '0',
        hashjoin: 'on',
        path: 'pg_catalog, public, pg_temp',
        security: 'off',
        temporary: null,
        locks: 0,
      },
    ]);
  });
});

it('gives two readings at once a connection each, and keeps no more than three', async () => {
  const lent = await Promise.all([1, 2, 3, 4, 5].map((each) => environment.system.lend(`look ${String(each)}`)));
  expect(new Set(lent.map(({ client }) => client)).size).toBe(5);
  for (const each of lent) each.giveBack();
  await given(3);
});

it('uses no connection again on which a transaction was left open', async () => {
  const { client, giveBack } = await environment.system.lend('look');
  await client.query('BEGIN');
  giveBack();
  await vi.waitFor(() => expect(client.connection.stream.destroyed).toBe(true), 5000);
  const again = await environment.system.lend('look');
  expect(again.client).not.toBe(client);
});

it('opens another one where the server has ended the one that was kept', async () => {
  const before = await pid();
  await given(1);
  const admin = await database.client();
  await admin.query('SELECT pg_terminate_backend($1::int)', [before]);
  const after = await pid();
  expect(after).toMatch(/^\d+$/);
  expect(after).not.toBe(before);
});

it('opens another one where the kept one does not answer in time', async () => {
  const patient = postgresDatabase({ ...environment.system.config, connectTimeoutMs: 1000 });
  const before = await patient.lend('look');
  before.giveBack();
  await given(1);
  // As after a computer has slept: the other end is gone, and nobody has said so.
  before.client.connection.stream.pause();
  const after = await patient.lend('look');
  expect(after.client).not.toBe(before.client);
  expect(before.client.connection.stream.destroyed).toBe(true);
  await patient.close();
});

it('uses no kept connection again after a sleep, without asking whether it answers, and leaves lent ones alone', async () => {
  const [first, second] = await Promise.all([environment.system.lend('one'), environment.system.lend('two')]);
  await second.client.query('SELECT 1');
  first.giveBack();
  await given(1);
  // Nobody has said that the other end is gone: asking it would take until the time limit.
  first.client.connection.stream.pause();
  environment.dropKept();
  const started = performance.now();
  const after = await environment.system.lend('look');
  expect(performance.now() - started).toBeLessThan(1500);
  expect(after.client).not.toBe(first.client);
  expect((await second.client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  after.giveBack();
  second.giveBack();
});

it('leaves nothing behind when the environment is closed', async () => {
  await pid();
  await given(1);
  await environment.close();
  await given(0);
});

it('does not wait behind the lock of somebody else for ever, first lent or lent again; who writes does', async () => {
  const limit = (purpose: string): Promise<string | undefined> =>
    reading(environment.system, purpose, async (client) => {
      const { rows } = await client.query<{ lock_timeout: string }>('SHOW lock_timeout');
      return rows[0]?.lock_timeout;
    });
  expect(await limit('first')).toBe('10s');
  await given(1);
  const { client, giveBack } = await environment.system.lend('writes');
  expect((await client.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }]);
  giveBack();
  await given(1);
  expect(await limit('again')).toBe('10s');
});
