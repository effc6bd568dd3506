import fc from 'fast-check';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testTypes, typeCases } from '../../../sandbox/values/type-cases';
import { quoteIdent } from '../../connect/identifiers';
import { pinnedSettings } from '../../connect/pinned-settings';
import { openPair } from './pair-fixture';
import type { Pair } from './pair-fixture';

const runs = Number(process.env['TYPE_TEST_RUNS'] ?? 5);
const relation = '"My Schema"."Tä""ble; select"';
const hostile = ['select', 'a b', 'q"uote', 'ünï ☄', "o'clock", 'back\\slash', 'MiXed', '$1', '%s', '--'];
const names = typeCases.map((_, index) => `${hostile[index % hostile.length] ?? ''} ${String(index)}`);

type Row = readonly (string | null)[];

/** A table with a column of every type, in another order on the other side, and some rows. */
async function fill(
  client: pg.Client,
  key: string,
  rows: readonly (readonly [string, Row])[],
  backwards: boolean,
): Promise<void> {
  const columns = typeCases.map(({ sql }, index) => `${quoteIdent(names[index]!)} ${sql}`);
  const all = [`"Kéy" ${key} PRIMARY KEY`, ...columns];
  if (backwards) all.reverse();
  await client.query(
    `DROP TABLE IF EXISTS ${relation}; CREATE TABLE ${relation} (${all.join(', ')}${backwards ? ', extra text' : ''})`,
  );
  const values = typeCases.map(({ sql }, index) => `$${String(index + 2)}::${sql.replace(/ COLLATE .*/, '')}`);
  const list = names.map(quoteIdent).join(', ');
  for (const [id, row] of rows) {
    await client.query(
      `INSERT INTO ${relation} ("Kéy", ${list}) VALUES ($1::${key.replace(/ COLLATE .*/, '')}, ${values.join(', ')})`,
      [id, ...row],
    );
  }
}

/** Every row by its canonical text, blanks at the end of a char included. */
async function contents(client: pg.Client): Promise<string[]> {
  const list = names.map((name) => `t.${quoteIdent(name)}`).join(', ');
  const { rows } = await client.query<{ row: string }>(
    `SELECT ROW(t."Kéy", ${list})::text AS row FROM ${relation} AS t ORDER BY ROW(t."Kéy", ${list})::text COLLATE "C"`,
  );
  return rows.map(({ row }) => row);
}

const rowOf = fc.tuple(...typeCases.map(({ values }) => fc.option(values, { nil: null, freq: 6 })));

describe.each([
  [18, 14],
  [14, 18],
] as const)('from PostgreSQL %i to %i', (sourceVersion, targetVersion) => {
  async function withPair(work: (pair: Pair) => Promise<void>): Promise<void> {
    const pair = await openPair(sourceVersion, targetVersion);
    try {
      for (const [client, order] of [
        [pair.a, 'forward'],
        [pair.b, 'backward'],
      ] as const) {
        await client.query(`${testTypes(order)} CREATE SCHEMA "My Schema"`);
        for (const [name, value] of Object.entries(pinnedSettings)) {
          await client.query(`SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`);
        }
      }
      await work(pair);
    } finally {
      await pair.close();
    }
  }

  const keyTypes = [
    'bigint',
    'text',
    'text COLLATE "C"',
    'uuid',
    'numeric',
    'bytea',
    'timestamptz',
    'colour',
    'char(5)',
    'interval',
    'varchar(12)',
    'price',
  ];

  test.each(keyTypes)(
    'whatever both sides hold, the target becomes the source, of every type, by a key of type %s',
    async (key) => {
      const { values } = typeCases.find(({ sql }) => sql === key)!;
      const keyed = (amount: number): fc.Arbitrary<[string, Row][]> =>
        fc.uniqueArray(fc.tuple(values, rowOf), { maxLength: amount, selector: ([id]) => sameKeyText(key, id) });
      await withPair(async (pair) => {
        const { a, b } = pair;
        await fc.assert(
          fc.asyncProperty(keyed(12), keyed(4), async (wanted, others) => {
            // Half of the target's rows are entities of the source with another image.
            const held = new Map(others.map(([id, row]) => [sameKeyText(key, id), [id, row] as [string, Row]]));
            for (const [index, [id, row]] of wanted.entries()) {
              if (index % 3 === 0)
                held.set(sameKeyText(key, id), [id, others[index % Math.max(others.length, 1)]?.[1] ?? row]);
            }
            await fill(a, key, wanted, false);
            await fill(b, key, [...held.values()], true);
            const dataset = await pair.dataset({ from: relation, to: relation });
            await pair.run(dataset, async (driver, { errors }) => {
              const plan = await driver.planAll();
              const tally = await driver.upsertAll();
              expect(errors).toEqual([]);
              await driver.retrySetAside();
              const deleted = await driver.applyDeletes();
              expect([tally.inserted, tally.updated, deleted.tally.deleted, tally.unchanged]).toEqual([
                plan.inserts,
                plan.updates,
                plan.deletes,
                plan.unchanged,
              ]);
              expect(await driver.verifyAll(() => false)).toEqual({
                equal: wanted.length,
                differences: 0,
                samples: [],
              });
            });
            expect(await contents(b)).toEqual(await contents(a));
            await pair.run(dataset, async (driver) => {
              expect(await driver.upsertAll()).toMatchObject({ inserted: 0, updated: 0, unchanged: wanted.length });
              expect(await driver.pendingDeletes()).toMatchObject({ deletes: 0 });
            });
          }),
          { numRuns: runs, interruptAfterTimeLimit: 40_000 },
        );
      });
    },
  );

  test('by keys, one entity after the other, of every type', async () => {
    await withPair(async (pair) => {
      const { a, b } = pair;
      await fc.assert(
        fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 8 }), async (rows) => {
          await fill(
            a,
            'bigint',
            rows.map((row, index) => [String(index), row]),
            false,
          );
          await fill(
            b,
            'bigint',
            rows.slice(0, 4).map((_, index) => [String(index), rows.at(-1)!]),
            true,
          );
          const dataset = await pair.dataset({ from: relation, to: relation });
          const keys = rows.map((_, index) => [String(index)]);
          await pair.run(dataset, async (driver, { errors }) => {
            await driver.upsertKeys(keys);
            expect(errors).toEqual([]);
            expect(await driver.verifyKeys(keys, () => false)).toMatchObject({ differences: 0 });
            expect(await driver.upsertKeys(keys)).toEqual(keys.map(() => 'skipped'));
          });
          expect(await contents(b)).toEqual(await contents(a));
        }),
        { numRuns: runs, interruptAfterTimeLimit: 40_000 },
      );
    });
  });
});

/** Texts that are one key to a type. */
function sameKeyText(key: string, text: string): string {
  if (key === 'numeric' || key === 'price')
    return /[a-z]/i.test(text) && !/^-?\d+e/i.test(text) ? text : String(Number(text));
  if (key === 'interval') return 'interval';
  if (key === 'char(5)') return text.trimEnd();
  if (key === 'timestamptz') return String(Date.parse(text.replace(/ BC$/, '')) || text);
  return text;
}
