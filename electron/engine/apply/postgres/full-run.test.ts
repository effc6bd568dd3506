import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../../sandbox/servers/test-databases';
import type { PostgresDatabase } from '../../connect/postgres';
import { appliedDdl, databaseOf, resolvePair, withDriver } from './pair-fixture';

let databases: TestDatabase[];
let source: PostgresDatabase;
let target: PostgresDatabase;
let a: pg.Client;
let b: pg.Client;

beforeAll(async () => {
  databases = await Promise.all([createTestDatabase(18), createTestDatabase(14)]);
  [a, b] = (await Promise.all(databases.map((database) => database.client()))) as [pg.Client, pg.Client];
  source = databaseOf('operations', databases[0]!.url);
  target = databaseOf('system', databases[1]!.url);
  await b.query(appliedDdl);
});

afterAll(async () => {
  await source.close();
  await target.close();
  await Promise.all(databases.map((database) => database.drop()));
});

async function contents(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>(`SELECT r::text AS row FROM ${table} AS r ORDER BY 1`);
  return rows.map(({ row }) => row);
}

test('copies a table into an empty one, then finds nothing to do, then moves only what differs', async () => {
  const ddl = `CREATE TABLE cities (id bigint PRIMARY KEY, name text, population int, area numeric(12,2), founded timestamptz)`;
  await a.query(ddl);
  await b.query(
    `CREATE TABLE cities (name text, id bigint PRIMARY KEY, founded timestamptz, area numeric(12,2), population int)`,
  );
  await a.query(
    `INSERT INTO cities SELECT g, 'City ' || g, g * 10, g / 3.0, '2020-01-01'::timestamptz + g * interval '1 hour' FROM generate_series(1, 250000) AS g`,
  );
  await a.query('ANALYZE cities');
  const dataset = await resolvePair(source, target, { from: 'cities', to: 'cities' });
  const same = async (): Promise<void> => {
    const columns = `SELECT md5(string_agg(ROW(id, name, population, area, founded)::text, '' ORDER BY id)) AS sum FROM cities`;
    expect((await b.query(columns)).rows).toEqual((await a.query(columns)).rows);
  };

  await withDriver(source, target, dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 250_000, updated: 0, unchanged: 0 });
    expect(await driver.verifyAll(() => false)).toEqual({ compared: 250_000, differences: 0, samples: [] });
  });
  await same();
  await withDriver(source, target, dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 0, updated: 0, unchanged: 250_000 });
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
  });

  await a.query(`UPDATE cities SET population = -population WHERE id % 1000 = 7; DELETE FROM cities WHERE id % 50000 = 3;
    INSERT INTO cities VALUES (-5, 'Below', 1, 1, now()), (900000, 'Above', 1, 1, now())`);
  await b.query(`INSERT INTO cities (id, name) VALUES (-9, 'not in the source'), (7000000, 'neither')`);
  await withDriver(source, target, dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 2, updated: 250, unchanged: 249_745 });
    expect((await driver.verifyAll(() => false)).differences).toBe(7);
    expect(await driver.pendingDeletes()).toEqual({ deletes: 7, targetRows: 250_004 });
    expect((await driver.applyDeletes()).tally).toMatchObject({ deleted: 7 });
    expect(await driver.verifyAll(() => false)).toEqual({ compared: 249_997, differences: 0, samples: [] });
  });
  await same();
});

test('sees two rows that exchange a value, a changed sign and a changed scale', async () => {
  const ddl = 'CREATE TABLE pairs (id bigint PRIMARY KEY, a text, b numeric, c bigint)';
  await a.query(ddl);
  await b.query(ddl);
  await a.query(`INSERT INTO pairs VALUES (1, 'x', 1.0, 0), (2, 'y', 5, 0), (3, 'z', 7, 1)`);
  const dataset = await resolvePair(source, target, { from: 'pairs', to: 'pairs' });
  await withDriver(source, target, dataset, (driver) => driver.upsertAll());
  for (const change of [
    `UPDATE pairs SET a = CASE a WHEN 'x' THEN 'y' ELSE 'x' END WHERE id < 3`,
    'UPDATE pairs SET b = -b WHERE id = 2',
    'UPDATE pairs SET b = 1.00 WHERE id = 1',
    'UPDATE pairs SET c = 4294967297 WHERE id = 1',
    'UPDATE pairs SET c = 4294967296 WHERE id = 3',
  ]) {
    const { rowCount } = await a.query(change);
    await withDriver(source, target, dataset, async (driver) => {
      expect(await driver.upsertAll(), change).toMatchObject({ updated: rowCount });
    });
    expect(await contents(b, 'pairs')).toEqual(await contents(a, 'pairs'));
  }
});
