import { markLua } from './lua/mark';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';

interface Mark {
  readonly column: string;
  readonly value: string;
}

const markScript = redisScript(markLua);

/** The mark that a gone entity gets; null where the policy is another. */
export function markOf(work: RedisWork): Mark | null {
  const policy = work.dataset.definition.on_delete;
  return typeof policy === 'string' ? null : policy.mark;
}

/** Which of these entities are there and not yet marked; all of them where the policy is another. */
export async function unmarked(work: RedisWork, redisKeys: readonly string[]): Promise<readonly boolean[]> {
  const mark = markOf(work);
  if (mark === null) return redisKeys.map(() => true);
  if (work.target.kind !== 'hash') {
    const texts = await readTexts(work, redisKeys);
    return texts.map((text) => text !== null && withMark(text, mark) !== text);
  }
  const replies = await work.askMany((pipeline) => {
    for (const key of redisKeys) pipeline.hget(key, mark.column).exists(key);
  });
  return redisKeys.map((_, at) => replies[2 * at + 1] === 1 && replies[2 * at] !== mark.value);
}

/** Marks entities; a letter for each: d marked, - gone or changed meanwhile. */
export async function markEntities(work: RedisWork, redisKeys: readonly string[]): Promise<string> {
  const mark = markOf(work);
  if (mark === null) return redisKeys.map(() => '-').join('');
  const args =
    work.target.kind === 'hash'
      ? ['h', mark.column, mark.value, ...redisKeys]
      : ['v', ...(await replacements(work, redisKeys, mark))];
  const [, letters] = (await work.run(markScript, 'w', args)) as [number, Buffer];
  return letters.toString('latin1');
}

async function replacements(work: RedisWork, redisKeys: readonly string[], mark: Mark): Promise<string[]> {
  const texts = await readTexts(work, redisKeys);
  return texts.flatMap((text, i) => (text === null ? [] : [redisKeys[i] ?? '', text, withMark(text, mark)]));
}

async function readTexts(work: RedisWork, redisKeys: readonly string[]): Promise<readonly (string | null)[]> {
  if (redisKeys.length === 0) return [];
  return work.ask((redis) => redis.mget(...redisKeys));
}

/** The JSON with the mark; as it is where it has the mark already, or is no object. */
function withMark(text: string, mark: Mark): string {
  try {
    const image: unknown = JSON.parse(text);
    if (typeof image !== 'object' || image === null || Array.isArray(image)) return text;
    const fields = image as Readonly<Record<string, unknown>>;
    return fields[mark.column] === mark.value ? text : JSON.stringify({ ...fields, [mark.column]: mark.value });
  } catch {
    return text;
  }
}
