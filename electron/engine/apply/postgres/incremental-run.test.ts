import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPair } from './pair-fixture';
import type { Pair } from './pair-fixture';

let pair: Pair;
let a: pg.Client;
let b: pg.Client;

beforeAll(async () => {
  pair = await openPair(14, 18);
  ({ a, b } = pair);
  await pair.both('CREATE TABLE items (id int PRIMARY KEY, name text, phone text, gone_at timestamptz)');
});

beforeEach(async () => {
  await pair.both('TRUNCATE items');
  await a.query(`INSERT INTO items SELECT g, 'item ' || g, 's' || g FROM generate_series(1, 20) AS g`);
  await b.query(`INSERT INTO items SELECT g, 'item ' || g, 's' || g FROM generate_series(1, 20) AS g`);
});

afterAll(() => pair.close());

const keys = (...ids: number[]): string[][] => ids.map((id) => [String(id)]);

test('says of each key what became of it, in order, and leaves the deletes for later', async () => {
  await a.query(
    `UPDATE items SET name = 'new' WHERE id IN (3, 5); DELETE FROM items WHERE id = 7; INSERT INTO items VALUES (21, 'more')`,
  );
  await b.query(`INSERT INTO items VALUES (99, 'extra')`);
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  await pair.run(dataset, async (driver) => {
    const batch = keys(21, 7, 4, 3, 1000, 5, 99);
    expect(await driver.planKeys(batch)).toMatchObject({ inserts: 1, updates: 2, deletes: 2, unchanged: 1 });
    expect(await driver.upsertKeys(batch)).toEqual([
      'inserted',
      'later',
      'skipped',
      'updated',
      'skipped',
      'updated',
      'later',
    ]);
    expect(await driver.verifyKeys(keys(21, 4, 3, 1000, 5), () => false)).toMatchObject({
      equal: 4,
      differences: 0,
    });
    expect((await driver.verifyKeys(batch, () => false)).differences).toBe(2);
    expect((await driver.verifyKeys(batch, (key) => key[0] === '7')).differences).toBe(1);
    const withheld: unknown[] = [];
    for await (const block of driver.withheldKeys()) withheld.push(...block);
    expect(withheld).toEqual([['7'], ['99']]);
    expect(await driver.pendingDeletes()).toEqual({ deletes: 2, targetRows: 22 });
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 2 }, failed: [] });
    expect(await driver.verifyKeys(batch, () => false)).toMatchObject({ differences: 0 });
    expect(await driver.upsertKeys(batch)).toEqual(batch.map(() => 'skipped'));
  });
});

test('never deletes a row whose absence from the source is not proven', async () => {
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  await a.query('DELETE FROM items WHERE id IN (1, 2)');
  await pair.run(dataset, async (driver) => {
    await driver.upsertKeys(keys(1, 2));
    await b.query(`INSERT INTO items VALUES (50, 'of somebody else')`);
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 2 });
    await driver.applyDeletes();
  });
  const { rows } = await b.query<{ id: number }>('SELECT id FROM items WHERE id IN (1, 2, 50)');
  expect(rows).toEqual([{ id: 50 }]);
});

test('keeps what is gone from the source when told to, and does not call it a difference', async () => {
  const dataset = await pair.dataset({ from: 'items', to: 'items', on_delete: 'keep' });
  await a.query('DELETE FROM items WHERE id < 5');
  await pair.run(dataset, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ deletes: 0, updates: 0, unchanged: 16 });
    expect(await driver.upsertAll()).toMatchObject({ unchanged: 16, updated: 0 });
    expect(await driver.upsertKeys(keys(1, 5))).toEqual(['skipped', 'skipped']);
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
    expect(await driver.verifyKeys(keys(1, 2, 5), () => false)).toMatchObject({ differences: 0 });
  });
});

