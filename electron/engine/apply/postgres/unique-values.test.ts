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

interface Kind {
  readonly name: string;
  /** The unique column of the target. */
  readonly column: string;
  readonly values: readonly [string, string, string];
  /** A child table's foreign key to the target, with its actions. */
  readonly child?: string;
}

const kinds: Kind[] = [
  {
    name: 'nullable',
    column: 'u text UNIQUE',
    values: ['x', 'y', 'z'],
    child: 'parent int REFERENCES T ON DELETE CASCADE',
  },
  {
    name: 'notnull',
    column: 'u text NOT NULL UNIQUE',
    values: ['x', 'y', 'z'],
    child: 'parent int REFERENCES T ON DELETE CASCADE',
  },
  {
    name: 'narrow',
    column: 'u varchar(3) NOT NULL UNIQUE',
    values: ['x', 'y', 'z'],
    child: 'parent int REFERENCES T ON DELETE CASCADE',
  },
  {
    name: 'positive',
    column: 'u int NOT NULL UNIQUE CHECK (u > 0)',
    values: ['1', '2', '3'],
    child: 'parent int REFERENCES T ON DELETE CASCADE',
  },
  {
    name: 'deferrable',
    column: 'u inet NOT NULL UNIQUE DEFERRABLE',
    values: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    child: 'parent int REFERENCES T ON DELETE CASCADE',
  },
  {
    name: 'followed',
    column: 'u text UNIQUE',
    values: ['x', 'y', 'z'],
    child: 'parent_u text REFERENCES T (u) ON UPDATE CASCADE ON DELETE CASCADE',
  },
  { name: 'exotic', column: 'u inet NOT NULL UNIQUE', values: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] },
  {
    name: 'expression',
    column: 'u text NOT NULL',
    values: ['X', 'Y', 'Z'],
    child: 'parent int REFERENCES T ON DELETE CASCADE',
  },
];

test.each(kinds)(
  'lets rows exchange unique values in one batch and over batches, children untouched: $name',
  async ({ name, column, values, child }) => {
    const table = `swap_${name}`;
    await a.query(`CREATE TABLE ${table} (id int PRIMARY KEY, u ${column.split(' ')[1] ?? 'text'}, v text)`);
    await b.query(`CREATE TABLE ${table} (id int PRIMARY KEY, ${column}, v text, kept text DEFAULT 'own')`);
    if (name === 'expression') await b.query(`CREATE UNIQUE INDEX ON ${table} (lower(u)) WHERE v IS NOT NULL`);
    const rows = values.map((value, index) => `(${index + 1}, '${value}', 'v${index + 1}')`).join(', ');
    await pair.both(`INSERT INTO ${table} (id, u, v) VALUES ${rows}`);
    if (child !== undefined) {
      await b.query(`CREATE TABLE child_of_${table} (id int, ${child.replace('T', table)});
      INSERT INTO child_of_${table} SELECT id, ${name === 'followed' ? 'u' : 'id'} FROM ${table}`);
    }
    const dataset = await pair.dataset({ from: table, to: table });
    const [x, y, z] = values;
    const exchange = async (work: () => Promise<unknown>): Promise<void> => {
      await work();
      const select = `SELECT id, u::text, v FROM ${table} ORDER BY id`;
      expect((await b.query(select)).rows).toEqual((await a.query(select)).rows);
      expect((await b.query(`SELECT DISTINCT kept FROM ${table}`)).rows).toEqual([{ kept: 'own' }]);
      if (child === undefined) return;
      const { rows: children } = await b.query<{ ok: boolean }>(
        `SELECT c.id = t.id AS ok FROM child_of_${table} AS c JOIN ${table} AS t ON ${name === 'followed' ? 'c.parent_u = t.u' : 'c.parent = t.id'}`,
      );
      expect(children).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    };

    await exchange(async () => {
      await a.query(
        `UPDATE ${table} SET u = CASE id WHEN 1 THEN '${y}' WHEN 2 THEN '${z}' ELSE '${x}' END${cast(name)}`,
      );
      await pair.run(dataset, async (driver, { errors }) => {
        expect(await driver.upsertAll()).toMatchObject({ updated: 3, failed: 0 });
        expect(errors).toEqual([]);
        expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
      });
    });
    await exchange(async () => {
      await a.query(
        `UPDATE ${table} SET u = CASE id WHEN 1 THEN '${x}' WHEN 2 THEN '${y}' ELSE '${z}' END${cast(name)}`,
      );
      await pair.run(dataset, async (driver) => {
        expect(await driver.upsertKeys([['1']])).toEqual(['updated']);
        expect(await driver.upsertKeys([['2'], ['3']])).toEqual(['skipped', 'skipped']);
      });
    });
  },
);

