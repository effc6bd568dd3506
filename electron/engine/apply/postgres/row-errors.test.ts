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

test('lets one bad row among ten thousand fail alone, with its key and reason, in a full run into an empty table', async () => {
  await a.query('CREATE TABLE ages (id bigint PRIMARY KEY, age int, name text)');
  await b.query('CREATE TABLE ages (id bigint PRIMARY KEY, age int CHECK (age < 150), name text NOT NULL)');
  await a.query(`INSERT INTO ages SELECT g, g % 100, 'n' || g FROM generate_series(1, 10000) AS g;
    UPDATE ages SET age = 200 WHERE id = 4711; UPDATE ages SET name = NULL WHERE id = 9000`);
  const dataset = await pair.dataset({ from: 'ages', to: 'ages' });
  const bad = (key: string[]): boolean => key[0] === '4711' || key[0] === '9000';
  for (const round of [1, 2]) {
    await pair.run(dataset, async (driver, { errors }) => {
      expect(await driver.upsertAll()).toMatchObject({ inserted: round === 1 ? 9_998 : 0, failed: 2 });
      expect(errors.sort((x, y) => x.key['id']!.localeCompare(y.key['id']!))).toMatchObject([
        { key: { id: '4711' }, operation: 'insert', column: 'age', value: '200', sqlstate: '23514' },
        { key: { id: '9000' }, operation: 'insert', column: 'name', value: null, sqlstate: '23502' },
      ]);
      expect(await driver.retrySetAside()).toMatchObject({ failed: [] });
      expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
      expect((await driver.verifyAll(() => false)).differences).toBe(2);
      expect((await driver.verifyAll((key) => bad([...key]))).differences).toBe(0);
    });
  }
});

test('fails a value that does not fit the type of the target, by column, and brings in the rest', async () => {
  await a.query(`CREATE TABLE loose (id int PRIMARY KEY, small bigint, short text, amount text, day text);
    INSERT INTO loose SELECT g, g, 'abc', g::text, '2024-01-01' FROM generate_series(1, 50) AS g;
    UPDATE loose SET small = 99999 WHERE id = 10; UPDATE loose SET short = 'much too long' WHERE id = 20;
    UPDATE loose SET amount = 'no number' WHERE id = 30; UPDATE loose SET short = 'abc     ' WHERE id = 40`);
  await b.query(
    'CREATE TABLE loose (id int PRIMARY KEY, small smallint, short varchar(5), amount numeric(8,2), day date)',
  );
  const dataset = await pair.dataset({
    from: 'loose',
    to: 'loose',
    columns: { id: null, small: null, short: null, amount: { sql: 's.amount::numeric' }, day: { sql: 's.day::date' } },
  });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertKeys([['10'], ['20'], ['30'], ['40'], ['1']])).toEqual([
      'failed',
      'failed',
      'failed',
      'inserted',
      'inserted',
    ]);
    expect(errors).toHaveLength(3);
    expect(await driver.upsertAll()).toMatchObject({ inserted: 45, failed: 3 });
    const named = Object.fromEntries(
      errors.map((error) => [error.key['id'], [error.column, error.value, error.sqlstate]]),
    );
    expect(named).toEqual({
      '10': ['small', '99999', '22003'],
      '20': ['short', 'much too long', '22001'],
      '30': ['amount', 'no number', '22P02'],
    });
    expect((await driver.verifyAll((key) => ['10', '20', '30'].includes(key[0]!))).differences).toBe(0);
    expect((await driver.verifyAll(() => false)).differences).toBe(3);
  });
  await pair.run(dataset, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ inserts: 3, updates: 0, unchanged: 47 });
    expect(await driver.upsertAll()).toMatchObject({ inserted: 0, unchanged: 47, failed: 3 });
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
  });
});

