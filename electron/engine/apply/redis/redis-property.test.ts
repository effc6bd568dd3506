import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisServer } from '../../../sandbox/servers/redis';
import { createTestDatabase, createTestRedis } from '../../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../../sandbox/servers/test-databases';
import type { ResolvedDataset } from '../../dataset/resolved';
import { encodeTemplateValue } from '../../dataset/template';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

/** One row: place in the list is the id. */
interface Item {
  readonly zone: string | null;
  readonly tag: string | null;
  readonly size: string | null;
  readonly slug: string | null;
}

type Model = Record<string, unknown>;

let database: TestDatabase;
let server: RedisServer;
let bench: TestBench;
const datasets = new Map<string, ResolvedDataset>();

const indexes = [
  { zset: 'by-size', score: 'size', member: 'id' },
  { set: 'of:{zone}', member: 'id' },
  { set: 'tags:{zone}', member: 'tag' },
  { string: 'slug:{slug}', value: 'id' },
];
/** More on demand: PROPERTY_RUNS=200. */
const runs = Number(process.env['PROPERTY_RUNS'] ?? '8');
const kinds = ['hash', 'json', 'string'] as const;
const targetOf = {
  hash: { hash: 'item:{id}' },
  json: { json: 'item:{id}' },
  string: { string: 'item:{id}', value: 'tag' },
};

beforeAll(async () => {
  [database, server] = await Promise.all([createTestDatabase(), createTestRedis()]);
  bench = await openTestBench(database.url, server.url());
  await bench.writer.query('CREATE TABLE items (id bigint PRIMARY KEY, zone text, tag text, size numeric, slug text)');
  for (const kind of kinds) {
    const source = { database: 'operations', table: 'items' };
    const target = { database: 'cache', ...targetOf[kind], indexes, adopt: true };
    datasets.set(kind, await bench.dataset({ name: `items-${kind}`, source, target, batch: 3 }));
  }
});

beforeAll(async () => {
  const source = { database: 'operations', table: 'items' };
  const rank = { zset: 'rank:{zone}', score: 'size', member: 'tag' };
  const target = { database: 'cache', hash: 'item:{id}', indexes: [...indexes, rank] };
  datasets.set(
    'bare-hash',
    await bench.dataset({
      name: 'items-bare',
      source,
      target: { database: 'cache', hash: 'item:{id}', adopt: true },
      batch: 3,
    }),
  );
  datasets.set(
    'bare-json',
    await bench.dataset({
      name: 'items-bare',
      source,
      target: { database: 'cache', json: 'item:{id}', adopt: true },
      batch: 3,
    }),
  );
  datasets.set(
    'bare-string',
    await bench.dataset({
      name: 'items-bare',
      source,
      target: { database: 'cache', string: 'item:{id}', value: 'tag', adopt: true },
      batch: 3,
    }),
  );
  datasets.set('shared', await bench.dataset({ name: 'items-shared', source, target, batch: 3 }));
});

afterAll(async () => {
  await bench.close();
  await Promise.all([database.drop(), server.stop()]);
});

const word = fc.option(fc.constantFrom('a', 'b', 'é:{%}', '*?[\\]', ' ', '', '"\n\u0001', '🚀'), { nil: null });
const item: fc.Arbitrary<Item> = fc.record({
  zone: word,
  tag: word,
  size: fc.option(fc.constantFrom('1', '1.0', '-7.25', '100000000000000000000', '0'), { nil: null }),
  slug: fc.constant(null),
});
/** Ids 0 to 7; an absent one is undefined. Slugs are unique, so that every look-up has one right answer. */
const state = fc
  .tuple(
    fc.array(fc.option(item, { nil: undefined }), { minLength: 8, maxLength: 8 }),
    fc.shuffledSubarray(['x', 'y:1', 'z%', 'w', 'v', 'u', 't', 's', null, null], { minLength: 8, maxLength: 8 }),
  )
  .map(([items, slugs]) =>
    items.map((each, i) => (each === undefined ? undefined : { ...each, slug: slugs[i] ?? null })),
  );

