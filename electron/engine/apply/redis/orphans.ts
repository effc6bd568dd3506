import type { EntityKey } from '../../run/driver';
import { sourceHas } from './lookup';
import type { RedisWork } from './work';
import { stopIfCancelled } from './work';

/** An entity that the sync wrote and the source no longer has; key is null where its Redis key is of an older template. */
export interface Orphan {
  readonly redisKey: string;
  readonly key: EntityKey | null;
}

/** How many entities the ledger holds. */
export async function ledgerSize(work: RedisWork): Promise<number> {
  return work.ask((redis) => redis.hlen(work.control.owned));
}

/**
 * Finds the ledger's entities that the source does not have at the snapshot, each proved by a direct look-up, in blocks. A key may
 * come twice, as HSCAN repeats.
 */
export async function* orphans(work: RedisWork): AsyncGenerator<readonly Orphan[]> {
  let cursor = '0';
  do {
    stopIfCancelled(work);
    const [next, pairs] = await work.ask((redis) => redis.hscan(work.control.owned, cursor, 'COUNT', 1_000));
    cursor = next;
    const block = await withoutSource(
      work,
      pairs.filter((_, i) => i % 2 === 0),
    );
    if (block.length > 0) yield block;
  } while (cursor !== '0');
}

/** Those of these Redis keys whose entity the source does not have. */
export async function withoutSource(work: RedisWork, redisKeys: readonly string[]): Promise<readonly Orphan[]> {
  const candidates = redisKeys.map((redisKey) => ({ redisKey, key: work.entityKey(redisKey) }));
  const readable = candidates.flatMap(({ key }) => (key === null ? [] : [key]));
  const there = await sourceHas(work, readable);
  let at = 0;
  return candidates.filter(({ key }) => key === null || there[at++] !== true);
}
