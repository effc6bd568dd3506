import type { Redis } from 'ioredis';
import pg from 'pg';

/** What a credential of an account looks like, or what its column is called. */
const credential = /password_hash|\$argon2/;

/** Where something like a credential stands that never should leave the table of accounts, and how much was looked at. */
export interface Leaks {
  readonly places: readonly string[];
  /** Rows of the sync's own tables. */
  readonly rows: number;
  /** Keys of the cache. */
  readonly keys: number;
}

/** Looks through every row of the sync's own tables and every value of the cache. */
export async function findLeaks(databases: {
  readonly operations: pg.Client;
  readonly system: pg.Client;
  readonly cache: Redis;
}): Promise<Leaks> {
  const inOperations = await leaksInTables('operations', databases.operations);
  const inSystem = await leaksInTables('system', databases.system);
  const inCache = await leaksInCache(databases.cache);
  return {
    places: [...inOperations.places, ...inSystem.places, ...inCache.places],
    rows: inOperations.rows + inSystem.rows,
    keys: inCache.keys,
  };
}

async function leaksInTables(name: string, client: pg.Client): Promise<{ places: string[]; rows: number }> {
  const { rows: tables } = await client.query<{ table: string }>(
    `select relname as table from pg_class where relnamespace = 'astro_sync'::regnamespace and relkind in ('r', 'p')`,
  );
  const places: string[] = [];
  let rows = 0;
  for (const { table } of tables) {
    const found = await client.query<{ all: string; leaks: string }>(
      `select count(*) as all, count(*) filter (where t::text ~ $1) as leaks
       from astro_sync.${pg.escapeIdentifier(table)} t`,
      [credential.source],
    );
    rows += Number(found.rows[0]?.all ?? 0);
    if (found.rows[0]?.leaks !== '0') places.push(`${name} astro_sync.${table}`);
  }
  return { places, rows };
}

async function leaksInCache(cache: Redis): Promise<{ places: string[]; keys: number }> {
  const places: string[] = [];
  const seen = new Set<string>();
  for await (const page of cache.scanStream({ count: 2_000 })) {
    const keys = (page as string[]).filter((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    const kinds = await Promise.all(keys.map((key) => cache.type(key)));
    const values = await Promise.all(keys.map((key, index) => valueOf(cache, key, kinds[index] ?? 'none')));
    keys.forEach((key, index) => {
      if (credential.test(`${key} ${JSON.stringify(values[index])}`)) places.push(`cache ${key}`);
    });
  }
  return { places, keys: seen.size };
}

function valueOf(cache: Redis, key: string, kind: string): Promise<unknown> {
  switch (kind) {
    case 'hash':
      return cache.hgetall(key);
    case 'set':
      return cache.smembers(key);
    case 'zset':
      return cache.zrange(key, '0', '-1');
    case 'stream':
      return cache.xrange(key, '-', '+');
    case 'list':
      return cache.lrange(key, 0, -1);
    case 'string':
      return cache.get(key);
    default:
      return Promise.resolve(null);
  }
}
