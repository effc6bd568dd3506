import type { Redis } from 'ioredis';
import type { RedisDatabase } from './redis';
import { SyncError } from '../errors';
import { redisError } from './redis-errors';

/** Facts of a Redis server that decide whether it can be a target. */
export interface RedisFacts {
  readonly version: string;
  readonly runId: string;
  readonly cluster: boolean;
  readonly evicting: string | null;
  readonly replica: boolean;
}

/** Reads INFO. @throws SyncError as redisError gives it */
export async function redisFacts(redis: Redis, database: RedisDatabase): Promise<RedisFacts> {
  const text = await redis.info().catch((cause: unknown) => {
    throw redisError(database.label, cause);
  });
  const value = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'mu').exec(text)?.[1] ?? '';
  const policy = value('maxmemory_policy');
  return {
    version: value('redis_version'),
    runId: value('run_id'),
    cluster: value('cluster_enabled') === '1',
    evicting: policy === '' || policy === 'noeviction' ? null : policy,
    replica: value('role') === 'slave',
  };
}

/**
 * Refuses a server that cannot hold what the sync writes.
 * @throws SyncError REDIS_CLUSTER; REDIS_EVICTING unless the environment allows it; REDIS_READONLY for a replica
 */
export async function checkRedisTarget(redis: Redis, database: RedisDatabase): Promise<RedisFacts> {
  const facts = await redisFacts(redis, database);
  const details = { database: database.label };
  if (facts.cluster) {
    throw new SyncError('REDIS_CLUSTER', `${database.label} is a Redis Cluster, which is not supported`, {
      hint: 'Use a single primary, with replicas or Sentinel if need be.',
      details,
    });
  }
  if (facts.evicting !== null && !database.config.allowEviction) {
    throw new SyncError(
      'REDIS_EVICTING',
      `${database.label} may evict what the sync writes (maxmemory-policy ${facts.evicting})`,
      { hint: 'Set maxmemory-policy to noeviction, or allow_eviction: true in the environment.', details },
    );
  }
  if (facts.replica) {
    throw new SyncError('REDIS_READONLY', `${database.label} is a read-only replica`, {
      hint: 'Point the environment at the primary.',
      details,
    });
  }
  return facts;
}
