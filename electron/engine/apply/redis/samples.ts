import { hiddenValue } from '../../../../shared/engine/hidden-value';
import { chosenSamples } from '../../compare/choose-samples';
import type { Difference, EntityKey } from '../../run/driver';
import { sourceRows } from './lookup';
import type { UpsertNote } from './upsert-batch';
import type { RedisWork } from './work';

/** An entity that differs. */
export interface Found {
  readonly key: EntityKey;
  readonly operation: Difference['operation'];
  /** What the script says of one whose values are the same. */
  readonly note?: UpsertNote | undefined;
}

/** Differences shown column by column: what the target has, what the source wants; masked columns hidden. Reads again, for samples only. */
export async function sampleDifferences(work: RedisWork, found: readonly Found[]): Promise<Difference[]> {
  const some = chosenSamples(found);
  const rows = await sourceRows(
    work,
    some.map(({ key }) => key),
  );
  const differences: Difference[] = [];
  for (const [i, { key, operation, note }] of some.entries()) {
    const row = rows[i];
    const named = work.named(key);
    if (operation === 'delete' || row === null || row === undefined) {
      differences.push({ key: named, operation });
      continue;
    }
    const columns = columnsApart(work, await targetImage(work, key), row);
    const beside = note?.what === 'ttl' ? '(time to live)' : '(index entries)';
    if (Object.keys(columns).length === 0) columns[beside] = ['not as defined', 'as defined'];
    differences.push({ key: named, operation, columns });
  }
  return differences;
}

function columnsApart(
  work: RedisWork,
  image: Readonly<Record<string, string>> | null,
  row: readonly (string | null)[],
): Record<string, readonly [string | null, string | null]> {
  const { dataset, target } = work;
  const columns: Record<string, readonly [string | null, string | null]> = {};
  dataset.columns.forEach(({ name, masked }, at) => {
    if (target.kind === 'string' && name !== target.value) return;
    const [is, wanted] = [image?.[name] ?? null, row[at] ?? null];
    if (is !== wanted) columns[name] = masked ? [hiddenValue, hiddenValue] : [is, wanted];
  });
  for (const [name, value] of Object.entries(image ?? {})) {
    if (!dataset.columns.some((column) => column.name === name)) columns[name] = [value, null];
  }
  return columns;
}

/** The entity in Redis as column → text; null where it is not there or not of its kind. */
async function targetImage(work: RedisWork, key: EntityKey): Promise<Readonly<Record<string, string>> | null> {
  const { target } = work;
  const redisKey = work.redisKey(key);
  const type = await work.ask((redis) => redis.type(redisKey));
  if (target.kind === 'hash') return type === 'hash' ? work.ask((redis) => redis.hgetall(redisKey)) : null;
  const text = type === 'string' ? await work.ask((redis) => redis.get(redisKey)) : null;
  if (text === null) return null;
  if (target.kind === 'string') return { [target.value ?? '']: text };
  try {
    const image: unknown = JSON.parse(text);
    if (typeof image !== 'object' || image === null) return null;
    return Object.fromEntries(
      Object.entries(image).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  } catch {
    return null;
  }
}
