import type { RedisIndex } from '../../dataset/resolved';
import { parseTemplate, readTemplate, scanPattern, templateColumns } from '../../dataset/template';
import { indexId } from './index-entries';
import { dropStraysLua } from './lua/drop-strays';
import { indexMembersLua } from './lua/index-members';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';
import { stopIfCancelled } from './work';

const indexMembers = redisScript(indexMembersLua);
const dropStrays = redisScript(dropStraysLua);
const scanCount = 1_000;

/** Members of one key of an index that no entity has. */
export interface Strays {
  readonly index: RedisIndex;
  readonly key: string;
  readonly members: readonly string[];
  /** Somebody else's key: it is of another type (then without members here), or no member of it is known. */
  readonly foreign: boolean;
}

/**
 * Finds what stands in the sets and sorted sets of a dataset beyond its entities' entries. The entries themselves are checked with
 * their entities; so where the numbers of members and of entries agree there is nothing more, and nothing is read.
 */
export async function* findStrays(work: RedisWork): AsyncGenerator<Strays> {
  for (const index of work.target.indexes) {
    if (index.kind === 'string') continue;
    const expected = await work.ask((redis) => redis.hget(work.control.totals, indexId(index, work.dataset)));
    let actual = 0;
    for await (const sizes of indexSizes(work, index)) {
      for (const [key, size] of sizes) {
        if (size === null) yield { index, key, members: [], foreign: true };
        else actual += size;
      }
    }
    if (actual === Number(expected ?? '0')) continue;
    for await (const sizes of indexSizes(work, index)) {
      for (const [key, size] of sizes) if (size !== null && size > 0) yield* straysOf(work, index, key);
    }
  }
}

/** Removes strays of a key that is ours. */
export async function removeStrays(work: RedisWork, { index, key, members }: Strays): Promise<void> {
  for (let from = 0; from < members.length; from += scanCount) {
    const some = members.slice(from, from + scanCount);
    await work.run(dropStrays, 'w', [index.kind === 'set' ? 'SREM' : 'ZREM', key, ...some]);
  }
}

/** Keys of an index with their number of members (null: of another type), in blocks. SCAN may repeat keys: then the sum is too high, and the index is looked through in vain. */
async function* indexSizes(work: RedisWork, index: RedisIndex): AsyncGenerator<ReadonlyMap<string, number | null>> {
  const template = parseTemplate(index.template);
  if (templateColumns(template).length === 0) {
    yield await sizesOf(work, index, [index.template]);
    return;
  }
  let cursor = '0';
  do {
    stopIfCancelled(work);
    const [next, found] = await work.ask((redis) =>
      redis.scan(cursor, 'MATCH', scanPattern(template), 'COUNT', scanCount),
    );
    cursor = next;
    yield await sizesOf(
      work,
      index,
      found.filter((key) => readTemplate(template, key) !== null),
    );
  } while (cursor !== '0');
}

async function sizesOf(
  work: RedisWork,
  index: RedisIndex,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number | null>> {
  if (keys.length === 0) return new Map();
  const sizes = await work.askMany((pipeline) => {
    for (const key of keys) {
      if (index.kind === 'set') pipeline.scard(key);
      else pipeline.zcard(key);
    }
  }, 'WRONGTYPE');
  return new Map(keys.map((key, at) => [key, sizes[at] === null ? null : Number(sizes[at])]));
}

async function* straysOf(work: RedisWork, index: RedisIndex, key: string): AsyncGenerator<Strays> {
  const id = indexId(index, work.dataset);
  const claimed = id.startsWith('S') || id.startsWith('Z');
  const strays: string[] = [];
  let known = 0;
  let cursor = '0';
  do {
    stopIfCancelled(work);
    const [next, found] = await work.ask((redis) =>
      index.kind === 'set'
        ? redis.sscan(key, cursor, 'COUNT', scanCount)
        : redis.zscan(key, cursor, 'COUNT', scanCount),
    );
    cursor = next;
    const members = index.kind === 'set' ? found : found.filter((_, i) => i % 2 === 0);
    const args = members.flatMap((member) => [member, claimed ? '' : work.redisKey([member])]);
    const [, letters] = (await work.run(indexMembers, 'd', [id, key, ...args])) as [number, Buffer];
    members.forEach((member, i) => {
      if (letters[i] === 0x79) known += 1;
      else strays.push(member);
    });
    if (strays.length >= scanCount && known > 0) yield { index, key, members: strays.splice(0), foreign: false };
  } while (cursor !== '0');
  if (strays.length > 0) yield { index, key, members: strays, foreign: known === 0 };
}
