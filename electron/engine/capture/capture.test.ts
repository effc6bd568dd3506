import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { PostgresDatabase } from '../connect/postgres';
import type { ResolvedDataset } from '../dataset/resolved';
import { captureDrift, captureState } from './state';
import { installCapture } from './install';
import type { InstallOptions, InstallReport } from './install';
import { databaseAt, handMadeDataset } from './test-datasets';
import { purgeChanges } from './purge';
import { uninstallCapture } from './uninstall';
import pg from 'pg';
import type { Client } from 'pg';

const systemId = '11111111-1111-4111-8111-111111111111';

interface Recorded {
  op: string;
  old: string[] | null;
  new: string[] | null;
  origin: (string | null)[] | null;
}

describe.each([18, 14] as const)('capture on PostgreSQL %i', (version) => {
  let server: TestDatabase;
  let source: PostgresDatabase;
  let app: Client;
  let admin: Client;

  const cities = handMadeDataset({ name: 'cities', table: 'cities', columns: ['name', 'size'] });

  async function install(
    datasets: readonly ResolvedDataset[],
    more: Partial<InstallOptions> = {},
  ): Promise<InstallReport> {
    const client = await source.connect('init');
    try {
      return await installCapture(client, {
        databaseName: 'source',
        environmentName: 'test',
        datasets,
        systemId,
        ...more,
      });
    } finally {
      await client.end();
    }
  }

  async function log(): Promise<Recorded[]> {
    const { rows } = await admin.query<Recorded>(
      'SELECT op, old, new, origin FROM astro_sync.change_log ORDER BY at, id',
    );
    return rows;
  }

  const lines = (rows: readonly Recorded[]): string[] =>
    rows.map((row) => `${row.op} ${row.old?.join(',') ?? '-'} ${row.new?.join(',') ?? '-'}`).sort();

  beforeAll(async () => {
    server = await createTestDatabase(version);
    source = databaseAt(server.url, 'source');
    admin = await server.client();
    app = await server.client();
  });

  afterAll(async () => {
    await source.close();
    await server.drop();
  });

  beforeEach(async () => {
    await admin.query(`
      DROP SCHEMA IF EXISTS astro_sync CASCADE;
      DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;
      CREATE TABLE cities (id bigint PRIMARY KEY, name text, size int, password text);
      INSERT INTO cities SELECT i, 'city ' || i, i, 'secret' FROM generate_series(1, 10) i`);
  });

  it('records one row or many, keys first, and never a column that no dataset reads', async () => {
    await install([cities]);
    await app.query(`INSERT INTO cities VALUES (11, 'Ñuñoa', 1, 'x'), (12, NULL, 2, 'x')`);
    await app.query(`INSERT INTO cities VALUES (13, 'one', 1, 'x')`);
    await app.query(`UPDATE cities SET name = 'a' WHERE id = 1`);
    await app.query(`UPDATE cities SET name = 'b' WHERE id IN (2, 3)`);
    await app.query(`UPDATE cities SET id = id + 100 WHERE id IN (4, 5)`);
    await app.query('DELETE FROM cities WHERE id = 6');
    await app.query('DELETE FROM cities WHERE id IN (7, 8)');
    await app.query('UPDATE cities SET size = 0 WHERE id = 999');
    const rows = await log();
    expect(lines(rows)).toEqual([
      'D 4,city 4,4 -',
      'D 5,city 5,5 -',
      'D 6,city 6,6 -',
      'D 7,city 7,7 -',
      'D 8,city 8,8 -',
      'I - 104,city 4,4',
      'I - 105,city 5,5',
      'I - 11,Ñuñoa,1',
      'I - 12,,2',
      'I - 13,one,1',
      'U 1,city 1,1 1,a,1',
      'U 2,city 2, 2,b,',
      'U 3,city 3, 3,b,',
    ]);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  it('records keys alone where values are not wanted', async () => {
    const { done } = await install([
      handMadeDataset({ name: 'cities', table: 'cities', columns: ['name'], capture: 'keys' }),
    ]);
    expect(done).toContain('capture of public.cities: 1 column');
    await app.query(`UPDATE cities SET name = 'b' WHERE id IN (2, 3)`);
    await app.query(`UPDATE cities SET name = 'b' WHERE id = 1`);
    await app.query(`UPDATE cities SET id = 50 WHERE id IN (9)`);
    expect(lines(await log())).toEqual(['U - 2', 'U - 3', 'U 1 1', 'U 9 50']);
  });

  it('changes nothing when it is installed again, also by two at once', async () => {
    const reports = await Promise.all([install([cities]), install([cities]), install([cities])]);
    expect(reports.filter((report) => report.done.some((line) => line.startsWith('capture of')))).toHaveLength(1);
    expect((await install([cities])).done).toEqual([]);
    expect(await captureState(admin, null)).toMatchObject({
      installed: true,
      drift: [],
      datasets: ['cities'],
      rows: 0,
    });
  });

  it('keeps what other datasets want of the same table', async () => {
    await install([cities]);
    await install([handMadeDataset({ name: 'sizes', table: 'cities', columns: ['size'], capture: 'keys' })]);
    await app.query(`UPDATE cities SET name = 'a' WHERE id = 1`);
    expect(lines(await log())).toEqual(['U 1,city 1,1 1,a,1']);
  });

  it.each([
    ['a captured column is dropped', 'ALTER TABLE cities DROP COLUMN name'],
    ['a captured column is renamed', 'ALTER TABLE cities RENAME COLUMN name TO title'],
    ['the key is dropped', 'ALTER TABLE cities DROP COLUMN id'],
  ])('lets the application write when %s, and records a gap', async (_what, ddl) => {
    await install([cities]);
    await app.query(ddl);
    await app.query('UPDATE cities SET size = 5');
    await app.query('UPDATE cities SET size = 6 WHERE ctid = (SELECT min(ctid) FROM cities)');
    await app.query('DELETE FROM cities');
    expect((await log()).map((row) => row.op)).toEqual(['G', 'G', 'G']);
    expect((await captureDrift(admin))[0]?.reason).toMatch(/captured columns are gone/);
  });

  it.each([
    ['the change log is dropped', 'DROP TABLE astro_sync.change_log CASCADE'],
    ['the change log lacks a column', 'ALTER TABLE astro_sync.change_log DROP COLUMN origin, DROP COLUMN new'],
    ['the change log refuses every row', 'ALTER TABLE astro_sync.change_log ADD CHECK (op IS NULL)'],
    ['the schema is out of sight', 'ALTER SCHEMA astro_sync RENAME TO gone'],
  ])('lets the application write when %s', async (_what, ddl) => {
    await install([cities]);
    await admin.query(ddl);
    await app.query(`UPDATE cities SET name = 'x'`);
    await app.query(`UPDATE cities SET name = 'y' WHERE id = 1`);
    await app.query(`INSERT INTO cities VALUES (77, 'z')`);
    await app.query('TRUNCATE cities');
    await admin.query('DROP SCHEMA IF EXISTS gone CASCADE');
  });

  it('counts what not even a gap could say', async () => {
    await install([cities]);
    await admin.query('ALTER TABLE astro_sync.change_log ADD CHECK (op IS NULL)');
    await app.query(`UPDATE cities SET name = 'x'`);
    const { rows } = await admin.query<{ is_called: boolean }>('SELECT is_called FROM astro_sync.lost_changes');
    expect(rows[0]?.is_called).toBe(true);
  });

  it('survives a changed type and odd json', async () => {
    await admin.query('CREATE TABLE docs (id text PRIMARY KEY, doc json, amount numeric)');
    const docs = handMadeDataset({
      name: 'docs',
      table: 'docs',
      key: ['id'],
      keyType: 'text',
      columns: ['doc', 'amount'],
    });
    await install([docs]);
    await app.query(`INSERT INTO docs VALUES ('a', '{"a":1,"a":2,"n":1e400}', 1.0), ('ü"\\', '"\\u0000"', 'NaN')`);
    await app.query(`UPDATE docs SET doc = '  {"a":1}'`);
    await app.query(`UPDATE docs SET amount = 1.00 WHERE id = 'a'`);
    await app.query(`ALTER TABLE docs ALTER COLUMN amount TYPE text`);
    await app.query(`UPDATE docs SET amount = 'many'`);
    const recorded = lines(await log());
    expect(recorded).toEqual([
      expect.stringMatching(/^G - 42883/) as string,
      'I - a,1.0,{"a":1,"a":2,"n":1e400}',
      'I - ü"\\,NaN,"\\u0000"',
      'U a,,{"a":1,"a":2,"n":1e400} a,,  {"a":1}',
      'U a,1.0,  {"a":1} a,1.00,  {"a":1}',
      'U ü"\\,,"\\u0000" ü"\\,,  {"a":1}',
    ]);
    expect((await captureDrift(admin))[0]?.reason).toMatch(/changed their type: amount/);
    await install([docs]);
    await app.query(`UPDATE docs SET amount = 'more' WHERE id = 'a'`);
    expect(lines(await log())).toContain('U a,many,  {"a":1} a,more,  {"a":1}');
  });

  it('captures for roles without any right, whatever their search_path and settings', async () => {
    await admin.query(`CREATE TABLE times (id int PRIMARY KEY, at timestamptz, day date, took interval, raw bytea, f float8);
      CREATE SCHEMA other; CREATE TABLE other.change_log (x int)`);
    await install([handMadeDataset({ name: 'times', table: 'times', columns: ['at', 'day', 'took', 'raw', 'f'] })]);
    const role = `writer_${randomBytes(4).toString('hex')}`;
    await admin.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'pw'; GRANT SELECT, INSERT, UPDATE ON times TO ${role}; GRANT USAGE ON SCHEMA other TO ${role}`,
    );
    const writer = new pg.Client({ connectionString: server.urlAs(role, 'pw') });
    await writer.connect();
    await writer.query(`SET search_path = other, public; SET DateStyle = 'German'; SET IntervalStyle = 'sql_standard';
      SET TimeZone = 'America/New_York'; SET bytea_output = 'escape'; SET extra_float_digits = -5`);
    const values = `'2026-01-31 12:00:00+00', '2026-01-31', '1 day 02:03', '\\x00ff', 0.1`;
    await writer.query(`INSERT INTO times VALUES (1, ${values})`);
    await writer.query(`INSERT INTO times VALUES (2, ${values}), (3, ${values})`);
    const expected = '2026-01-31 12:00:00+00,2026-01-31,1 day 02:03:00,\\x00ff,0.1';
    expect(lines(await log())).toEqual([1, 2, 3].map((id) => `I - ${String(id)},${sorted(expected)}`));
    const { rows } = await writer.query<{ line: string }>(
      `SELECT concat_ws('|', current_setting('DateStyle'), current_setting('IntervalStyle'), current_setting('TimeZone')) AS line`,
    );
    expect(rows[0]?.line).toBe('German, DMY|sql_standard|America/New_York');
    await expect(writer.query('SELECT * FROM astro_sync.change_log')).rejects.toThrow(/permission denied/);
    await writer.end();
    await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);

    function sorted(text: string): string {
      const [at, day, took, raw, f] = text.split(',');
      return [at, day, f, raw, took].join(',');
    }
  });

  it('takes application and actor as claims, and a run only from members of the role', async () => {
    await install([cities]);
    const run = '22222222-2222-4222-8222-222222222222';
    const role = `writer_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'; GRANT SELECT, UPDATE ON cities TO ${role}`);
    const writer = new pg.Client({ connectionString: server.urlAs(role, 'pw'), application_name: 'booking-service' });
    await writer.connect();
    await writer.query(`UPDATE cities SET size = 1 WHERE id = 2`);
    await writer.query(
      `SET astro_sync.application = 'portal'; SET astro_sync.actor = 'ana'; SET astro_sync.run = '${run}'`,
    );
    await writer.query(`UPDATE cities SET size = 2 WHERE id = 2`);
    await admin.query(`GRANT astro_sync TO ${role}`);
    await writer.query(`UPDATE cities SET size = 3 WHERE id = 2`);
    await writer.query(`SET astro_sync.run = 'no uuid'; UPDATE cities SET size = 4 WHERE id = 2`);
    const rows = await log();
    expect(rows.map((row) => row.origin)).toEqual([
      ['booking-service', role, role, '127.0.0.1', null],
      ['portal', 'ana', role, '127.0.0.1', null],
      ['portal', 'ana', role, '127.0.0.1', run],
      ['portal', 'ana', role, '127.0.0.1', null],
    ]);
    // What the sync itself wrote is recorded with keys only.
    expect(rows.map((row) => row.new?.length)).toEqual([3, 3, 1, 3]);
    await writer.end();
    await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('captures partitions once, whichever relation a statement names', async () => {
    await admin.query(`
      CREATE TABLE parts (id bigint, region text, v int, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
      CREATE TABLE parts_eu PARTITION OF parts FOR VALUES IN ('eu');
      CREATE TABLE parts_us PARTITION OF parts FOR VALUES IN ('us') PARTITION BY RANGE (id);
      CREATE TABLE parts_us_1 (v int, region text NOT NULL, id bigint NOT NULL, PRIMARY KEY (id, region));
      ALTER TABLE parts_us ATTACH PARTITION parts_us_1 FOR VALUES FROM (0) TO (1000);`);
    await install([handMadeDataset({ name: 'parts', table: 'parts', key: ['id', 'region'], columns: ['v'] })]);
    await app.query(`INSERT INTO parts VALUES (1, 'eu', 1), (2, 'us', 2)`);
    await app.query(
      `INSERT INTO parts_eu VALUES (3, 'eu', 3); INSERT INTO parts_us VALUES (4, 'us', 4); INSERT INTO parts_us_1 VALUES (5, 'us', 5)`,
    );
    await app.query(`UPDATE parts SET region = 'us' WHERE id = 1`);
    await app.query(`UPDATE parts SET v = 9`);
    expect(lines((await log()).slice(0, 5))).toEqual([
      'I - 1,eu,1',
      'I - 2,us,2',
      'I - 3,eu,3',
      'I - 4,us,4',
      'I - 5,us,5',
    ]);
    expect(lines((await log()).slice(5))).toEqual([
      'U 1,eu,1 1,us,1',
      'U 1,us,1 1,us,9',
      'U 2,us,2 2,us,9',
      'U 3,eu,3 3,eu,9',
      'U 4,us,4 4,us,9',
      'U 5,us,5 5,us,9',
    ]);
    await app.query('TRUNCATE parts');
    expect((await log()).slice(11).every((row) => row.op === 'R')).toBe(true);
  });

  it('sees a new partition, and captures it after the next installation, with a reconcile', async () => {
    await admin.query(`CREATE TABLE parts (id bigint PRIMARY KEY, v int) PARTITION BY RANGE (id);
      CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)`);
    const parts = handMadeDataset({ name: 'parts', table: 'parts', columns: ['v'] });
    await install([parts]);
    await app.query(
      'CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20); INSERT INTO parts_2 VALUES (11, 1)',
    );
    expect((await captureDrift(admin)).map((drift) => drift.reason)).toEqual(
      ['the set of partitions changed', 'public.parts_2: capture triggers are missing or disabled'].map(
        (reason) => expect.stringContaining(reason) as string,
      ),
    );
    await install([parts]);
    expect(await captureDrift(admin)).toEqual([]);
    await app.query('INSERT INTO parts_2 VALUES (12, 1)');
    expect(lines(await log())).toEqual(['I - 12,1', expect.stringMatching(/^R - triggers were missing/) as string]);
    await admin.query('ALTER TABLE parts DETACH PARTITION parts_1');
    expect((await captureDrift(admin))[0]?.reason).toMatch(/set of partitions changed/);
  });

  it('sees disabled and dropped triggers, and brings them back', async () => {
    await install([cities]);
    await admin.query('ALTER TABLE cities DISABLE TRIGGER astro_sync_update; DROP TRIGGER astro_sync_delete ON cities');
    expect(await captureDrift(admin)).toHaveLength(1);
    await install([cities]);
    expect(await captureDrift(admin)).toEqual([]);
    await app.query('UPDATE cities SET size = 1; DELETE FROM cities');
    expect(new Set((await log()).map((row) => row.op))).toEqual(new Set(['R', 'U', 'D']));
  });

  it('names who holds the table when the triggers cannot be made, and lets writers through meanwhile', async () => {
    const holder = await server.client();
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await holder.query('BEGIN; UPDATE cities SET size = 1 WHERE id = 1');
    const installing = expect(install([cities])).rejects.toThrow(
      new RegExp(`public\\.cities is held by pid ${String(rows[0]?.pid)}`),
    );
    await app.query(`SET lock_timeout = '5s'; UPDATE cities SET size = 2 WHERE id = 2; RESET lock_timeout`);
    await installing;
    await holder.query('COMMIT');
    await install([cities]);
  });

  it('refuses a second SystemDB, until it takes over', async () => {
    await install([cities]);
    const other = { systemId: '33333333-3333-4333-8333-333333333333' };
    await expect(install([cities], other)).rejects.toMatchObject({ code: 'CONSUMER_TAKEN' });
    await install([cities], { ...other, takeOver: true });
    await expect(install([cities])).rejects.toMatchObject({ code: 'CONSUMER_TAKEN' });
  });

  it('refuses what a newer program installed, naming both versions', async () => {
    await install([cities]);
    await admin.query(`INSERT INTO astro_sync.migration (part, version, name) VALUES ('capture', 99, 'future')`);
    await expect(install([cities])).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      message: expect.stringMatching(/version 99.*up to \d+/) as string,
    });
  });

  it('is removed whole, but not while changes are unsettled', async () => {
    await install([cities]);
    await app.query('UPDATE cities SET size = 1');
    const client = await source.connect('uninstall');
    await expect(uninstallCapture(client, { discard: false, relayed: null, unsettledJobs: 0 })).rejects.toMatchObject({
      code: 'UNSETTLED_CHANGES',
      message: expect.stringMatching(/still has \d+ changes? not relayed$/) as string,
    });
    await uninstallCapture(client, { discard: true, relayed: null, unsettledJobs: 0 });
    const { rows } = await admin.query<{ count: string }>(
      `SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal) + (SELECT count(*) FROM pg_namespace WHERE nspname = 'astro_sync') AS count`,
    );
    expect(rows[0]?.count).toBe('0');
    await client.end();
    await app.query('UPDATE cities SET size = 2');
  });

  it('is installed, read, purged and removed by a role that owns nothing but what it installs', async () => {
    const role = `syncer_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pw';
      GRANT CREATE ON DATABASE ${server.name} TO ${role}; GRANT SELECT, TRIGGER ON cities TO ${role}`);
    const own = databaseAt(server.urlAs(role, 'pw'), 'source');
    const client = await own.connect('init');
    const report = await installCapture(client, {
      databaseName: 'source',
      environmentName: 'test',
      datasets: [cities],
      systemId,
    });
    expect(report.missing).toContain(`GRANT astro_sync TO ${role};`);
    await app.query(`UPDATE cities SET name = 'x' WHERE id = 1; DELETE FROM cities WHERE id > 5`);
    expect(await captureState(client, null)).toMatchObject({ rows: 6, unrelayed: 6, drift: [] });
    await client.query('UPDATE astro_sync.consumer SET horizon = pg_snapshot_xmax(pg_current_snapshot())');
    expect(await purgeChanges(client)).toBe(6);
    await uninstallCapture(client, { discard: false, relayed: null, unsettledJobs: 0 });
    await own.close();
    const { rows } = await admin.query<{ triggers: string }>(
      'SELECT count(*) AS triggers FROM pg_trigger WHERE NOT tgisinternal',
    );
    expect(rows[0]?.triggers).toBe('0');
    await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it('refuses columns that are not there before it changes anything', async () => {
    await install([cities]);
    await expect(
      install([handMadeDataset({ name: 'cities', table: 'cities', columns: ['nope'] })]),
    ).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
    });
    await app.query(`UPDATE cities SET name = 'still' WHERE id = 1`);
    expect(lines(await log())).toEqual(['U 1,city 1,1 1,still,1']);
  });
});
