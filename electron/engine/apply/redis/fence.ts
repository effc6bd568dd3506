import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { controlKeys } from './control-keys';
import { redisError } from '../../connect/redis-errors';
import { callScript, redisScript } from './redis-script';

/** What the target says of a dataset: the authority on what was applied. */
export interface RedisAppliedState {
  /** Made when the state was; another one says that the state was lost in between. */
  readonly epoch: string;
  readonly fence: string;
  /** Batches written since the first run; with the fence it never goes back but by a loss. */
  readonly batch: string;
  readonly run: string;
  /** Time of the last batch, ISO 8601; null before the first. */
  readonly at: string | null;
}

const fenceScript = redisScript(`
local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
if fence <= tonumber(ARGV[3]) then
  fence = tonumber(ARGV[3]) + 1
  redis.call('HSET', KEYS[1], 'fence', fence)
end
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'target', ARGV[2])
redis.call('HSETNX', KEYS[1], 'batch', 0)
redis.call('HSETNX', KEYS[1], 'epoch', ARGV[4])
return tostring(fence)
`);

/**
 * Takes the next fence of a dataset, atomically: whoever held the one before is fenced off from then on. The fence is above
 * `atLeast`, SystemDB's copy, also where the server was emptied since, so that a writer from before cannot take it for its own.
 * @throws SyncError as redisError gives it
 */
export async function openRedisFence(
  redis: Redis,
  dataset: string,
  targetId: string,
  runId: string,
  atLeast = '0',
): Promise<string> {
  const keys = [controlKeys(dataset).applied];
  return String(
    await callScript(redis, dataset, { script: fenceScript, keys, args: [runId, targetId, atLeast, randomUUID()] }),
  );
}

/** What the target holds of a dataset; null where it holds nothing, as after FLUSHALL or an empty restart. */
export async function appliedState(redis: Redis, dataset: string): Promise<RedisAppliedState | null> {
  const state = await redis.hgetall(controlKeys(dataset).applied).catch((cause: unknown) => {
    throw redisError(dataset, cause);
  });
  const { epoch, fence, batch, run, at } = state;
  if (fence === undefined) return null;
  return {
    epoch: epoch ?? '',
    fence,
    batch: batch ?? '0',
    run: run ?? '',
    at: at === undefined ? null : new Date(Number(at) * 1000).toISOString(),
  };
}

/**
 * How the target stands to a copy of its state kept elsewhere. Lost: emptied, restarted without its data or failed over to a
 * replica that was behind; the dataset has a gap. Ahead (a run was killed between the two) is believed.
 */
export function compareApplied(
  target: RedisAppliedState | null,
  copy: Pick<RedisAppliedState, 'epoch' | 'fence' | 'batch'> | null,
): 'same' | 'ahead' | 'lost' {
  if (copy === null) return target === null ? 'same' : 'ahead';
  if (target?.epoch !== copy.epoch) return 'lost';
  const order = compareNumbers(target.fence, copy.fence) || compareNumbers(target.batch, copy.batch);
  if (order === 0) return 'same';
  return order > 0 ? 'ahead' : 'lost';
}

function compareNumbers(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
