import type { Redis } from 'ioredis';
import pg from 'pg';

/** What the column of a credential is called, and how one begins. */
const credentials = ['password_hash', '$argon2'] as const;

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
      `select count(*) as all, count(*) filter (where exists (select from unnest($1::text[]) as c where strpos(t::text, c) > 0)) as leaks
       from astro_sync.${pg.escapeIdentifier(table)} t`,
      [credentials],
    );
    rows += Number(found.rows[0]?.all ?? 0);
    if (found.rows[0]?.leaks !== '0') places.push(`${name} astro_sync.${table}`);
  }
  return { places, rows };
}

/** Gives those of its keys whose name or value, of whatever type, holds one of the arguments. */
const script = `
local function text(value)
  if type(value) ~= 'table' then return value or '' end
  local parts = {}
  for i, inner in ipairs(value) do parts[i] = text(inner) end
  return table.concat(parts, ' ')
end
local function flat(...) return table.concat(redis.call(...), ' ') end
local read = {
  string = function(key) return redis.call('GET', key) end,
  hash = function(key) return flat('HGETALL', key) end,
  list = function(key) return flat('LRANGE', key, 0, -1) end,
  set = function(key) return flat('SMEMBERS', key) end,
  zset = function(key) return flat('ZRANGE', key, 0, -1) end,
  stream = function(key) return text(redis.call('XRANGE', key, '-', '+')) end,
}
local found = {}
for _, key in ipairs(KEYS) do
  local values = read[redis.call('TYPE', key).ok]
  local all = key .. ' ' .. (values and values(key) or '')
  for _, needle in ipairs(ARGV) do
    if string.find(all, needle, 1, true) then
      found[#found + 1] = key
      break
    end
  end
end
return found`;

async function leaksInCache(cache: Redis): Promise<{ places: string[]; keys: number }> {
  const places: string[] = [];
  const seen = new Set<string>();
  for await (const page of cache.scanStream({ count: 2_000 })) {
    const keys = (page as string[]).filter((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    const found = (await cache.eval(script, keys.length, ...keys, ...credentials)) as string[];
    places.push(...found.map((key) => `cache ${key}`));
  }
  return { places, keys: seen.size };
}