function cast(name: string): string {
  return name === 'positive' ? '::text::int' : name === 'deferrable' || name === 'exotic' ? '::inet' : '';
}

test('a value passed on in a chain, to a new row too, comes through', async () => {
  await pair.both('CREATE TABLE chain (id int PRIMARY KEY, place int NOT NULL UNIQUE)');
  await pair.both('INSERT INTO chain SELECT g, g FROM generate_series(1, 300) AS g');
  await a.query(
    'DELETE FROM chain; INSERT INTO chain SELECT g, g + 1 FROM generate_series(1, 300) AS g; INSERT INTO chain VALUES (301, 1)',
  );
  const dataset = await pair.dataset({ from: 'chain', to: 'chain' });
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ updated: 300, inserted: 1, failed: 0 });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
  await a.query('UPDATE chain SET place = place + 1000; UPDATE chain SET place = id');
  await pair.run(dataset, async (driver) => {
    for (let id = 1; id <= 301; id += 50) {
      await driver.upsertKeys(Array.from({ length: Math.min(50, 302 - id) }, (_, index) => [String(id + index)]));
    }
    expect(await driver.retrySetAside()).toMatchObject({ failed: [] });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
  });
});

test('a value held by a row that is gone from the source is free once that row is deleted, and not before', async () => {
  await pair.both('CREATE TABLE seats (id int PRIMARY KEY, seat text NOT NULL UNIQUE)');
  await a.query(`INSERT INTO seats VALUES (2, 'A1'), (3, 'A2')`);
  await b.query(`INSERT INTO seats VALUES (1, 'A1'), (3, 'A2')`);
  const dataset = await pair.dataset({ from: 'seats', to: 'seats' });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertKeys([['1'], ['2'], ['3']])).toEqual(['later', 'later', 'skipped']);
    expect(await driver.retrySetAside()).toMatchObject({ failed: [] });
    expect((await b.query('SELECT id FROM seats ORDER BY id')).rows).toEqual([{ id: 1 }, { id: 3 }]);
    expect(await driver.pendingDeletes()).toMatchObject({ deletes: 1 });
    const withheld: unknown[] = [];
    for await (const block of driver.withheldKeys()) withheld.push(...block);
    expect(withheld).toEqual([['1'], ['2']]);
    expect(await driver.applyDeletes()).toMatchObject({ tally: { deleted: 1, inserted: 1 }, failed: [] });
    expect(await driver.verifyAll(() => false)).toMatchObject({ differences: 0 });
    expect(errors).toEqual([]);
  });
});

test('a value that two rows of the source claim fails for one of them alone', async () => {
  await a.query(
    `CREATE TABLE mails (id int PRIMARY KEY, mail text); INSERT INTO mails VALUES (1, 'a'), (2, 'b'), (3, 'B'), (4, 'd')`,
  );
  await b.query(
    `CREATE TABLE mails (id int PRIMARY KEY, mail text); CREATE UNIQUE INDEX mails_mail ON mails (lower(mail)); INSERT INTO mails VALUES (2, 'b')`,
  );
  const dataset = await pair.dataset({ from: 'mails', to: 'mails' });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 2, unchanged: 1, failed: 1 });
    expect(errors).toMatchObject([{ key: { id: '3' }, operation: 'insert', sqlstate: '23505' }]);
  });
});

test('a value held by an extra row that is kept fails the row that wants it', async () => {
  await pair.both('CREATE TABLE kept (id int PRIMARY KEY, u text UNIQUE)');
  await a.query(`INSERT INTO kept VALUES (1, 'x'), (2, 'y')`);
  await b.query(`INSERT INTO kept VALUES (9, 'x')`);
  const dataset = await pair.dataset({ from: 'kept', to: 'kept', on_delete: 'keep' });
  await pair.run(dataset, async (driver, { errors }) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 1, failed: 1 });
    expect(errors).toMatchObject([{ key: { id: '1' }, column: 'u', value: 'x', sqlstate: '23505' }]);
  });
});