async function setSource(items: readonly (Item | undefined)[]): Promise<void> {
  const rows = items.flatMap((row, id) => (row === undefined ? [] : [{ id, ...row }]));
  await bench.writer.query('TRUNCATE items');
  await bench.writer.query('INSERT INTO items SELECT * FROM json_populate_recordset(NULL::items, $1)', [
    JSON.stringify(rows),
  ]);
}

/** What Redis should hold, computed from the rows alone. */
function modelOf(kind: (typeof kinds)[number], items: readonly (Item | undefined)[]): Model {
  const model: Model = {};
  const put = (key: string, member: string, score?: number): void => {
    const entry = (model[key] ??= {}) as Record<string, number>;
    entry[member] = score ?? 0;
  };
  for (const [at, row] of items.entries()) {
    if (row === undefined || (kind === 'string' && row.tag === null)) continue;
    const id = String(at);
    const { zone, tag, size, slug } = row;
    const fields = Object.fromEntries(
      Object.entries({ id, zone, tag, size, slug }).filter(([, value]) => value !== null),
    );
    model[`item:${id}`] = kind === 'hash' ? fields : kind === 'json' ? JSON.stringify(fields) : tag;
    if (size !== null) put('by-size', id, Number(size));
    if (zone !== null) put(`of:${encodeTemplateValue(zone)}`, id);
    if (zone !== null && tag !== null) put(`tags:${encodeTemplateValue(zone)}`, tag);
    if (slug !== null) model[`slug:${encodeTemplateValue(slug)}`] = id;
  }
  return model;
}

/** What Redis holds, but for what the sync keeps for itself. */
async function actual(): Promise<Model> {
  const { reader } = bench;
  const model: Model = {};
  for (const key of await reader.keys('*')) {
    if (key.startsWith('astro_sync:')) continue;
    const type = await reader.type(key);
    if (type === 'hash') model[key] = { ...(await reader.hgetall(key)) };
    else if (type === 'string') model[key] = await reader.get(key);
    else if (type === 'set') model[key] = Object.fromEntries((await reader.smembers(key)).map((member) => [member, 0]));
    else if (type !== 'zset') model[key] = type;
    else {
      const flat = await reader.zrange(key, 0, '-1', 'WITHSCORES');
      model[key] = Object.fromEntries(
        flat.flatMap((member, i) => (i % 2 === 0 ? [[member, Number(flat[i + 1])]] : [])),
      );
    }
  }
  return model;
}

/** The ledger's numbers of entries, by kind of index, against those of the model. */
async function ledgerAgrees(model: Model): Promise<void> {
  const name = (await bench.reader.keys('astro_sync:totals:*'))[0];
  const totals = name === undefined ? {} : await bench.reader.hgetall(name);
  const sum = Object.values(totals).reduce((all, one) => all + Number(one), 0);
  const entries = Object.entries(model).filter(([key]) => !key.startsWith('item:'));
  expect(sum).toBe(
    entries.reduce((all, [, value]) => all + (typeof value === 'string' ? 1 : Object.keys(value as object).length), 0),
  );
}

/** The look-ups and shared members that rows want for themselves alone: what → the ids that want it. */
function contestants(items: readonly (Item | undefined)[]): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, string[]>();
  for (const [at, row] of items.entries()) {
    if (row === undefined) continue;
    const { zone, tag, size, slug } = row;
    const claims = [
      ...(slug === null ? [] : [`slug:${encodeTemplateValue(slug)}`]),
      ...(zone === null || tag === null || size === null ? [] : [`rank:${encodeTemplateValue(zone)}\0${tag}`]),
    ];
    for (const claim of claims) wanted.set(claim, [...(wanted.get(claim) ?? []), String(at)]);
  }
  return wanted;
}

const tampering = fc.constantFrom(
  'DEL item:1',
  'HSET item:2 zone other',
  'SET item:3 x',
  'LPUSH item:4 x',
  'DEL by-size',
  'ZADD by-size 5 0',
  'ZADD by-size 5 stray',
  'SADD of:a stray',
  'SREM of:a 0 1 2',
  'SET of:b x',
  'DEL slug:x',
  'SET slug:w 77',
  'DEL tags:a',
  'SADD tags:b stray',
  'EXPIRE item:5 1000',
);

