import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testTypes, typeCases } from '../../sandbox/values/type-cases';
import { quoteIdent } from '../connect/identifiers';
import type { Engine } from './api';
import { copyOf, jobsOf, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const relation = '"My Schema"."Tä""ble; select"';
const hostile = ['select', 'a b', 'q"uote', 'ünï ☄', "o'clock", 'back\\slash', 'MiXed', '$1', '%s', '--'];
const names = typeCases.map((_, i) => `${hostile[i % hostile.length] ?? ''} ${String(i)}`);
const casts = typeCases.map(({ sql }) => sql.replace(/ COLLATE .*/, ''));

const definitions = [
  {
    name: 'every-type',
    source: { database: 'operations', table: relation },
    target: { database: 'copy', table: relation },
    batch: 7,
  },
  copyOf('visits'),
];

type Row = readonly (string | null)[];

/** The same rows whenever the test runs, traps of every type among them. */
function rowsWithSeed(seed: number, numRuns: number): Row[] {
  return fc.sample(fc.tuple(...typeCases.map(({ values }) => fc.option(values, { nil: null, freq: 6 }))), {
    seed,
    numRuns,
  });
}

describe.each([
  [14, 18],
  [18, 14],
] as const)('whole runs from PostgreSQL %i to %i', (from, to) => {
  let bench: TestBench;
  let engine: Engine;

  beforeAll(async () => {
    bench = await openTestBench({ versions: [from, to] });
    const columns = typeCases.map(({ sql }, i) => `${quoteIdent(names[i]!)} ${sql}`);
    const key = '"Kéy" text PRIMARY KEY';
    await bench.operations.query(`${testTypes('forward')} CREATE SCHEMA "My Schema";
      CREATE TABLE ${relation} (${[key, ...columns].join(', ')});
      CREATE TABLE public.visits (day date, place int, guests bigint, PRIMARY KEY (day, place)) PARTITION BY RANGE (day);
      CREATE TABLE public.visits_old PARTITION OF public.visits FOR VALUES FROM (MINVALUE) TO ('2030-01-01');
      CREATE TABLE public.visits_new PARTITION OF public.visits FOR VALUES FROM ('2030-01-01') TO (MAXVALUE);
      INSERT INTO public.visits SELECT date '2029-06-01' + i, i % 3, i FROM generate_series(1, 400) AS i`);
    await bench.copy.query(`${testTypes('backward')} CREATE SCHEMA "My Schema";
      CREATE TABLE ${relation} (${['extra text', ...columns.reverse(), key].join(', ')});
      CREATE TABLE public.visits (place int, day date, guests bigint, PRIMARY KEY (place, day)) PARTITION BY HASH (place);
      CREATE TABLE public.visits_0 PARTITION OF public.visits FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE public.visits_1 PARTITION OF public.visits FOR VALUES WITH (MODULUS 2, REMAINDER 1)`);
    for (const client of [bench.operations, bench.copy])
      await client.query(
        `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 3`,
      );
    await insert(rowsWithSeed(from, 40), 0);
    engine = await bench.engine(definitions);
    await engine.init({ datasets: [] });
  });

  afterAll(() => bench.close());

  const keyOf = (n: number): string => `${n % 2 === 0 ? 'é' : 'E'} ${String(n)}`;

  async function insert(rows: readonly Row[], first: number): Promise<void> {
    const values = casts.map((cast, i) => `$${String(i + 2)}::${cast}`).join(', ');
    const list = names.map(quoteIdent).join(', ');
    for (const [i, row] of rows.entries())
      await bench.operations.query(`INSERT INTO ${relation} ("Kéy", ${list}) VALUES ($1, ${values})`, [
        keyOf(first + i),
        ...row,
      ]);
  }

  async function images(client: pg.Client): Promise<string[]> {
    const list = ['Kéy', ...names].map((name) => `t.${quoteIdent(name)}`).join(', ');
    const every = await client.query<{ row: string }>(
      `SELECT ROW(${list})::text AS row FROM ${relation} AS t ORDER BY "Kéy" COLLATE "C"`,
    );
    const visits = await client.query<{ row: string }>(
      'SELECT ROW(day, place, guests)::text AS row FROM public.visits ORDER BY day, place',
    );
    return [...every.rows, ...visits.rows].map(({ row }) => row);
  }

  async function expectSame(): Promise<void> {
    expect(await images(bench.copy)).toEqual(await images(bench.operations));
  }

  it('bring every type into line by a full run, and find nothing to do in a second one', async () => {
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      error: null,
      datasets: [
        { mode: 'full', inserted: 40, failed: 0, verified: true },
        { mode: 'full', inserted: 400, verified: true },
      ],
    });
    await expectSame();
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({
      ok: true,
      datasets: [{ planned: 0 }, { planned: 0 }],
    });
  });

  it('take changes of every type over, and moved partitions and keys', async () => {
    await insert(rowsWithSeed(100 + from, 10), 100);
    const sets = names.map((name) => `${quoteIdent(name)} = o.${quoteIdent(name)}`).join(', ');
    await bench.operations.query(`
      UPDATE ${relation} AS t SET ${sets} FROM ${relation} AS o WHERE (t."Kéy", o."Kéy") IN (('é 0', 'é 100'), ('E 1', 'E 101'));
      UPDATE ${relation} SET "Kéy" = 'moved' WHERE "Kéy" = 'é 2';
      DELETE FROM ${relation} WHERE "Kéy" IN ('E 3', 'é 4');
      UPDATE public.visits SET day = day + 365 WHERE place = 1 AND day < '2029-07-01';
      DELETE FROM public.visits WHERE guests > 390`);
    const document = await engine.run({ datasets: [], mode: 'auto' });
    expect(document).toMatchObject({
      ok: true,
      error: null,
      datasets: [
        { mode: 'incremental', inserted: 11, updated: 2, deleted: 3, failed: 0, verified: true },
        { mode: 'incremental', failed: 0, verified: true },
      ],
    });
    await expectSame();
    expect(await jobsOf(bench, 'every-type')).not.toHaveProperty('pending');
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      datasets: [{ planned: 0 }, { planned: 0 }],
    });
  });

  it('see what somebody else changed in the copy, by verify, and heal it by a full run', async () => {
    // One of a type that hashes by its text, one whose values are made from labels: both to another value of the same type.
    const [list, label] = ['numeric[]', 'colour'].map((sql) => quoteIdent(names[casts.indexOf(sql)]!));
    const first = (column: string, order: string) =>
      `"Kéy" = (SELECT "Kéy" FROM ${relation} WHERE ${column} IS NOT NULL ORDER BY "Kéy" ${order} LIMIT 1)`;
    await bench.copy.query(`
      UPDATE ${relation} SET ${list!} = ${list!} || 1.50 WHERE ${first(list!, 'ASC')};
      UPDATE ${relation} SET ${label!} = CASE ${label!}::text WHEN 'red' THEN 'green' ELSE 'red' END::colour WHERE ${first(label!, 'DESC')};
      DELETE FROM public.visits WHERE guests = 200`);
    expect(await engine.verify({ datasets: [] })).toMatchObject({
      ok: false,
      datasets: [
        { name: 'every-type', differences: 2 },
        { name: 'visits', differences: 1 },
      ],
    });
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({
      ok: true,
      datasets: [{ updated: 2 }, { inserted: 1 }],
    });
    await expectSame();
    await engine.uninstall({ discard: false });
  });
});
