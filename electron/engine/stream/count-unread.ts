import type { Redis } from 'ioredis';
import { lastDelivered } from './consumer-group';
import { entityOf } from './parse-entry';

/** So many entries are looked at: which entity one is about stands in itself alone. */
const atMost = 1_000;

/**
 * How many entries of a stream nobody has taken yet, by the entity that they are about (null: they do not say); of a long stream as many
 * as are found among its next thousand.
 */
export async function countUnread(redis: Redis, stream: string): Promise<ReadonlyMap<string | null, number>> {
  const last = await lastDelivered(redis, stream);
  const entries = await redis.xrange(stream, last === null ? '-' : `(${last}`, '+', 'COUNT', atMost);
  const counts = new Map<string | null, number>();
  for (const [id, fields] of entries) {
    const entity = entityOf({ id, fields });
    counts.set(entity, (counts.get(entity) ?? 0) + 1);
  }
  return counts;
}