test('marks what is gone, clears the mark when the entity returns, and does it once', async () => {
  const definition = {
    from: 'items',
    to: 'items',
    columns: ['id', 'name'],
    on_delete: { mark: { column: 'gone_at', value: '2024-05-06 07:08:09+00', clear: null } },
  };
  const dataset = await pair.dataset(definition);
  await a.query('DELETE FROM items WHERE id < 4');
  await pair.run(dataset, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ deletes: 3 });
    await driver.upsertAll();
    expect(await driver.pendingDeletes()).toEqual({ deletes: 3, targetRows: 20 });
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 3 } });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
  const marked = 'SELECT id FROM items WHERE gone_at IS NOT NULL ORDER BY id';
  expect((await b.query(marked)).rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ updated: 0, inserted: 0 });
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
    expect(await driver.upsertKeys(keys(1))).toEqual(['skipped']);
  });
  await a.query(`INSERT INTO items VALUES (2, 'back')`);
  await pair.run(dataset, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ inserts: 0, updates: 1, deletes: 0 });
    expect(await driver.upsertAll()).toMatchObject({ updated: 1, inserted: 0 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
  expect((await b.query(marked)).rows).toEqual([{ id: 1 }, { id: 3 }]);
});

test('writes as the policy says: update only, insert only, update where', async () => {
  await a.query(`UPDATE items SET name = 'new' WHERE id <= 3; INSERT INTO items VALUES (30, 'thirty')`);
  const updating = await pair.dataset({ from: 'items', to: 'items', write: 'update' });
  await pair.run(updating, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ inserts: 0, updates: 3, skipped: 1, unchanged: 17 });
    expect(await driver.upsertKeys(keys(1, 30))).toEqual(['updated', 'skipped']);
    expect(await driver.upsertAll()).toMatchObject({ inserted: 0, updated: 2, skipped: 1, unchanged: 18 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
  await a.query(`UPDATE items SET name = 'newer' WHERE id <= 3`);
  const inserting = await pair.dataset({ from: 'items', to: 'items', write: 'insert' });
  await pair.run(inserting, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ inserts: 1, updates: 0, skipped: 3, unchanged: 17 });
    expect(await driver.upsertKeys(keys(1, 4))).toEqual(['skipped', 'skipped']);
    expect(await driver.upsertAll()).toMatchObject({ inserted: 1, updated: 0, skipped: 3, unchanged: 17 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
  const where = await pair.dataset({
    from: 'items',
    to: 'items',
    updateWhere: 'target.id <> 2 AND source.name IS NOT NULL',
  });
  await pair.run(where, async (driver) => {
    expect(await driver.planAll()).toMatchObject({ inserts: 0, updates: 2, skipped: 1, unchanged: 18 });
    expect(await driver.planKeys(keys(1, 2, 4))).toMatchObject({ updates: 1, skipped: 1, unchanged: 1 });
    expect(await driver.upsertKeys(keys(1, 2))).toEqual(['updated', 'skipped']);
    expect(await driver.upsertAll()).toMatchObject({ updated: 1, skipped: 1, unchanged: 19 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
});

test('shows differences column by column, and nothing of masked columns', async () => {
  await a.query(`UPDATE items SET name = NULL, phone = 'changed' WHERE id = 6`);
  const dataset = await pair.dataset({ from: 'items', to: 'items', mask: ['phone'] });
  await pair.run(dataset, async (driver) => {
    const { samples } = await driver.planAll();
    expect(samples).toEqual([
      { key: { id: '6' }, operation: 'update', columns: { name: ['item 6', null], phone: ['•••', '•••'] } },
    ]);
  });
});

test('plans and verifies as a role that may only SELECT, in a transaction that may not write', async () => {
  const role = `reader_${Math.random().toString(36).slice(2)}`;
  for (const client of [a, b]) {
    await client.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'r'; ALTER ROLE ${role} SET default_transaction_read_only = on; GRANT SELECT ON items TO ${role}`,
    );
  }
  try {
    await a.query(`UPDATE items SET name = 'new' WHERE id = 3`);
    const dataset = await pair.dataset({ from: 'items', to: 'items', updateWhere: 'target.id > 0' });
    const readers = await pair.as(role, 'r');
    await readers.run(
      dataset,
      async (driver) => {
        expect(await driver.planAll()).toMatchObject({ updates: 1, unchanged: 19 });
        expect(await driver.verifyAll(() => false)).toMatchObject({ equal: 19, differences: 1 });
        expect(await driver.planKeys(keys(3, 4))).toMatchObject({ updates: 1 });
        await expect(driver.upsertAll()).rejects.toMatchObject({ code: 'READ_ONLY' });
      },
      { readOnly: true },
    );
    await readers.close();
  } finally {
    for (const client of [a, b]) await client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});
