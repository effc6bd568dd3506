import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPair } from './pair-fixture';
import type { Pair } from './pair-fixture';
import type { EntityKey, TargetDriver } from '../../run/driver';

let pair: Pair;
let a: pg.Client;
let b: pg.Client;
const runs = Number(process.env['STATE_TEST_RUNS'] ?? 15);
const time = Number(process.env['STATE_TEST_MS'] ?? 40_000);

beforeAll(async () => {
  pair = await openPair(18, 14);
  ({ a, b } = pair);
  const columns =
    'id int PRIMARY KEY, code text UNIQUE, place int NOT NULL UNIQUE, boss int REFERENCES people, v numeric';
  await a.query(`CREATE TABLE people (${columns})`);
  // Nobody may be lost by a cascade: a child that is deleted with its parent would be missing at the end.
  await b.query(`CREATE TABLE people (${columns.replace('REFERENCES people', 'REFERENCES people ON DELETE CASCADE')}, extra text DEFAULT 'own');
    CREATE TABLE notes (person int REFERENCES people ON DELETE CASCADE)`);
});

afterAll(() => pair.close());

interface Person {
  readonly id: number;
  readonly code: string | null;
  readonly place: number;
  readonly boss: number | null;
  readonly v: string;
}

/** A state that the constraints allow, over few values, so that two states hold one another's. */
const people: fc.Arbitrary<Person[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 9 }),
    fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'], { minLength: 10 }),
    fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { minLength: 10 }),
    fc.array(fc.tuple(fc.option(fc.nat(20)), fc.boolean(), fc.constantFrom('1', '1.0', '-1')), {
      minLength: 9,
      maxLength: 9,
    }),
  )
  .map(([ids, codes, places, rest]) =>
    ids.map((id, index) => {
      const [boss, coded, v] = rest[index]!;
      return {
        id,
        code: coded ? codes[index]! : null,
        place: places[index]!,
        boss: boss === null ? null : ids[boss % ids.length]!,
        v,
      };
    }),
  );

async function hold(client: pg.Client, state: readonly Person[]): Promise<void> {
  await client.query('TRUNCATE people CASCADE');
  await client.query(
    'INSERT INTO people (id, code, place, boss, v) SELECT * FROM json_populate_recordset(NULL::people, $1)'.replace(
      'SELECT *',
      'SELECT id, code, place, boss, v',
    ),
    [JSON.stringify(state)],
  );
}

async function contents(client: pg.Client): Promise<unknown[]> {
  const { rows } = await client.query<object>('SELECT id, code, place, boss, v::text FROM people ORDER BY id');
  return rows;
}

async function afterwards(driver: TargetDriver, errors: readonly unknown[]): Promise<void> {
  expect(await driver.retrySetAside()).toMatchObject({ failed: [] });
  const { deletes } = await driver.pendingDeletes();
  if (deletes > 0) expect(await driver.applyDeletes()).toMatchObject({ failed: [] });
  expect(errors).toEqual([]);
}

test('from any state to any other: a full run makes the target equal, and a second one moves nothing', async () => {
  const dataset = await pair.dataset({ from: 'people', to: 'people' });
  await fc.assert(
    fc.asyncProperty(people, people, async (wanted, held) => {
      await hold(a, wanted);
      await hold(b, held);
      await pair.run(dataset, async (driver, { errors }) => {
        await driver.upsertAll();
        await afterwards(driver, errors);
        expect(await driver.verifyAll(() => false)).toMatchObject({ equal: wanted.length, differences: 0 });
      });
      expect(await contents(b)).toEqual(await contents(a));
      await pair.run(dataset, async (driver) => {
        expect(await driver.upsertAll()).toMatchObject({ inserted: 0, updated: 0, unchanged: wanted.length });
        expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
      });
    }),
    { numRuns: runs, interruptAfterTimeLimit: time },
  );
});

test('from any state to any other: batches of keys in any order make the target equal, and keep children that stay', async () => {
  const dataset = await pair.dataset({ from: 'people', to: 'people' });
  const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], { minLength: 12 });
  await fc.assert(
    fc.asyncProperty(people, people, order, fc.integer({ min: 1, max: 5 }), async (wanted, held, ids, size) => {
      await hold(a, wanted);
      await hold(b, held);
      await b.query('INSERT INTO notes SELECT id FROM people');
      await pair.run(dataset, async (driver, { errors }) => {
        const keys: EntityKey[] = ids.map((id) => [String(id)]);
        for (let start = 0; start < keys.length; start += size)
          await driver.upsertKeys(keys.slice(start, start + size));
        await afterwards(driver, errors);
        expect(await driver.verifyKeys(keys, () => false)).toMatchObject({ differences: 0 });
        expect(await driver.upsertKeys(keys)).toEqual(keys.map(() => 'skipped'));
      });
      expect(await contents(b)).toEqual(await contents(a));
      const staying = held.filter(({ id }) => wanted.some((person) => person.id === id)).map(({ id }) => id);
      const { rows } = await b.query<{ person: number }>('SELECT person FROM notes ORDER BY person');
      expect(rows.map(({ person }) => person)).toEqual(staying.sort((x, y) => x - y));
    }),
    { numRuns: runs, interruptAfterTimeLimit: time },
  );
});
