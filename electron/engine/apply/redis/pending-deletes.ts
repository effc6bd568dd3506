import type { EntityKey, Tally } from '../../run/driver';
import { pendingDeletesKey } from './control-keys';
import { removeLua } from './lua/remove';
import { redisError } from '../../connect/redis-errors';
import { redisScript } from './redis-script';
import { batchSize } from './stream-pass';
import { noTally } from './upsert-batch';
import type { RedisWork } from './work';
import { stopIfCancelled } from './work';

const removeScript = redisScript(removeLua);
const keptForSeconds = 24 * 60 * 60;

/** The entities that wait for the delete phase: a set in the target, so that memory stays flat however many there are. */
export interface PendingDeletes {
  add(redisKeys: readonly string[]): Promise<void>;
  count(): Promise<number>;
  /** In blocks; a key may come twice. */
  blocks(): AsyncGenerator<readonly string[]>;
  /** Removes all of them with their index entries; forgets them. */
  apply(onRemoved: (redisKeys: readonly string[]) => void): Promise<Tally>;
  /** Forgets them. */
  clear(): Promise<void>;
}

export function pendingDeletes(work: RedisWork): PendingDeletes {
  const { redis, dataset, context, database } = work;
  const set = pendingDeletesKey(dataset.name, context.write?.fence ?? '0');
  let any = false;
  const guarded = async <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((cause: unknown) => {
      throw redisError(database.label, cause);
    });
  const pending: PendingDeletes = {
    async add(redisKeys) {
      if (redisKeys.length === 0) return;
      any = true;
      await guarded(
        redis
          .pipeline()
          .sadd(set, ...redisKeys)
          .expire(set, keptForSeconds)
          .exec(),
      );
    },
    count: async () => (any ? guarded(redis.scard(set)) : 0),
    async *blocks() {
      if (!any) return;
      let cursor = '0';
      do {
        stopIfCancelled(work);
        const [next, block] = await guarded(redis.sscan(set, cursor, 'COUNT', batchSize(work)));
        cursor = next;
        if (block.length > 0) yield block;
      } while (cursor !== '0');
    },
    async apply(onRemoved) {
      const tally = noTally();
      for await (const block of pending.blocks()) {
        const [, letters] = (await work.run(removeScript, 'w', block)) as [number, Buffer];
        tally.deleted += letters.toString('latin1').replaceAll('-', '').length;
        onRemoved(block);
        context.progress.advance(block.length, { deleted: block.length });
      }
      await pending.clear();
      return tally;
    },
    async clear() {
      if (any) await guarded(redis.unlink(set));
      any = false;
    },
  };
  return pending;
}

/** The entity keys of Redis keys; those of an older template are shown by the Redis key itself. */
export function entityKeysOf(work: RedisWork, redisKeys: readonly string[]): EntityKey[] {
  return redisKeys.map((redisKey) => work.entityKey(redisKey) ?? [redisKey]);
}
