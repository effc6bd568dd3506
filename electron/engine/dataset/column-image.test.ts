import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { testTypes, typeCases } from '../../sandbox/values/type-cases';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import { copiesBinary, rowHash, sourceSelect, targetSelect, typedColumns } from './projection';
import { resolveDatasets } from './resolve';
import type { ResolvedDataset } from './resolved';

/** Source type, target type: values that fit, that are changed by the assignment, and that it refuses. */
const pairs: readonly (readonly [string, string])[] = [
  ['bigint', 'integer'],
  ['bigint', 'smallint'],
  ['integer', 'bigint'],
  ['bigint', 'numeric'],
  ['bigint', 'numeric(5,2)'],
  ['bigint', 'real'],
  ['numeric', 'integer'],
  ['numeric', 'bigint'],
  ['numeric', 'numeric(10,2)'],
  ['numeric', 'numeric(5,0)'],
  ['numeric(10,2)', 'numeric'],
  ['numeric(10,2)', 'numeric(12,4)'],
  ['numeric(10,2)', 'numeric(5,1)'],
  ['numeric', 'double precision'],
  ['numeric', 'real'],
  ['double precision', 'real'],
  ['double precision', 'integer'],
  ['double precision', 'bigint'],
  ['double precision', 'numeric(10,2)'],
  ['real', 'double precision'],
  ['text', 'varchar(3)'],
  ['varchar(12)', 'varchar(3)'],
  ['varchar(12)', 'text'],
  ['text', 'char(3)'],
  ['char(5)', 'text'],
  ['char(5)', 'char(3)'],
  ['char(5)', 'char(8)'],
  ['char(5)', 'varchar(3)'],
  ['text', 'bpchar'],
  ['bpchar', 'char(3)'],
  ['name', 'text'],
  ['text', 'name'],
  ['integer', 'text'],
  ['boolean', 'text'],
  ['inet', 'text'],
  ['jsonb', 'text'],
  ['timestamptz', 'varchar(5)'],
  ['json', 'jsonb'],
  ['jsonb', 'json'],
  ['timestamptz', 'timestamp'],
  ['timestamp', 'timestamptz'],
  ['timestamptz', 'date'],
  ['timestamp(3)', 'timestamp(0)'],
  ['timestamp(3)', 'timestamp'],
  ['date', 'timestamp'],
  ['date', 'timestamptz'],
  ['time', 'time(0)'],
  ['time', 'interval'],
  ['interval', 'interval(0)'],
  ['bit(5)', 'bit(3)'],
  ['bit varying', 'bit(3)'],
  ['bit varying', 'bit varying(3)'],
  ['cidr', 'inet'],
  ['inet', 'cidr'],
  ['macaddr', 'macaddr8'],
  ['integer[]', 'bigint[]'],
  ['text[]', 'varchar(3)[]'],
  ['numeric[]', 'numeric(5,2)[]'],
  ['colour', 'colour'],
  ['colour', 'text'],
  ['text', 'colour'],
  ['colour[]', 'colour[]'],
  ['price', 'numeric(5,1)'],
  ['numeric', 'price'],
  ['text', 'short_text'],
  ['short_text', 'varchar(3)'],
  ['pair', 'pair'],
];

const runs = { numRuns: Number(process.env['TYPE_TEST_RUNS'] ?? 4) };
const column = '"The Value"';

/**
 * Half of the smallest real: the cast from double rounds it down to nothing, the input of its text up. Blanks beyond the length of an
 * array's element: the assignment cuts them off, as that of a single value does; they are seen as a difference.
 */
function isKnownLimit(value: string, to: string): boolean {
  if (to === 'real') return Number(value) !== 0 && Math.abs(Number(value)) < 1.5e-45;
  return to === 'varchar(3)[]' && value.includes(' "');
}