/** Damage that the type of a key does not allow is no damage. */
async function tamper(command: string): Promise<void> {
  await bench.reader.call(...(command.split(' ') as [string])).catch(() => undefined);
}

const allKeys = Array.from({ length: 8 }, (_, id) => [String(id)]);

const anySlug = state.chain((items) =>
  fc
    .array(fc.constantFrom('x', 'y:1', 'z%', null), { minLength: 8, maxLength: 8 })
    .map((slugs) => items.map((row, at) => (row === undefined ? undefined : { ...row, slug: slugs[at] ?? null }))),
);

describe('whatever happens to the rows', () => {
  it('of rows that want the same look-up one has it and the others fail, each by name', async () => {
    const dataset = datasets.get('shared')!;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anySlug, fc.boolean()), { minLength: 1, maxLength: 4 }), async (steps) => {
        await bench.reader.flushall();
        for (const [items, full] of steps) {
          await setSource(items);
          bench.rowErrors.length = 0;
          const { verification } = full ? await bench.full(dataset) : await bench.keys(dataset, allKeys);
          expect(verification.differences).toBe(0);
          const failed = new Set(bench.rowErrors.map(({ key }) => key['id'] ?? ''));
          for (const [claim, ids] of contestants(items)) {
            const winners = ids.filter((id) => !failed.has(id));
            expect(winners.length).toBeLessThanOrEqual(1);
            const [key = '', member] = claim.split('\0');
            const [winner] = winners;
            if (winner === undefined) continue;
            if (member === undefined) expect(await bench.reader.get(key)).toBe(winner);
            else expect(Number(await bench.reader.zscore(key, member))).toBe(Number(items[Number(winner)]?.size));
          }
          for (const id of failed) {
            const own = [...contestants(items).values()].filter((ids) => ids.includes(id));
            expect(own.some((ids) => ids.length > 1)).toBe(true);
          }
        }
        bench.rowErrors.length = 0;
        expect(await bench.full(dataset)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
      }),
      { numRuns: runs },
    );
  }, 600_000);

  it.each(kinds)(
    'cards of kind %s without indexes equal what follows from the rows',
    async (kind) => {
      const dataset = datasets.get(`bare-${kind}`)!;
      const damage = fc.array(tampering, { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(state, damage), { minLength: 1, maxLength: 4 }), async (steps) => {
          await bench.reader.flushall();
          for (const [items, commands] of steps) {
            for (const command of commands) if (command.includes('item:')) await tamper(command);
            await setSource(items);
            expect((await bench.full(dataset)).verification.differences).toBe(0);
            const cards = Object.entries(modelOf(kind, items)).filter(([key]) => key.startsWith('item:'));
            expect(await actual()).toEqual(Object.fromEntries(cards));
          }
          expect(await bench.full(dataset)).toMatchObject({ inserted: 0, updated: 0, deleted: 0, failed: 0 });
        }),
        { numRuns: runs },
      );
    },
    600_000,
  );

  it.each(kinds)(
    'cards and indexes of kind %s equal what follows from the rows',
    async (kind) => {
      const dataset = datasets.get(kind)!;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(state, fc.boolean(), fc.array(tampering, { maxLength: 3 })), {
            minLength: 1,
            maxLength: 4,
          }),
          async (steps) => {
            await bench.reader.flushall();
            for (const [items, full, damage] of steps) {
              await setSource(items);
              if (full) for (const command of damage) await tamper(command);
              const { verification } = full ? await bench.full(dataset) : await bench.keys(dataset, allKeys);
              expect(verification.differences).toBe(0);
              const model = modelOf(kind, items);
              expect(await actual()).toEqual(model);
              await ledgerAgrees(model);
            }
            const again = await bench.full(dataset);
            expect(again).toMatchObject({ inserted: 0, updated: 0, deleted: 0, failed: 0 });
          },
        ),
        { numRuns: runs },
      );
    },
    600_000,
  );
});
