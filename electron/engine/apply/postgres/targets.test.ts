import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPair } from './pair-fixture';
import type { Pair } from './pair-fixture';

let pair: Pair;
let a: pg.Client;
let b: pg.Client;

beforeAll(async () => {
  pair = await openPair(14, 18);
  ({ a, b } = pair);
});

afterAll(() => pair.close());

async function inLine(table: string, columns: string): Promise<void> {
  const select = `SELECT ROW(${columns})::text AS row FROM ${table} ORDER BY 1`;
  expect((await b.query(select)).rows).toEqual((await a.query(select)).rows);
}

test('a partitioned source into a partitioned target, other bounds, rows that move between partitions', async () => {
  await a.query(`CREATE TABLE sales (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY HASH (id);
    CREATE TABLE sales_0 PARTITION OF sales FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE sales_1 PARTITION OF sales FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO sales SELECT g, '2024-01-01'::date + g, 'v' || g FROM generate_series(1, 500) AS g`);
  await b.query(`CREATE TABLE sales (v text, day date, id int, region text DEFAULT 'none', PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE sales_early PARTITION OF sales FOR VALUES FROM (MINVALUE) TO ('2024-06-01');
    CREATE TABLE sales_late PARTITION OF sales FOR VALUES FROM ('2024-06-01') TO (MAXVALUE)`);
  const dataset = await pair.dataset({ from: 'sales', to: 'sales' });
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 500 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ equal: 500, differences: 0 });
  });
  await a.query(
    `UPDATE sales SET v = 'new' WHERE id < 50; UPDATE sales SET day = day + 300 WHERE id BETWEEN 100 AND 109`,
  );
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 10, updated: 49 });
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 10 } });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
  await inLine('sales', 'id, day, v');
});

test('identities that are always generated, generated columns, and sequences behind explicit ids', async () => {
  await a.query(`CREATE TABLE docs (id bigint PRIMARY KEY, words text, n int);
    INSERT INTO docs SELECT g, 'some words ' || g, g FROM generate_series(1, 40) AS g`);
  await b.query(
    `CREATE TABLE docs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text, size int GENERATED ALWAYS AS (length(words)) STORED, n serial)`,
  );
  const dataset = await pair.dataset({ from: 'docs', to: 'docs' });
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 40 });
  });
  await a.query(`INSERT INTO docs VALUES (41, 'more', 41); UPDATE docs SET words = 'changed' WHERE id = 7`);
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertKeys([['41'], ['7']])).toEqual(['inserted', 'updated']);
    await driver.retrySetAside();
    expect(await driver.verifyKeys([['41'], ['7']], () => false)).toMatchObject({ differences: 0 });
  });
  await inLine('docs', 'id, words, n');
  const { rows } = await b.query<{ id: string; n: number }>(`INSERT INTO docs (words) VALUES ('own') RETURNING id, n`);
  expect(rows).toEqual([{ id: '42', n: 42 }]);
});

test('ids beyond the maximum of a sequence, which another database gave, neither move it there nor keep it from following its own', async () => {
  await a.query(`CREATE TABLE orders (id bigint PRIMARY KEY);
    INSERT INTO orders SELECT g FROM generate_series(1, 40) AS g UNION ALL VALUES (1000000000), (1000000007)`);
  await b.query(
    'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 999999999) PRIMARY KEY, own text)',
  );
  const dataset = await pair.dataset({ from: 'orders', to: 'orders' });
  const nextId = async (): Promise<string | undefined> =>
    (await b.query<{ id: string }>(`INSERT INTO orders (own) VALUES ('own') RETURNING id`)).rows[0]?.id;
  await pair.run(dataset, (driver) => driver.upsertAll());
  expect(await nextId()).toBe('41');
  await a.query('INSERT INTO orders VALUES (50), (1000000009)');
  await pair.run(dataset, async (driver) => {
    await driver.upsertKeys([['50'], ['1000000009']]);
    await driver.retrySetAside();
  });
  expect(await nextId()).toBe('51');
});

test('a source that is a query, with computed columns and a condition', async () => {
  await a.query(`CREATE TABLE rockets (id int PRIMARY KEY, name text); CREATE TABLE flights (id bigint PRIMARY KEY, rocket int, seats int);
    INSERT INTO rockets VALUES (1, 'Ariane'), (2, 'Vega'); INSERT INTO flights SELECT g, 1 + g % 2, g FROM generate_series(1, 300) AS g`);
  await b.query('CREATE TABLE board (id bigint PRIMARY KEY, rocket text, seats bigint, label text)');
  const dataset = await pair.query(
    'SELECT f.id, r.name AS rocket, f.seats::bigint AS seats FROM flights AS f JOIN rockets AS r ON r.id = f.rocket',
    {
      to: 'board',
      key: ['id'],
      where: 's.seats < 200',
      columns: { id: null, rocket: null, seats: null, label: { sql: "s.rocket || ' ' || s.id" } },
    },
  );
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 199 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ equal: 199, differences: 0 });
  });
  await a.query(`UPDATE rockets SET name = 'Vega C' WHERE id = 2; UPDATE flights SET seats = 900 WHERE id = 5`);
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertKeys([['5'], ['7']])).toEqual(['later', 'updated']);
    expect(await driver.upsertAll()).toMatchObject({ updated: 98, inserted: 0 });
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 1 } });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
});

test('each write says which run and operator it is from, and counts its batch under the fence', async () => {
  await pair.both('CREATE TABLE traced (id int PRIMARY KEY)');
  await b.query(`CREATE TABLE trace (run text, application text, actor text);
    CREATE FUNCTION trace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.trace VALUES (
      current_setting('astro_sync.run', true), current_setting('astro_sync.application', true), current_setting('astro_sync.actor', true));
      RETURN NULL; END $$;
    CREATE TRIGGER trace AFTER INSERT OR UPDATE OR DELETE ON traced EXECUTE FUNCTION trace()`);
  await a.query('INSERT INTO traced VALUES (1)');
  const dataset = await pair.dataset({ from: 'traced', to: 'traced' });
  await pair.run(dataset, (driver) => driver.upsertAll());
  const { rows: applied } = await b.query<{ run: string; batch: string }>(
    `SELECT run, batch FROM astro_sync.applied WHERE target = '"public"."traced"'`,
  );
  expect(applied[0]?.batch).toBe('1');
  expect((await b.query('SELECT * FROM trace')).rows).toEqual([
    { run: applied[0]?.run, application: 'astro-sync', actor: 'tester' },
  ]);
});