describe('the image of a column', () => {
  const databases: TestDatabase[] = [];
  let environment: Environment;
  let source: Client;
  let target: Client;
  let resolved: ReadonlyMap<string, ResolvedDataset>;

  beforeAll(async () => {
    databases.push(await createTestDatabase(18), await createTestDatabase(14));
    environment = await testEnvironment({ source: databases[0]!.url, system: databases[1]!.url });
    source = await environment.postgres('source').connect('test');
    target = await environment.system.connect('test');
    await source.query(testTypes('forward'));
    await target.query(testTypes('backward').replace("'green', ", ''));
    const definitions = [];
    for (const [index, [from, to]] of pairs.entries()) {
      const table = `public.t${String(index)}`;
      const original = from.startsWith('colour') ? 'text' : from;
      await source.query(`CREATE TABLE ${table} (id int PRIMARY KEY, ${column} ${from})`);
      await target.query(`CREATE TABLE ${table} (id int PRIMARY KEY, ${column} ${to})`);
      // What an assignment on one server makes of a value is what the copy has to make of it. Labels of another server come as text.
      await target.query(`CREATE TABLE ${table}_original (id int PRIMARY KEY, v ${original})`);
      definitions.push(
        datasetSchema.parse({
          name: `t${String(index)}`,
          source: { database: 'source', table },
          target: { database: 'system', table },
        }),
      );
    }
    const { resolved: found, problems } = await resolveDatasets(environment, definitions);
    expect(problems.map(({ error }) => error.message)).toEqual([]);
    resolved = new Map(found.map((dataset) => [dataset.name, dataset]));
  });

  afterAll(async () => {
    await environment.close();
    await Promise.all(databases.map((database) => database.drop()));
  });

  /** Assigns each value on the target's own server; null where it refuses. */
  async function assigned(index: number, values: readonly string[]): Promise<(string | null)[]> {
    const [from, to] = pairs[index]!;
    const explicit =
      from === 'text' && to === 'colour'
        ? `v::text::public.colour`
        : from.startsWith('colour') && to.startsWith('colour')
          ? `v::public.${to}`
          : 'v';
    const table = `public.t${String(index)}`;
    const hashes: (string | null)[] = [];
    await target.query(`DELETE FROM ${table}; DELETE FROM ${table}_original`);
    for (const [id, value] of values.entries()) {
      try {
        await target.query(`INSERT INTO ${table}_original VALUES ($1, $2)`, [id, value]);
        await target.query(`INSERT INTO ${table} SELECT id, ${explicit} FROM ${table}_original WHERE id = $1`, [id]);
        const { rows } = await target.query<{ hash: string }>(
          targetSelect(resolved.get(`t${String(index)}`)!, {
            columns: `${rowHash(resolved.get(`t${String(index)}`)!, 'target')} AS hash`,
            predicate: `id = ${String(id)}`,
          }),
        );
        hashes.push(rows[0]!.hash);
      } catch {
        hashes.push(null);
      }
    }
    await target.query(`DELETE FROM ${table}`);
    return hashes;
  }

  /** Copies one row as a run does; its hash in the target, or null where the target refuses it. */
  async function copied(dataset: ResolvedDataset, id: number, format: 'text' | 'binary'): Promise<string | null> {
    const rows = sourceSelect(dataset, { columns: typedColumns(dataset), predicate: `s.id = ${String(id)}` });
    const table = `public.${dataset.name}`;
    const names = dataset.columns.map(({ name }) => `"${name}"`).join(', ');
    const chunks = await source.query(copyTo(`COPY (${rows}) TO STDOUT (FORMAT ${format})`)).toArray();
    try {
      await pipeline(
        Readable.from(chunks),
        target.query(copyFrom(`COPY ${table} (${names}) FROM STDIN (FORMAT ${format})`)),
      );
    } catch {
      return null;
    }
    const { rows: found } = await target.query<{ hash: string }>(
      targetSelect(dataset, { columns: `${rowHash(dataset, 'target')} AS hash`, predicate: `t.id = ${String(id)}` }),
    );
    return found[0]!.hash;
  }

  it.each(pairs.map(([from, to], index) => [from, to, index] as const))(
    'of %s for a column of %s is what an assignment makes of it, and never fails in the source',
    async (from, to, index) => {
      const values = typeCases.find(({ sql }) => sql === from)!.values.filter((value) => !isKnownLimit(value, to));
      const dataset = resolved.get(`t${String(index)}`)!;
      const table = `public.t${String(index)}`;
      await fc.assert(
        fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 12 }), async (list) => {
          await source.query(`DELETE FROM ${table}`);
          await source.query(
            `INSERT INTO ${table} SELECT n - 1, v::${from.startsWith('colour') || from === 'pair' || from === 'price' ? `public.${from}` : from === 'short_text' ? 'public.short_text' : from} FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n)`,
            [list],
          );
          const expected = await assigned(index, list);
          const { rows } = await source.query<{ hash: string }>(
            `${sourceSelect(dataset, { columns: `${rowHash(dataset, 'source')} AS hash` })} ORDER BY s.id`,
          );
          for (const [id, hash] of expected.entries()) {
            const what = `${from} → ${to}: ${JSON.stringify(list[id])}`;
            if (hash !== null) expect(rows[id]!.hash, what).toBe(hash);
            for (const format of copiesBinary(dataset) ? (['text', 'binary'] as const) : (['text'] as const)) {
              await target.query(`DELETE FROM ${table}`);
              expect(await copied(dataset, id, format), `${what} as ${format}`).toBe(hash);
            }
          }
        }),
        runs,
      );
    },
  );
});
