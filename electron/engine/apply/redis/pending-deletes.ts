import type { EntityKey, Tally } from '../../run/driver';
import { pendingDeletesKey } from './control-keys';
import { removeLua } from './lua/remove';
import { markEntities, markOf } from './mark';
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
  /** Removes all of them with their index entries, or marks them, as the policy says; forgets them. */
  apply(onDone: (redisKey: string) => void): Promise<Tally>;
  /** Forgets them. */
  clear(): Promise<void>;
}

/** Opens the pending deletes of a run, empty. */
export function pendingDeletes(work: RedisWork): PendingDeletes {
  const { dataset, context } = work;
  const set = pendingDeletesKey(dataset.name, context.write?.fence ?? '0');
  let any = false;
  const pending: PendingDeletes = {
    async add(redisKeys) {
      if (redisKeys.length === 0) return;
      any = true;
      await work.ask((redis) => redis.sadd(set, ...redisKeys));
      await work.ask((redis) => redis.expire(set, keptForSeconds));
    },
    count: async () => (any ? work.ask((redis) => redis.scard(set)) : 0),
    async *blocks() {
      if (!any) return;
      let cursor = '0';
      do {
        stopIfCancelled(work);
        const [next, block] = await work.ask((redis) => redis.sscan(set, cursor, 'COUNT', batchSize(work)));
        cursor = next;
        if (block.length > 0) yield block;
      } while (cursor !== '0');
    },
    async apply(onDone) {
      const tally = noTally();
      for await (const block of pending.blocks()) {
        const letters = markOf(work) === null ? await removeEntities(work, block) : await markEntities(work, block);
        const done = letters.replaceAll('-', '').length;
        tally.deleted += done;
        for (const redisKey of block) onDone(redisKey);
        context.progress.advance(done / 2, { deleted: done });
      }
      await pending.clear();
      return tally;
    },
    async clear() {
      if (any) await work.ask((redis) => redis.unlink(set));
      any = false;
    },
  };
  return pending;
}

async function removeEntities(work: RedisWork, redisKeys: readonly string[]): Promise<string> {
  const [, letters] = (await work.run(removeScript, 'w', redisKeys)) as [number, Buffer];
  return letters.toString('latin1');
}

/** The entity keys of Redis keys; one of an older template is shown by the Redis key itself. */
export function entityKeysOf(work: RedisWork, redisKeys: readonly string[]): EntityKey[] {
  return redisKeys.map((redisKey) => work.entityKey(redisKey) ?? [redisKey]);
}
