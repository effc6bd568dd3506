import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import type { EntityKey } from '../run/driver';
import { keyAfter, keyOrder, keyRange, keysIn, orderBy } from './key-predicates';
import { keyTexts, sourceSelect, targetSelect } from './projection';
import { resolveDatasets } from './resolve';
import type { ResolvedDataset } from './resolved';

/** Key columns in source and target, keys that are there, and keys that are not: some no value of the type on the other side. */
const cases: Readonly<
  Record<
    string,
    {
      source: string[];
      target: string[];
      keys: string[][];
      absent: string[][];
      order: 'native' | null;
      indexed: boolean;
    }
  >
> = {
  bigint_to_int: {
    source: ['bigint'],
    target: ['integer'],
    keys: [['1'], ['-5'], ['2147483647']],
    absent: [['2'], ['9223372036854775807']],
    order: 'native',
    indexed: true,
  },
  int_to_bigint: {
    source: ['integer'],
    target: ['bigint'],
    keys: [['1'], ['2']],
    absent: [['4294967297'], ['9223372036854775807']],
    order: 'native',
    indexed: true,
  },
  uuid: {
    source: ['uuid'],
    target: ['uuid'],
    keys: [['6ba7b810-9dad-11d1-80b4-00c04fd430c8']],
    absent: [['6ba7b810-9dad-11d1-80b4-00c04fd430c9']],
    order: 'native',
    indexed: true,
  },
  text: {
    source: ['text'],
    target: ['varchar'],
    keys: [['a'], ['A'], [''], ["o'hara"], ['a"b\\c'], ['{x,y}'], ['NULL'], ['é🚀']],
    absent: [['b'], ['\\x']],
    order: null,
    indexed: true,
  },
  text_c: {
    source: ['text COLLATE "C"'],
    target: ['text COLLATE "C"'],
    keys: [['a'], ['A'], [''], ['Z\\']],
    absent: [['b']],
    order: 'native',
    indexed: true,
  },
  folding: {
    source: ['text COLLATE public.folding'],
    target: ['text COLLATE public.folding'],
    keys: [['a'], ['b']],
    absent: [['A'], ['B']],
    order: null,
    indexed: false,
  },
  char: {
    source: ['char(4)'],
    target: ['char(4)'],
    keys: [['ab'], ['abcd']],
    absent: [['a']],
    order: null,
    indexed: true,
  },
  numeric: {
    source: ['numeric'],
    target: ['numeric(10,2)'],
    keys: [['1.50'], ['-2.00']],
    absent: [['3.00']],
    order: 'native',
    indexed: true,
  },
  timestamptz: {
    source: ['timestamptz'],
    target: ['timestamptz'],
    keys: [['2020-01-01 00:00:00.123456+00'], ['infinity'], ['0044-03-15 00:00:00+00 BC']],
    absent: [['2020-01-01 00:00:00+00']],
    order: 'native',
    indexed: true,
  },
  bytea: {
    source: ['bytea'],
    target: ['bytea'],
    keys: [['\\x'], ['\\x00ff22']],
    absent: [['\\x00']],
    order: 'native',
    indexed: true,
  },
  int_to_text: {
    source: ['integer'],
    target: ['text'],
    keys: [['1'], ['-2']],
    absent: [['abc'], ['01']],
    order: null,
    indexed: false,
  },
  enum: {
    source: ['public.colour'],
    target: ['public.colour'],
    keys: [['red'], ["it's"]],
    absent: [['only here'], ['only there'], ['nowhere']],
    order: null,
    indexed: false,
  },
  domain: {
    source: ['public.code'],
    target: ['text'],
    keys: [['x'], ['y']],
    absent: [['z']],
    order: null,
    indexed: true,
  },
  composite: {
    source: ['integer', 'text', 'date'],
    target: ['bigint', 'text', 'date'],
    keys: [
      ['1', 'a', '2020-01-01'],
      ['1', 'b', '2020-01-01'],
      ['2', 'a', '2020-01-02'],
    ],
    absent: [
      ['1', 'a', '2020-01-02'],
      ['2', 'b', '2020-01-01'],
    ],
    order: null,
    indexed: true,
  },
  composite_ordered: {
    source: ['integer', 'date'],
    target: ['bigint', 'date'],
    keys: [
      ['1', '2020-01-01'],
      ['1', '2020-01-02'],
      ['2', '2019-01-01'],
    ],
    absent: [['2', '2020-01-01']],
    order: 'native',
    indexed: true,
  },
};

