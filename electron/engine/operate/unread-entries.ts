import type { RedisDatabase } from '../connect/redis';
import type { ResolvedDataset } from '../dataset/resolved';
import { countUnread } from '../stream/count-unread';
import type { EngineContext } from './context';

type ByEntity = ReadonlyMap<string | null, number>;

/** Entries of streams that wait to be read, by dataset; where a stream cannot be asked, its datasets are left out. */
export async function unreadEntries(
  { environment }: EngineContext,
  datasets: readonly ResolvedDataset[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const found = new Map<string, Promise<ByEntity | null>>();
  for (const { name, source } of datasets) {
    if (source.engine !== 'redis') continue;
    const { database, stream, entity } = source;
    const place = `${database} ${stream}`;
    const unread = found.get(place) ?? readUnread(environment.redis(database), stream);
    found.set(place, unread);
    const byEntity = await unread;
    // What names no entity becomes a failed job of every dataset of the stream.
    if (byEntity !== null) counts.set(name, (byEntity.get(entity) ?? 0) + (byEntity.get(null) ?? 0));
  }
  return counts;
}

async function readUnread(database: RedisDatabase, stream: string): Promise<ByEntity | null> {
  try {
    const redis = await database.connect('status');
    try {
      return await countUnread(redis, stream);
    } finally {
      redis.disconnect();
    }
  } catch {
    return null;
  }
}
