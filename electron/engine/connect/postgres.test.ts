import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { quoteIdent } from './identifiers';
import { pinnedSettings } from './pinned-settings';
import { identityText, postgresIdentity } from './postgres-identity';
import { postgresDatabase } from './postgres';
import { testEnvironment } from './test-environment';
import type { Environment } from './environment';

describe.each([18, 14] as const)('a connection to PostgreSQL %i', (version) => {
  let database: TestDatabase;
  let environment: Environment;
  let role: string;

  beforeAll(async () => {
    database = await createTestDatabase(version);
    role = `role_${database.name}`;
    const admin = await database.client();
    await admin.query(`
      CREATE ROLE ${role} LOGIN PASSWORD 'x';
      ALTER ROLE ${role} SET DateStyle = 'German'; ALTER ROLE ${role} SET TimeZone = 'Asia/Tokyo'; ALTER ROLE ${role} SET search_path = 'nowhere';
      ALTER ROLE ${role} SET statement_timeout = '1s'; ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '1s';
      CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; GRANT SELECT ON guarded TO ${role}`);
    environment = await testEnvironment({ system: database.urlAs(role, 'x') });
  });

  afterAll(async () => {
    await environment.close();
    const admin = await database.client();
    await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await database.drop();
  });

  it('has the pinned settings, whatever role and server are set to, and no limit on time', async () => {
    const client = await environment.system.connect('test');
    const names = [
      ...Object.keys(pinnedSettings),
      'statement_timeout',
      'idle_in_transaction_session_timeout',
      'application_name',
    ];
    const { rows } = await client.query<{ settings: Record<string, string> }>(
      'SELECT json_object_agg(n, current_setting(n)) AS settings FROM unnest($1::text[]) AS n',
      [names],
    );
    expect(rows[0]?.settings).toEqual({
      ...pinnedSettings,
      statement_timeout: '0',
      idle_in_transaction_session_timeout: '0',
      application_name: 'astro-sync test',
    });
  });

  it('is refused where row level security would hide rows', async () => {
    const client = await environment.system.connect('test');
    await expect(client.query('SELECT * FROM public.guarded')).rejects.toThrow('row-level security');
  });

  it('keeps every digit of numbers and times', async () => {
    const client = await environment.system.connect('test');
    const { rows } = await client.query(
      `SELECT 9007199254740993::int8 AS a, 1.10::numeric AS b, '2020-01-01 00:00:00.123456+00'::timestamptz AS c`,
    );
    expect(rows[0]).toEqual({ a: '9007199254740993', b: '1.10', c: '2020-01-01 00:00:00.123456+00' });
  });

  it('tells the identity of the database to any role, under whatever name it was reached', async () => {
    const [client, admin] = [await environment.system.connect('test'), await database.client()];
    const identity = await postgresIdentity(client);
    expect(identityText(identity)).toMatch(/^\d+\/\d+$/);
    expect(identity).toEqual(await postgresIdentity(admin));
    const elsewhere = await createTestDatabase(version);
    expect(await postgresIdentity(await elsewhere.client())).not.toEqual(identity);
    await elsewhere.drop();
  });

  it('reports a loss while idle with the next query, and does not end the process', async () => {
    const [client, admin] = [await environment.system.connect('test'), await database.client()];
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    // The driver alone would say that the client is not queryable.
    await expect(client.query('SELECT 1')).rejects.toThrow(/terminat|ECONNRESET/);
  });

  it('says that a password is missing, or empty, in words of our own', async () => {
    const nobody = postgresDatabase({ ...environment.system.config, password: '' });
    await expect(nobody.connect('test')).rejects.toThrow(
      /the server asks for a password, and none is given, or an empty one/,
    );
  });

  it('quotes any name', async () => {
    const admin = await database.client();
    for (const name of ['a b', 'A"b', 'select', 'é🚀', "o'x", '\\']) {
      const { rows } = await admin.query(`SELECT 1 AS ${quoteIdent(name)}`);
      expect(Object.keys(rows[0] as object)).toEqual([name]);
    }
  });
});
