import type { RedisWork } from './work';
import { redisError } from '../../connect/redis-errors';

/** The mark that a gone entity gets; null where the policy is another. */
export function markOf(work: RedisWork): { readonly column: string; readonly value: string } | null {
  const policy = work.dataset.definition.on_delete;
  return typeof policy === 'string' ? null : policy.mark;
}

/** Which of these entities are there and not yet marked. */
export async function unmarked(work: RedisWork, redisKeys: readonly string[]): Promise<readonly boolean[]> {
  const mark = markOf(work);
  if (mark === null) return redisKeys.map(() => true);
  const pipeline = work.redis.pipeline();
  for (const key of redisKeys) {
    if (work.target.kind === 'hash') pipeline.hmget(key, mark.column, work.dataset.key[0]?.name ?? '');
    else pipeline.get(key);
  }
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error !== null) throw redisError(work.database.label, error);
    if (Array.isArray(reply)) return reply[1] !== null && reply[0] !== mark.value;
    return typeof reply === 'string' && !isMarked(reply, mark);
  });
}

function isMarked(json: string, mark: { column: string; value: string }): boolean {
  try {
    const image: unknown = JSON.parse(json);
    return (
      typeof image === 'object' && image !== null && (image as Record<string, unknown>)[mark.column] === mark.value
    );
  } catch {
    return false;
  }
}