test('fails a value of any length alone, and brings in the rest', async () => {
  await a.query(`CREATE TABLE lengthy (id int PRIMARY KEY, n text);
    INSERT INTO lengthy SELECT g, g::text FROM generate_series(1, 50) AS g;
    UPDATE lengthy SET n = repeat('a', 70000) WHERE id = 7`);
  await b.query('CREATE TABLE lengthy (id int PRIMARY KEY, n bigint)');
  const columns = { id: null, n: { sql: 's.n::bigint' } };
  const dataset = await pair.dataset({ from: 'lengthy', to: 'lengthy', columns });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 49, failed: 1 });
    expect(errors).toMatchObject([{ key: { id: '7' }, column: 'n', value: 'a'.repeat(200), sqlstate: '22P02' }]);
    // Words for people: the value in them is not kept whole.
    expect(errors[0]?.reason).toMatch(/^invalid input syntax for type bigint: "a{900,}…$/);
    expect(errors[0]?.reason).toHaveLength(1001);
  });
});

test('says update of a row that is there and insert of one that is not, whatever is wrong with it', async () => {
  await a.query(`CREATE TABLE told (id text PRIMARY KEY, small int, amount text);
    INSERT INTO told VALUES ('1', 1, '1'), ('2', 99999, '2'), ('3', 3, 'x'), ('4', 99999, '4'), ('5', 5, 'x'), ('no id', 6, '6')`);
  await b.query(`CREATE TABLE told (id varchar(3) PRIMARY KEY, small smallint, amount numeric);
    INSERT INTO told VALUES ('1', 0, 0), ('2', 0, 0), ('3', 0, 0)`);
  const columns = { id: null, small: null, amount: { sql: 's.amount::numeric' } };
  const dataset = await pair.dataset({ from: 'told', to: 'told', columns });
  const told = { '2': 'update', '3': 'update', '4': 'insert', '5': 'insert', 'no id': 'insert' };
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertKeys([['2'], ['3'], ['4'], ['5'], ['no id']])).toEqual(Array(5).fill('failed'));
    expect(Object.fromEntries(errors.map(({ key, operation }) => [key['id'], operation]))).toEqual(told);
  });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ updated: 1, failed: 5 });
    expect(Object.fromEntries(errors.map(({ key, operation }) => [key['id'], operation]))).toEqual(told);
  });
});

test('tells nothing of the values of masked columns', async () => {
  await a.query(
    `CREATE TABLE hidden (id int PRIMARY KEY, phone text); INSERT INTO hidden VALUES (1, 'ok'), (2, 'let me in')`,
  );
  await b.query(`CREATE TABLE hidden (id int PRIMARY KEY, phone varchar(4))`);
  const dataset = await pair.dataset({ from: 'hidden', to: 'hidden', mask: ['phone'] });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 1, failed: 1 });
    expect(errors).toMatchObject([{ key: { id: '2' }, column: 'phone', value: null }]);
    expect(JSON.stringify(errors)).not.toContain('let me in');
  });
});

test('names the relation and the constraint that refuses a masked value, never the value, whatever it is', async () => {
  await a.query(`CREATE TABLE barred (id int PRIMARY KEY, mail text, age text);
    INSERT INTO barred VALUES (1, 'secret@x', '1'), (2, NULL, '1'), (3, 'barred', 'no_x'), (4, 'ok', 'barred'),
      (5, 'ok', 'se"cr"et')`);
  await b.query(
    `CREATE TABLE barred (id int PRIMARY KEY, mail text NOT NULL, age int, CONSTRAINT no_x CHECK (mail NOT LIKE '%x'))`,
  );
  const dataset = await pair.dataset({
    from: 'barred',
    to: 'barred',
    columns: { id: null, mail: null, age: { sql: 's.age::int' } },
    mask: ['mail', 'age'],
  });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 0, failed: 5 });
    expect(Object.fromEntries(errors.map(({ key, reason }) => [key['id'], reason]))).toEqual({
      '1': 'new row for relation "barred" violates check constraint "no_x"',
      '2': 'null value in column "mail" of relation "barred" violates not-null constraint',
      // A value that is called as the table or its constraint.
      '3': 'invalid input syntax for type integer: "•••"',
      '4': 'invalid input syntax for type integer: "•••"',
      // A value with the server's marks in it.
      '5': 'invalid input syntax for type integer: "•••"',
    });
    expect(errors.every(({ value }) => value === null)).toBe(true);
  });
});

