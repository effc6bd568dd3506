import { keysIn } from '../../dataset/key-predicates';
import { keyTexts, sourceSelect } from '../../dataset/projection';
import type { EntityKey } from '../../run/driver';
import type { RedisWork } from './work';
import { sourceError } from './work';

type TextRow = readonly (string | null)[];

/** The source's rows of these keys at the snapshot, each as its fields in the order of the select; null where there is none. */
export async function sourceRows(work: RedisWork, keys: readonly EntityKey[]): Promise<readonly (TextRow | null)[]> {
  const { select, keyFields } = work;
  const rows = await query(work, keys, (predicate) => select.sql(predicate));
  const byKey = new Map(rows.map((row) => [JSON.stringify(keyFields.map((at) => row[at] ?? '')), row]));
  return keys.map((key) => byKey.get(JSON.stringify(key)) ?? null);
}

/** Which of these keys the source has at the snapshot. */
export async function sourceHas(work: RedisWork, keys: readonly EntityKey[]): Promise<readonly boolean[]> {
  const columns = keyTexts(work.dataset, 'source').join(', ');
  const rows = await query(work, keys, (predicate) => sourceSelect(work.dataset, { columns, predicate }));
  const there = new Set(rows.map((row) => JSON.stringify(row)));
  return keys.map((key) => there.has(JSON.stringify(key)));
}

async function query(
  work: RedisWork,
  keys: readonly EntityKey[],
  sql: (predicate: string) => string,
): Promise<readonly TextRow[]> {
  if (keys.length === 0) return [];
  const client = await work.source();
  try {
    const text = sql(keysIn(work.dataset, 'source', keys));
    return (await client.query<(string | null)[]>({ text, rowMode: 'array' })).rows;
  } catch (cause) {
    throw sourceError(work, cause);
  }
}
