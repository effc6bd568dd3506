import fc from 'fast-check';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { encodeTemplateValue } from '../dataset/template';
import { copyOf } from './test-bench';

/** Docks and the ships that lie there: a family of tables, whose keys change, and cards that are made of both. */
export function portTables(onDock: string): string {
  return `
    CREATE TABLE public.docks (code text PRIMARY KEY, name text NOT NULL);
    CREATE TABLE public.ships (id int PRIMARY KEY, dock text NOT NULL REFERENCES public.docks ${onDock}, berth text UNIQUE, load numeric)`;
}

const redisTarget = (hash: string, indexes: readonly unknown[]) => ({ database: 'cache', hash, indexes });

export const portDatasets: readonly Record<string, unknown>[] = [
  copyOf('ships', { batch: 3 }),
  copyOf('docks', { batch: 2 }),
  {
    name: 'ship-cards',
    source: {
      database: 'operations',
      table: 'public.ships',
      columns: {
        id: null,
        dock: null,
        berth: null,
        load: null,
        lies_at: { sql: '(select d.name from public.docks d where d.code = s.dock)' },
      },
      where: 's.berth is not null',
    },
    target: redisTarget('ship:{id}', [
      { set: 'ships-of:{dock}', member: 'id' },
      { string: 'ship-at:{berth}', value: 'id' },
    ]),
    depends_on: [{ table: 'public.docks', keys: 'select id from public.ships where dock = any($keys.code)' }],
    batch: 3,
  },
  {
    name: 'dock-cards',
    source: {
      database: 'operations',
      table: 'public.docks',
      columns: {
        code: null,
        name: null,
        ships: { sql: '(select count(*) from public.ships h where h.dock = s.code)' },
        load: { sql: '(select sum(h.load) from public.ships h where h.dock = s.code)' },
      },
    },
    target: redisTarget('dock:{code}', [{ zset: 'docks-by-ships', score: 'ships', member: 'code' }]),
    depends_on: [{ table: 'public.ships', keys: 'select unnest($keys.dock)' }],
    batch: 2,
  },
];

const dock = fc.constantFrom('a', 'b', 'c:1', 'é{%}', '', "d'");
const ship = fc.integer({ min: 1, max: 14 });
const berth = fc.constantFrom("'north'", "'south'", "'quay 1'", "'*'", "'e:f'", 'NULL');
const load = fc.constantFrom('1', '1.0', '-0.5', 'NULL');

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** One change that an application may make; it may fail on a constraint, and then its transaction never was. */
export const change: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(ship, dock, berth, load).map(([id, at, place, n]) => putShip(id, at, place, n)) },
  { weight: 6, arbitrary: dock.map((code) => putDock(code)) },
  { weight: 6, arbitrary: ship.map((id) => `DELETE FROM public.ships WHERE id = ${String(id)}`) },
  { weight: 3, arbitrary: dock.map((code) => `DELETE FROM public.docks WHERE code = ${quoted(code)}`) },
  { weight: 3, arbitrary: fc.tuple(dock, dock).map(([from, to]) => renameDock(from, to)) },
  {
    weight: 6,
    arbitrary: fc.tuple(ship, ship).map(([from, to]) => `UPDATE public.ships SET id = ${to} WHERE id = ${from}`),
  },
  { weight: 6, arbitrary: fc.tuple(ship, ship).map(([one, other]) => swapBerths(one, other)) },
  { weight: 3, arbitrary: fc.tuple(dock, dock).map(([from, to]) => moveShips(from, to)) },
  { weight: 3, arbitrary: fc.constant('UPDATE public.ships SET load = load + 1') },
  // Seldom: only a full run takes it over, and that would hide what incremental ones miss.
  { weight: 1, arbitrary: fc.constantFrom('TRUNCATE public.ships', 'TRUNCATE public.docks CASCADE') },
);

/** A dock and a ship that no other change touches. */
export function lateShip(n: number): string {
  const id = String(1000 + n);
  return `INSERT INTO public.docks VALUES ('late ${id}', 'late'); INSERT INTO public.ships VALUES (${id}, 'late ${id}', 'late ${id}', 1)`;
}

