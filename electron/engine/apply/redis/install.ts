import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { RedisDatabase } from '../../connect/redis';
import { SyncError } from '../../errors';
import { changeStream, controlPrefix, identityKey } from './control-keys';
import { redisError } from './redis-errors';
import { checkRedisTarget } from './target-check';

/** The uuid that a Redis was given at installation; null before, and again after FLUSHALL or an empty restart. */
export async function redisIdentity(redis: Redis): Promise<string | null> {
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
    await redis.set(identityKey, randomUUID(), 'NX');
    const identity = await redisIdentity(redis);
    if (identity !== null) return identity;
  } catch (cause) {
    throw redisError(database.label, cause);
  }
  throw new SyncError('INTERNAL', `${database.label} does not keep the identity it was given`);
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
