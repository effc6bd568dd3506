import { parseTemplate, templateColumns } from '../../dataset/template';
import { rebuildKey } from './control-keys';
import { indexId } from './index-entries';
import { rebuildLua, renameLua } from './lua/rebuild';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';
import { stopIfCancelled } from './work';

const rebuildStep = redisScript(rebuildLua);
const rename = redisScript(renameLua);

/**
 * Rebuilds indexes of one key (a template without columns) that lost more than half of their entries or are of a wrong type: under
 * another name, from the ledger, so that readers see the old index until the whole new one takes its place.
 */
export async function rebuildLostIndexes(work: RedisWork): Promise<void> {
  for (const index of work.target.indexes) {
    if (index.kind === 'string' || templateColumns(parseTemplate(index.template)).length > 0) continue;
    const id = indexId(index, work.dataset);
    const expected = Number((await work.ask((redis) => redis.hget(work.control.totals, id))) ?? '0');
    if (expected === 0 || (await size(work, index.template, index.kind)) * 2 >= expected) continue;
    work.context.log('warn', `index ${index.template} is lost or damaged; it is rebuilt`, { index: index.template });
    const other = rebuildKey(work.dataset.name, work.context.write?.fence ?? '0', index.template);
    let cursor = '0';
    do {
      stopIfCancelled(work);
      const reply = (await work.run(rebuildStep, 'w', [cursor, '1000', id, index.template, other])) as [number, Buffer];
      cursor = reply[1].toString();
    } while (cursor !== '0');
    await work.run(rename, 'w', [index.template, other]);
  }
}

/** Members of a key; 0 where it is of another type. */
async function size(work: RedisWork, key: string, kind: 'set' | 'zset'): Promise<number> {
  const [count] = await work.askMany(
    (pipeline) => (kind === 'set' ? pipeline.scard(key) : pipeline.zcard(key)),
    'WRONGTYPE',
  );
  return Number(count ?? 0);
}
