import type { RedisIndex } from '../../dataset/resolved';
import { parseTemplate, readTemplate, scanPattern } from '../../dataset/template';
import { scanUnownedLua } from './lua/scan-unowned';
import { withoutSource } from './orphans';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';
import { stopIfCancelled } from './work';

const scanUnowned = redisScript(scanUnownedLua);
const scanCount = '2000';

/**
 * Keys that look like entities of the dataset, that the sync did not write and that the source does not have, in blocks. A key may
 * come twice, as SCAN repeats.
 */
export async function* foreignEntities(work: RedisWork): AsyncGenerator<readonly string[]> {
  for await (const keys of scanForeign(work, scanPattern(work.encoder.template), 'owned')) {
    const candidates = keys.filter((key) => work.entityKey(key) !== null);
    const block = await withoutSource(work, candidates);
    if (block.length > 0) yield block.map(({ redisKey }) => redisKey);
  }
}

/** Keys that look like look-ups of a string index and that the sync did not write, in blocks. */
export async function* foreignLookups(work: RedisWork, index: RedisIndex): AsyncGenerator<readonly string[]> {
  const template = parseTemplate(index.template);
  for await (const keys of scanForeign(work, scanPattern(template), 'claims')) {
    const block = keys.filter((key) => readTemplate(template, key) !== null);
    if (block.length > 0) yield block;
  }
}

async function* scanForeign(
  work: RedisWork,
  glob: string,
  known: 'owned' | 'claims',
): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    stopIfCancelled(work);
    const reply = (await work.run(scanUnowned, 'd', [cursor, glob, scanCount, known])) as [number, Buffer, Buffer[]];
    cursor = String(reply[1]);
    if (reply[2].length > 0) yield reply[2].map(String);
  } while (cursor !== '0');
}
