import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPair } from './pair-fixture';
import type { Pair } from './pair-fixture';

let pair: Pair;
let a: Pair['a'];
let b: Pair['b'];

beforeAll(async () => {
  pair = await openPair();
  ({ a, b } = pair);
});

afterAll(() => pair.close());

/** A table on both sides whose rows with an odd id a trigger of the target keeps as they are, and says nothing. */
async function withSilentTrigger(table: string, events: string): Promise<void> {
  await pair.both(`CREATE TABLE ${table} (id int PRIMARY KEY, v text, gone bool)`);
  await b.query(`CREATE FUNCTION keep_${table}() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN
        IF coalesce(NEW.id, OLD.id) % 2 = 1 THEN RETURN NULL; END IF;
        RETURN coalesce(NEW, OLD);
      END $$;`);
  await b.query(`CREATE TRIGGER keep BEFORE ${events} ON ${table} FOR EACH ROW EXECUTE FUNCTION keep_${table}()`);
}

const columns = { id: null, v: null };
const odd = (key: readonly string[]): boolean => Number(key[0]) % 2 === 1;

test('counts no insert that a trigger of the target swallowed, and says which rows it were', async () => {
  await withSilentTrigger('swallowed', 'INSERT');
  await a.query(`INSERT INTO swallowed SELECT g, 'new' FROM generate_series(1, 10) AS g`);
  const dataset = await pair.dataset({ from: 'swallowed', to: 'swallowed', columns });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 5, updated: 0, unchanged: 0, failed: 5 });
    expect(errors.map(({ key }) => key['id']).sort()).toEqual(['1', '3', '5', '7', '9']);
    expect(errors[0]).toMatchObject({ operation: 'insert', sqlstate: '09000' });
    expect(errors[0]?.reason).toContain('BEFORE INSERT trigger');
    expect((await driver.verifyAll(odd)).differences).toBe(0);
  });
  await pair.run(dataset, async (driver) => {
    await b.query('DELETE FROM swallowed');
    expect(await driver.upsertKeys([['1'], ['2'], ['4']])).toEqual(['failed', 'inserted', 'inserted']);
  });
});

test('counts no update that a trigger of the target swallowed, neither in a full run nor by keys', async () => {
  await withSilentTrigger('stubborn', 'UPDATE');
  await a.query(`INSERT INTO stubborn SELECT g, 'new' FROM generate_series(1, 10) AS g`);
  await b.query(`INSERT INTO stubborn SELECT g, 'old' FROM generate_series(1, 10) AS g`);
  const dataset = await pair.dataset({ from: 'stubborn', to: 'stubborn', columns });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertKeys([['1'], ['2'], ['3']])).toEqual(['failed', 'updated', 'failed']);
    expect(errors).toMatchObject([
      { operation: 'update', sqlstate: '09000' },
      { operation: 'update', sqlstate: '09000' },
    ]);
  });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 0, updated: 4, unchanged: 1, failed: 5 });
    expect(errors).toHaveLength(5);
  });
});

test('counts no delete that a trigger of the target kept, and the others', async () => {
  await withSilentTrigger('clinging', 'DELETE');
  await b.query(`INSERT INTO clinging SELECT g, 'old' FROM generate_series(1, 10) AS g`);
  const dataset = await pair.dataset({ from: 'clinging', to: 'clinging', columns });
  await pair.run(dataset, async (driver, { errors }) => {
    await driver.upsertAll();
    const { tally, failed } = await driver.applyDeletes();
    expect(tally).toMatchObject({ deleted: 5, failed: 5 });
    expect(failed.map(([id]) => id).sort()).toEqual(['1', '3', '5', '7', '9']);
    expect(errors[0]).toMatchObject({ operation: 'delete', sqlstate: '09000' });
    expect((await driver.verifyAll(odd)).differences).toBe(0);
  });
  expect((await b.query(`SELECT count(*) AS n FROM clinging`)).rows).toEqual([{ n: '5' }]);
});

test('counts no mark that a trigger of the target kept from being set', async () => {
  await withSilentTrigger('unmarked', 'UPDATE');
  await b.query(`INSERT INTO unmarked SELECT g, 'old', false FROM generate_series(1, 4) AS g`);
  const mark = { column: 'gone', value: 'true', clear: 'false' };
  const dataset = await pair.dataset({ from: 'unmarked', to: 'unmarked', columns, on_delete: { mark } });
  await pair.run(dataset, async (driver) => {
    await driver.upsertAll();
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 2, failed: 2 } });
  });
});

test('counts as inserted what a trigger of the target put into a child of the table itself', async () => {
  await pair.both(`CREATE TABLE spread (id int PRIMARY KEY, v text)`);
  await b.query(`CREATE TABLE spread_all () INHERITS (spread);
    CREATE FUNCTION spread() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.spread_all VALUES (NEW.*); RETURN NULL; END $$;
    CREATE TRIGGER spread BEFORE INSERT ON spread FOR EACH ROW EXECUTE FUNCTION spread()`);
  await a.query(`INSERT INTO spread SELECT g, 'new' FROM generate_series(1, 4) AS g`);
  const dataset = await pair.dataset({ from: 'spread', to: 'spread', columns });
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertKeys([['1']])).toEqual(['inserted']);
    expect(await driver.upsertAll()).toMatchObject({ inserted: 3, unchanged: 1, failed: 0 });
  });
});
