import type { Redis } from 'ioredis';
import type { RedisDatabase } from '../connect/redis';
import { SyncError } from '../errors';

/**
 * Refuses a key that is to be a change stream and holds something else; a key that is not there yet is fine.
 * @throws SyncError DATASET_INVALID
 */
export async function requireStream(redis: Redis, database: RedisDatabase, stream: string): Promise<void> {
  const type = await redis.type(stream);
  if (type === 'stream' || type === 'none') return;
  throw new SyncError('DATASET_INVALID', `The key ${stream} of ${database.label} holds a ${type}, not a stream`, {
    hint: 'Remove that key, or name the stream that the application appends to in the dataset.',
    details: { server: database.label, stream },
  });
}
