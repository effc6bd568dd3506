import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chmod } from 'node:fs/promises';
import { SyncError } from '../../engine/errors';
import { startPostgres } from './postgres';
import type { PostgresServer } from './postgres';

async function ask(url: string, statement: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}

describe.each([18, 14] as const)('PostgreSQL %i', (version) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ version, databases: ['operations', 'odd "name" %'], settings: { work_mem: '7MB' } });
  });
  afterAll(() => server.stop());

  test('runs that release in UTF-8, C.UTF-8 and UTC, with the settings that were asked for, durable', async () => {
    const facts = await ask(
      server.url('operations'),
      `select current_setting('server_version') as version, current_setting('work_mem') as work_mem,
              current_setting('fsync') as fsync, current_setting('TimeZone') as zone, datcollate, datctype,
              pg_encoding_to_char(encoding) as encoding
       from pg_database where datname = current_database()`,
    );
    expect(facts).toMatchObject({
      work_mem: '7MB',
      fsync: 'on',
      zone: 'UTC',
      datcollate: 'C.UTF-8',
      datctype: 'C.UTF-8',
    });
    expect(facts).toMatchObject({ encoding: 'UTF8', version: expect.stringMatching(`^${version}`) as string });
  });

  test('quotes the names of databases and encodes them in urls', async () => {
    expect(await ask(server.url('odd "name" %'), 'select current_database() as name')).toEqual({
      name: 'odd "name" %',
    });
  });

  test('refuses a wrong password', async () => {
    const url = server.url('operations').replace(server.password, 'wrong');
    await expect(ask(url, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('keeps what was committed over kill -9 and restart, on the same port', async () => {
    await ask(server.url('operations'), 'create table kept as select 1 as a');
    await server.kill9();
    await expect(ask(server.url('operations'), 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.restart();
    expect(await ask(server.url('operations'), 'select a from kept')).toEqual({ a: 1 });
    await server.restart();
    expect(await ask(server.url('operations'), 'select a from kept')).toEqual({ a: 1 });
  });

  test('comes back although a backend was busy when its postmaster was killed', async () => {
    const busy = ask(server.url('operations'), 'select sum(a) from generate_series(1, 1000000000) a').catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.kill9();
    await server.restart();
    await busy;
    expect(await ask(server.url('operations'), 'select 1 as a')).toEqual({ a: 1 });
  });
});

test('gives each server an identity of its own, also when several start at once', async () => {
  const servers = await Promise.all([1, 2].map(() => startPostgres({ databases: ['a'], durable: false })));
  const identities = await Promise.all(
    servers.map((server) => ask(server.url('a'), 'select system_identifier::text from pg_control_system()')),
  );
  await Promise.all(servers.map((server) => server.stop()));
  expect(identities[0]).not.toEqual(identities[1]);
  expect(servers[0]!.port).not.toBe(servers[1]!.port);
});

test('keeps a data folder that was given, and opens it again with its password', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'data');
  const first = await startPostgres({ databases: ['a'], dataDir, durable: false });
  await ask(first.url('a'), 'create table kept as select 1 as a');
  await first.stop();
  const second = await startPostgres({ databases: [], dataDir, durable: false });
  expect(second.password).toBe(first.password);
  expect(await ask(second.url('a'), 'select a from kept')).toEqual({ a: 1 });
  await second.stop();
  await second.stop();
  expect(existsSync(join(dataDir, 'PG_VERSION'))).toBe(true);
  await rm(folder, { recursive: true });
});

test('says in the words of the server why it did not start', async () => {
  const started = startPostgres({ databases: [], settings: { shared_buffers: 'plenty' } });
  await expect(started).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
  await expect(started).rejects.toBeInstanceOf(SyncError);
});
