import type { RedisIndex } from '../../dataset/resolved';
import { parseTemplate, readTemplate, scanPattern } from '../../dataset/template';
import { scanCountLua, scanUnownedLua } from './lua/scan-unowned';
import { ledgerSize, withoutSource } from './orphans';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';
import { stopIfCancelled } from './work';

const scanUnowned = redisScript(scanUnownedLua);
const scanCountStep = redisScript(scanCountLua);
const scanCount = '5000';

/**
 * Keys that look like entities of the dataset, that the sync did not write and that the source does not have, in blocks. A key may
 * come twice, as SCAN repeats. To be asked once every entity of the source is in the ledger: where there are as many keys as lines
 * there are no others, and nothing more is read.
 */
export async function* foreignEntities(work: RedisWork): AsyncGenerator<readonly string[]> {
  if ((await countEntityKeys(work)) === (await ledgerSize(work))) return;
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

/** How many keys look like entities of the dataset, at a glance: some may be of others, SCAN may count one twice. */
export async function countEntityKeys(work: RedisWork): Promise<number> {
  const glob = scanPattern(work.encoder.template);
  let cursor = '0';
  let count = 0;
  do {
    stopIfCancelled(work);
    const reply = (await work.run(scanCountStep, 'd', [cursor, glob, scanCount])) as [number, Buffer, number];
    cursor = String(reply[1]);
    count += reply[2];
  } while (cursor !== '0');
  return count;
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