test('tells nothing of what a trigger of the target says about a row with masked columns', async () => {
  await a.query(`CREATE TABLE raised (id int PRIMARY KEY, mail text); INSERT INTO raised VALUES (1, 'secret@x')`);
  await b.query(`CREATE TABLE raised (id int PRIMARY KEY, mail text);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no % here', NEW.mail USING ERRCODE = '23514', COLUMN = 'id'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON raised FOR EACH ROW EXECUTE FUNCTION refuse()`);
  const dataset = await pair.dataset({ from: 'raised', to: 'raised', mask: ['mail'] });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ failed: 1 });
    expect(errors).toMatchObject([
      { key: { id: '1' }, sqlstate: '23514', reason: expect.stringContaining('function or trigger') },
    ]);
    expect(JSON.stringify(errors)).not.toContain('secret@x');
  });
});

test('ends a dataset in which too many rows are refused', async () => {
  await a.query(
    `CREATE TABLE many (id int PRIMARY KEY, v int); INSERT INTO many SELECT g, g FROM generate_series(1, 500) AS g`,
  );
  await b.query(`CREATE TABLE many (id int PRIMARY KEY, v int CHECK (v % 10 <> 0))`);
  const dataset = await pair.dataset({ from: 'many', to: 'many' });
  await pair.run(
    dataset,
    async (driver, { errors }) => {
      await expect(driver.upsertAll()).rejects.toMatchObject({ code: 'ROW_ERROR_LIMIT' });
      expect(errors).toHaveLength(21);
    },
    { rowErrorLimit: 20 },
  );
  await pair.run(dataset, async (driver) =>
    expect(await driver.upsertAll()).toMatchObject({ inserted: 450, failed: 50 }),
  );
});

test('brings in a child before its parent, rows that refer to one another, and reports the child whose parent never comes', async () => {
  await a.query(`CREATE TABLE staff (id int PRIMARY KEY, boss int);
    INSERT INTO staff SELECT g, nullif(g + 1, 1001) FROM generate_series(1, 1000) AS g; INSERT INTO staff VALUES (2000, 4444)`);
  await b.query('CREATE TABLE staff (id int PRIMARY KEY, boss int REFERENCES staff)');
  const dataset = await pair.dataset({ from: 'staff', to: 'staff', batch: 100 });
  await pair.run(dataset, async (driver, { errors }) => {
    const all = Array.from({ length: 1000 }, (_, index) => [String(index + 1)]);
    for (let start = 0; start < 1000; start += 100) {
      const results = await driver.upsertKeys(all.slice(start, start + 100));
      expect(new Set(results)).toEqual(new Set([start === 900 ? 'inserted' : 'later']));
    }
    expect(await driver.upsertKeys([['2000']])).toEqual(['later']);
    const { tally, failed } = await driver.retrySetAside();
    expect(tally).toMatchObject({ inserted: 900, failed: 1 });
    expect(failed).toEqual([['2000']]);
    expect(errors).toMatchObject([
      { key: { id: '2000' }, operation: 'insert', column: 'boss', value: '4444', sqlstate: '23503' },
    ]);
    expect(await driver.verifyKeys(all, () => false)).toMatchObject({ differences: 0 });
  });
  await pair.run(dataset, async (driver) => {
    await a.query('DELETE FROM staff');
    expect(await driver.upsertAll()).toMatchObject({ failed: 0, unchanged: 1000 });
  });
  await pair.run(dataset, async (driver) => {
    await driver.upsertAll();
    expect(await driver.pendingDeletes()).toEqual({ deletes: 1000, targetRows: 1000 });
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 1000, failed: 0 } });
  });
});

test('reports a delete that another table stands against, and does the others', async () => {
  await pair.both('CREATE TABLE parents (id int PRIMARY KEY)');
  await b.query(`CREATE TABLE kids (id int PRIMARY KEY, parent int REFERENCES parents);
    INSERT INTO parents SELECT g FROM generate_series(1, 30) AS g; INSERT INTO kids VALUES (1, 7)`);
  await a.query('INSERT INTO parents VALUES (30)');
  const dataset = await pair.dataset({ from: 'parents', to: 'parents' });
  await pair.run(dataset, async (driver, { errors }) => {
    await driver.upsertAll();
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 28, failed: 1 }, failed: [['7']] });
    expect(errors).toMatchObject([{ key: { id: '7' }, operation: 'delete', sqlstate: '23503' }]);
    expect((await driver.verifyAll((key) => key[0] === '7')).differences).toBe(0);
  });
});
