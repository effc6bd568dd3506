import type { Client } from 'pg';
import { keysIn, literalType } from '../../dataset/key-predicates';
import type { ProjectedColumn } from '../../dataset/resolved';
import { keyTexts, sourceSelect } from '../../dataset/projection';
import { sqlstateOf } from '../../compare/server-errors';
import type { EntityKey } from '../../run/driver';
import type { RedisWork } from './work';
import { sourceError, stopIfCancelled } from './work';

type TextRow = readonly (string | null)[];

/** The source's rows of these keys at the snapshot, each as its fields in the order of the select; null where there is none. */
export async function sourceRows(work: RedisWork, keys: readonly EntityKey[]): Promise<readonly (TextRow | null)[]> {
  const { select, keyFields } = work;
  const rows = await query(work, keys, (predicate) => select.sql(predicate));
  const byKey = new Map(rows.map((row) => [JSON.stringify(keyFields.map((at) => row[at] ?? '')), row]));
  return keys.map((key) => byKey.get(JSON.stringify(key)) ?? null);
}

/** Which of these keys the source has at the snapshot; one that its type cannot hold it has not. */
export async function sourceHas(work: RedisWork, keys: readonly EntityKey[]): Promise<readonly boolean[]> {
  const columns = keyTexts(work.dataset, 'source').join(', ');
  const rows = await query(work, keys, (predicate) => sourceSelect(work.dataset, { columns, predicate }));
  const there = new Set(rows.map((row) => JSON.stringify(row)));
  return keys.map((key) => there.has(JSON.stringify(key)));
}

/**
 * Looks keys up that may have been read in Redis, where anybody writes: those that the key's type cannot hold are left out. Under a
 * savepoint, as an error would end the snapshot; an error that no such key explains is thrown.
 */
async function query(
  work: RedisWork,
  keys: readonly EntityKey[],
  sql: (predicate: string) => string,
): Promise<readonly TextRow[]> {
  const likely = keys.filter((key) => work.dataset.key.every((column, at) => mayHold(column, key[at] ?? '')));
  if (likely.length === 0) return [];
  const client = await work.source();
  const look = async (some: readonly EntityKey[]): Promise<readonly TextRow[]> => {
    const text = sql(keysIn(work.dataset, 'source', some));
    return (await client.query<(string | null)[]>({ text, rowMode: 'array' })).rows;
  };
  try {
    return await underSavepoint(client, () => look(likely));
  } catch (cause) {
    if (sqlstateOf(cause)?.startsWith('22') !== true) throw sourceError(work, cause);
    const possible = await castable(work, client, likely);
    if (possible.length === likely.length) throw sourceError(work, cause);
    if (possible.length === 0) return [];
    return await look(possible).catch((again: unknown) => {
      throw sourceError(work, again);
    });
  }
}

/** Those of the keys whose texts the types of the key take: looked at in halves, down to those that are refused. */
async function castable(work: RedisWork, client: Client, keys: readonly EntityKey[]): Promise<readonly EntityKey[]> {
  stopIfCancelled(work);
  const casts = work.dataset.key.map((column, at) => {
    const type = literalType(work.dataset, column) ?? 'pg_catalog.text';
    return `count(($${String(at + 1)}::pg_catalog.text[])[i]::${type})`;
  });
  const texts = work.dataset.key.map((_, at) => keys.map((key) => key[at] ?? ''));
  const sql = `SELECT ${casts.join(', ')} FROM generate_series(1, cardinality($1::pg_catalog.text[])) AS i`;
  try {
    await underSavepoint(client, () => client.query(sql, texts));
    return keys;
  } catch (cause) {
    if (sqlstateOf(cause)?.startsWith('22') !== true) throw sourceError(work, cause);
  }
  if (keys.length === 1) return [];
  const half = Math.ceil(keys.length / 2);
  return [...(await castable(work, client, keys.slice(0, half))), ...(await castable(work, client, keys.slice(half)))];
}

async function underSavepoint<T>(client: Client, read: () => Promise<T>): Promise<T> {
  await client.query('SAVEPOINT look');
  try {
    const result = await read();
    await client.query('RELEASE SAVEPOINT look');
    return result;
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT look; RELEASE SAVEPOINT look').catch(() => undefined);
    throw error;
  }
}

const integerBounds: Readonly<Record<string, bigint>> = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n };

/** False where the text cannot be the canonical text of a value; spares asking for the commonest types of keys. */
function mayHold({ sourceType }: ProjectedColumn, text: string): boolean {
  const bound = integerBounds[sourceType.base];
  if (bound !== undefined) {
    return /^(0|-?[1-9][0-9]{0,18})$/.test(text) && BigInt(text) >= -bound && BigInt(text) < bound;
  }
  if (sourceType.base === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
  return !text.includes('\0');
}
