import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPair } from './pair-fixture';
import type { Pair } from './pair-fixture';

let pair: Pair;
let a: pg.Client;
let b: pg.Client;

beforeAll(async () => {
  pair = await openPair(18, 14);
  ({ a, b } = pair);
});

afterAll(() => pair.close());

async function contents(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>(`SELECT r::text AS row FROM ${table} AS r ORDER BY 1`);
  return rows.map(({ row }) => row);
}

test('plans keys of a fixed length as they are, not cut to their first sign', async () => {
  for (const [name, type, here, there] of [
    ['letters', 'char(5)', "('W'), ('5')", "('WkqGG'), ('5kqGG')"],
    ['switches', 'bit(5)', "('10000'), ('00001')", "('10001'), ('00011')"],
  ] as const) {
    for (const client of [a, b]) await client.query(`CREATE TABLE ${name} (id ${type} PRIMARY KEY)`);
    await a.query(`INSERT INTO ${name} VALUES ${here}`);
    await b.query(`INSERT INTO ${name} VALUES ${there}`);
    await pair.run(await pair.dataset({ from: name, to: name }), async (driver) => {
      expect(await driver.planAll()).toMatchObject({ inserts: 2, updates: 0, deletes: 2 });
    });
  }
});

test('copies a table into an empty one, then finds nothing to do, then moves only what differs', async () => {
  const ddl = `CREATE TABLE cities (id bigint PRIMARY KEY, name text, population int, area numeric(12,2), founded timestamptz)`;
  await a.query(ddl);
  await b.query(
    `CREATE TABLE cities (name text, id bigint PRIMARY KEY, founded timestamptz, extra text, area numeric(12,2), population int)`,
  );
  await a.query(
    `INSERT INTO cities SELECT g, 'City ' || g, g * 10, g / 3.0, '2020-01-01'::timestamptz + g * interval '1 hour' FROM generate_series(1, 250000) AS g`,
  );
  await a.query('ANALYZE cities');
  const dataset = await pair.dataset({ from: 'cities', to: 'cities' });
  const same = async (): Promise<void> => {
    const columns = `SELECT md5(string_agg(ROW(id, name, population, area, founded)::text, '' ORDER BY id)) AS sum FROM cities`;
    expect((await b.query(columns)).rows).toEqual((await a.query(columns)).rows);
  };

  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 250_000, updated: 0, unchanged: 0 });
    expect(await driver.verifyAll(() => false)).toEqual({ equal: 250_000, differences: 0, samples: [] });
  });
  await same();
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 0, updated: 0, unchanged: 250_000 });
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
  });

  await a.query(`UPDATE cities SET population = -population WHERE id % 1000 = 7; DELETE FROM cities WHERE id % 50000 = 3;
    INSERT INTO cities VALUES (-5, 'Below', 1, 1, now()), (900000, 'Above', 1, 1, now())`);
  await b.query(`INSERT INTO cities (id, name) VALUES (-9, 'not in the source'), (7000000, 'neither')`);
  await pair.run(dataset, async (driver) => {
    const plan = await driver.planAll();
    expect(plan).toMatchObject({ inserts: 2, updates: 250, deletes: 7, unchanged: 249_745, skipped: 0 });
    expect(plan.samples).toHaveLength(20);
    // The first range alone has more updates than are shown, and the last delete is in the last range.
    const shown = (operation: string): number => plan.samples.filter((sample) => sample.operation === operation).length;
    expect([shown('delete'), shown('update'), shown('insert')]).toEqual([7, 11, 2]);
    expect(plan.samples[0]?.operation).toBe('delete');
    expect(await driver.upsertAll()).toMatchObject({ inserted: 2, updated: 250, unchanged: 249_745 });
    expect((await driver.verifyAll(() => false)).differences).toBe(7);
    expect(await driver.pendingDeletes()).toEqual({ deletes: 7, targetRows: 250_004 });
    expect((await driver.applyDeletes()).tally).toMatchObject({ deleted: 7 });
    expect(await driver.verifyAll(() => false)).toEqual({ equal: 249_997, differences: 0, samples: [] });
  });
  await same();
});

test('sees two rows that exchange a value, a changed sign, a changed scale and a wide integer', async () => {
  await pair.both('CREATE TABLE pairs (id bigint PRIMARY KEY, a text, b numeric, c bigint)');
  await a.query(`INSERT INTO pairs VALUES (1, 'x', 1.0, 0), (2, 'y', 5, 0), (3, 'z', 7, 1)`);
  const dataset = await pair.dataset({ from: 'pairs', to: 'pairs' });
  await pair.run(dataset, (driver) => driver.upsertAll());
  for (const change of [
    `UPDATE pairs SET a = CASE a WHEN 'x' THEN 'y' ELSE 'x' END WHERE id < 3`,
    'UPDATE pairs SET b = -b WHERE id = 2',
    'UPDATE pairs SET b = 1.00 WHERE id = 1',
    'UPDATE pairs SET c = 4294967297 WHERE id = 1',
    'UPDATE pairs SET c = 4294967296 WHERE id = 3',
  ]) {
    const { rowCount } = await a.query(change);
    await pair.run(dataset, async (driver) => {
      expect(await driver.upsertAll(), change).toMatchObject({ updated: rowCount });
    });
    expect(await contents(b, 'pairs')).toEqual(await contents(a, 'pairs'));
  }
});

test('divides a table by any key: sparse integers, several columns, texts without a common order', async () => {
  const tables: Record<string, [string, string]> = {
    sparse: ['id bigint PRIMARY KEY, v text', `g * 1000003::bigint, 'v' || g`],
    composite: ['a int, b uuid, v text, PRIMARY KEY (a, b)', `g / 1000, md5(g::text)::uuid, 'v' || g`],
    worded: ['word text PRIMARY KEY, v text', `'Wörd ' || md5(g::text), 'v' || g`],
  };
  for (const [table, [columns, values]] of Object.entries(tables)) {
    await pair.both(`CREATE TABLE ${table} (${columns})`);
    await a.query(`INSERT INTO ${table} SELECT ${values} FROM generate_series(1, 120000) AS g`);
    const dataset = await pair.dataset({ from: table, to: table });
    await pair.run(dataset, async (driver) => {
      expect(await driver.upsertAll(), table).toMatchObject({ inserted: 120_000 });
    });
    await a.query(`UPDATE ${table} SET v = 'changed' WHERE v LIKE '%777'; DELETE FROM ${table} WHERE v LIKE '%9999'`);
    await pair.run(dataset, async (driver) => {
      expect(await driver.planAll(), table).toMatchObject({
        inserts: 0,
        updates: 120,
        deletes: 12,
        unchanged: 119_868,
      });
      expect(await driver.upsertAll(), table).toMatchObject({ inserted: 0, updated: 120, unchanged: 119_868 });
      expect(await driver.pendingDeletes(), table).toMatchObject({ deletes: 12 });
      await driver.applyDeletes();
      expect(await driver.verifyAll(() => false), table).toMatchObject({ equal: 119_988, differences: 0 });
    });
  }
});
