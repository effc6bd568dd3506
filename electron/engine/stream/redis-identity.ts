import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { RedisDatabase } from '../connect/redis';
import { changeStream, controlPrefix, identityKey } from './names';
import { redisError } from '../connect/redis-errors';
import { checkRedisTarget } from '../connect/redis-facts';

/**
 * The uuid that tells this Redis database from every other, whatever its address. It is made where it is missing: before
 * initialisation, and again after FLUSHALL or an empty restart, since what is empty is not the database that it was.
 */
export async function redisIdentity(redis: Redis): Promise<string> {
  for (;;) {
    const known = await redis.get(identityKey);
    if (known !== null) return known;
    await redis.setnx(identityKey, randomUUID());
  }
}

/** The same without making it: null where the sync was never installed, or the database was emptied since. */
export function knownRedisIdentity(redis: Redis): Promise<string | null> {
  return redis.get(identityKey);
}

/**
 * Checks the server and gives it an identity. Safe to repeat, and to run from two consoles at once.
 * @returns the identity, a uuid
 * @throws SyncError REDIS_CLUSTER, REDIS_EVICTING, REDIS_READONLY, or as redisError gives it
 */
export async function installRedis(redis: Redis, database: RedisDatabase): Promise<string> {
  await checkRedisTarget(redis, database);
  try {
    return await redisIdentity(redis);
  } catch (cause) {
    throw redisError(database.label, cause);
  }
}

/**
 * Removes what the sync keeps for itself in a Redis: the keys under astro_sync:, but never the entities. The change stream goes
 * only with discard.
 * @returns how many keys were removed
 * @throws SyncError as redisError gives it
 */
export async function uninstallRedis(
  redis: Redis,
  database: RedisDatabase,
  options: { readonly discard: boolean },
): Promise<number> {
  let removed = 0;
  let cursor = '0';
  try {
    do {
      const [next, found] = await redis.scan(cursor, 'MATCH', `${controlPrefix}*`, 'COUNT', 1_000);
      cursor = next;
      const keys = found.filter((key) => options.discard || key !== changeStream);
      if (keys.length > 0) removed += await redis.unlink(...keys);
    } while (cursor !== '0');
  } catch (cause) {
    throw redisError(database.label, cause);
  }
  return removed;
}

/** How many keys that would remove, and whether there is a change stream, which goes only with discard; writes nothing. */
export async function controlKeys(
  redis: Redis,
  database: RedisDatabase,
): Promise<{ readonly keys: number; readonly entries: number }> {
  const found = new Set<string>();
  let cursor = '0';
  try {
    do {
      const [next, some] = await redis.scan(cursor, 'MATCH', `${controlPrefix}*`, 'COUNT', 1_000);
      cursor = next;
      for (const key of some) if (key !== changeStream) found.add(key);
    } while (cursor !== '0');
    return { keys: found.size, entries: await redis.xlen(changeStream) };
  } catch (cause) {
    throw redisError(database.label, cause);
  }
}