function putDock(code: string): string {
  return `INSERT INTO public.docks VALUES (${quoted(code)}, 'new') ON CONFLICT (code) DO UPDATE SET name = docks.name || '+'`;
}

function putShip(id: number, at: string, place: string, n: string): string {
  return `${putDock(at)};
    INSERT INTO public.ships VALUES (${String(id)}, ${quoted(at)}, ${place}, ${n})
    ON CONFLICT (id) DO UPDATE SET dock = excluded.dock, berth = excluded.berth, load = excluded.load`;
}

function renameDock(from: string, to: string): string {
  return `UPDATE public.docks SET code = ${quoted(to)} WHERE code = ${quoted(from)}`;
}

function moveShips(from: string, to: string): string {
  return `UPDATE public.ships SET dock = ${quoted(to)} WHERE dock = ${quoted(from)}`;
}

function swapBerths(one: number, other: number): string {
  const [a, b] = [String(one), String(other)];
  return `CREATE TEMPORARY TABLE held ON COMMIT DROP AS SELECT id, berth FROM public.ships WHERE id IN (${a}, ${b});
    UPDATE public.ships SET berth = NULL WHERE id IN (${a}, ${b});
    UPDATE public.ships AS s SET berth = h.berth FROM held AS h WHERE h.id = CASE s.id WHEN ${a} THEN ${b} WHEN ${b} THEN ${a} END;
    DROP TABLE held`;
}

interface Ship {
  readonly id: string;
  readonly dock: string;
  readonly berth: string;
  readonly load: string | null;
  readonly lies_at: string;
}

interface Dock {
  readonly code: string;
  readonly name: string;
  readonly ships: string;
  readonly load: string | null;
}

/** What the cache has to hold, worked out from the tables by nothing of the engine but the encoding of keys. */
export async function cardsOf(operations: pg.Client): Promise<Record<string, unknown>> {
  const ships = await operations.query<Ship>(
    `SELECT s.id::text, s.dock, s.berth, s.load::text, d.name AS lies_at FROM public.ships s JOIN public.docks d ON d.code = s.dock
     WHERE s.berth IS NOT NULL`,
  );
  const docks = await operations.query<Dock>(
    `SELECT d.code, d.name, count(s.id)::text AS ships, sum(s.load)::text AS load FROM public.docks d
     LEFT JOIN public.ships s ON s.dock = d.code GROUP BY d.code`,
  );
  const cards: Record<string, unknown> = {};
  const members: Record<string, string[]> = {};
  for (const card of ships.rows) {
    cards[`ship:${card.id}`] = withoutNulls(card);
    cards[`ship-at:${encodeTemplateValue(card.berth)}`] = card.id;
    (members[`ships-of:${encodeTemplateValue(card.dock)}`] ??= []).push(card.id);
  }
  for (const card of docks.rows) {
    cards[`dock:${encodeTemplateValue(card.code)}`] = withoutNulls(card);
    (members['docks-by-ships'] ??= []).push(`${card.code} ${card.ships}`);
  }
  for (const [key, list] of Object.entries(members)) cards[key] = list.sort();
  return cards;
}

function withoutNulls(card: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(card).filter(([, value]) => value !== null));
}

/** What the cache holds, but for what the sync keeps for itself. */
export async function cacheContents(cache: Redis): Promise<Record<string, unknown>> {
  const contents: Record<string, unknown> = {};
  for (const key of await cache.keys('*')) {
    if (key.startsWith('astro_sync:')) continue;
    const type = await cache.type(key);
    if (type === 'hash') contents[key] = { ...(await cache.hgetall(key)) };
    else if (type === 'set') contents[key] = (await cache.smembers(key)).sort();
    else if (type === 'zset') contents[key] = pairs(await cache.zrange(key, 0, '-1', 'WITHSCORES')).sort();
    else contents[key] = await cache.get(key);
  }
  return contents;
}

function pairs(flat: readonly string[]): string[] {
  return flat.flatMap((member, i) => (i % 2 === 0 ? [`${member} ${flat[i + 1] ?? ''}`] : []));
}