describe('predicates on keys', () => {
  const databases: TestDatabase[] = [];
  let environment: Environment;
  let source: Client;
  let target: Client;
  const datasets = new Map<string, ResolvedDataset>();

  beforeAll(async () => {
    databases.push(await createTestDatabase(14), await createTestDatabase(18));
    environment = await testEnvironment({ source: databases[0]!.url, system: databases[1]!.url });
    source = await environment.postgres('source').connect('test');
    target = await environment.system.connect('test');
    for (const [client, own] of [
      [source, 'only here'],
      [target, 'only there'],
    ] as const) {
      await client.query(`
        CREATE TYPE public.colour AS ENUM ('${own}', 'red', 'it''s'); CREATE DOMAIN public.code AS text CHECK (value <> '');
        CREATE COLLATION public.folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);`);
    }
    for (const [name, { source: from, target: to, keys }] of Object.entries(cases)) {
      for (const [client, types] of [
        [source, from],
        [target, to],
      ] as const) {
        const columns = types.map((_, index) => `"K ${String(index)}"`);
        await client.query(
          `CREATE TABLE public."${name}" (${types.map((type, index) => `${columns[index]!} ${type}`).join(', ')}, v text, PRIMARY KEY (${columns.join(', ')}))`,
        );
        for (const key of keys)
          await client.query(
            `INSERT INTO public."${name}" VALUES (${key.map((_, index) => `$${String(index + 1)}`).join(', ')})`,
            key,
          );
      }
    }
    const definitions = Object.keys(cases).map((name) =>
      datasetSchema.parse({
        name,
        source: { database: 'source', table: `"${name}"` },
        target: { database: 'system', table: `"${name}"` },
      }),
    );
    const { resolved, problems } = await resolveDatasets(environment, definitions);
    expect(problems.map(({ error }) => error.message)).toEqual([]);
    for (const dataset of resolved) datasets.set(dataset.name, dataset);
  });

  afterAll(async () => {
    await environment.close();
    await Promise.all(databases.map((database) => database.drop()));
  });

  async function found(
    dataset: ResolvedDataset,
    side: 'source' | 'target',
    predicate: string,
    order?: string,
  ): Promise<string[][]> {
    const columns = `ARRAY[${keyTexts(dataset, side).join(', ')}] AS key`;
    const sql =
      side === 'source' ? sourceSelect(dataset, { columns, predicate }) : targetSelect(dataset, { columns, predicate });
    const client = side === 'source' ? source : target;
    const { rows } = await client.query<{ key: string[] }>(`${sql} ORDER BY ${order ?? '1'}`);
    return rows.map(({ key }) => key);
  }
  const sorted = (keys: readonly EntityKey[]): EntityKey[] =>
    [...keys].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

  it.each(Object.keys(cases))('find the %s keys that are there, on both sides, and no others', async (name) => {
    const dataset = datasets.get(name)!;
    const { keys, absent } = cases[name]!;
    for (const side of ['source', 'target'] as const) {
      expect(sorted(await found(dataset, side, keysIn(dataset, side, [...absent, ...keys]))), side).toEqual(
        sorted(keys),
      );
      expect(await found(dataset, side, keysIn(dataset, side, absent)), side).toEqual([]);
      expect(await found(dataset, side, keysIn(dataset, side, [])), side).toEqual([]);
    }
  });

  it.each(Object.keys(cases))('serve %s keys by an index wherever types allow', async (name) => {
    const dataset = datasets.get(name)!;
    const { keys, indexed } = cases[name]!;
    for (const side of ['source', 'target'] as const) {
      const client = side === 'source' ? source : target;
      const rest = { columns: '1', predicate: keysIn(dataset, side, keys) };
      await client.query('SET enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN ${side === 'source' ? sourceSelect(dataset, rest) : targetSelect(dataset, rest)}`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      await client.query('RESET enable_seqscan');
      expect(plan.includes('Index Cond'), `${side}:\n${plan}`).toBe(indexed);
    }
  });

  it.each(Object.keys(cases))('say of %s keys whether ranges go by their order', async (name) => {
    const dataset = datasets.get(name)!;
    const { keys, order } = cases[name]!;
    expect(keyOrder(dataset)).toBe(order);
    if (order === null) return;
    const all = await found(dataset, 'source', 'true', orderBy(dataset, 'source'));
    expect(await found(dataset, 'target', 'true', orderBy(dataset, 'target'))).toEqual(all);
    for (const side of ['source', 'target'] as const) {
      const middle = all[Math.floor(keys.length / 2)]!;
      const below = await found(dataset, side, keyRange(dataset, side, null, middle), orderBy(dataset, side));
      const above = await found(dataset, side, keyRange(dataset, side, middle, null), orderBy(dataset, side));
      expect([...below, ...above]).toEqual(all);
      expect([
        middle,
        ...(await found(dataset, side, keyAfter(dataset, side, middle), orderBy(dataset, side))),
      ]).toEqual(above);
      expect(await found(dataset, side, keyRange(dataset, side, null, null), orderBy(dataset, side))).toEqual(all);
    }
  });
});
