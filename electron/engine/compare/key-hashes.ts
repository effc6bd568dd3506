import { keyText } from '../dataset/key-text';
import { keyTexts, rowHash } from '../dataset/projection';
import type { EntityKey } from '../run/driver';
import type { Comparison } from './comparison';
import { selectRows } from './digest';
import { isDataError } from './server-errors';
import { spanOfKeys } from './span';
import type { Span } from './span';

/** Keys (as keyText writes them) and hashes of rows. unreadable: the projection fails on that row. */
export type KeyHashes = ReadonlyMap<string, string>;

const unreadable = 'unreadable';

/** Keys and hashes of the target's rows in a span. */
export async function targetHashes({ policy, target }: Comparison, span: Span): Promise<KeyHashes> {
  const { dataset: ds, targetScope } = policy;
  const columns = [rowHash(ds, 'target'), ...keyTexts(ds, 'target')].join(', ');
  return hashesOf(await target.query(asArrays(selectRows(ds, 'target', columns, span, targetScope))));
}

/**
 * Keys and hashes of the source's rows in a span. Where an expression of the projection fails on some row, the rows are divided
 * until it stands alone.
 */
export async function sourceHashes(comparison: Comparison, span: Span): Promise<KeyHashes> {
  try {
    return await readHashes(comparison, span);
  } catch (error) {
    if (!isDataError(error)) throw error;
    await comparison.restoreSource();
    const found = new Map<string, string>();
    for (const keys of inBlocks(await sourceKeys(comparison, span), 10_000)) {
      for (const [key, hash] of await hashesByHalves(comparison, keys)) found.set(key, hash);
    }
    return found;
  }
}

/** The keys of the source's rows in a span. */
async function sourceKeys({ policy, source }: Comparison, span: Span): Promise<EntityKey[]> {
  const { dataset: ds } = policy;
  const { rows } = await source.query<string[]>(
    asArrays(selectRows(ds, 'source', keyTexts(ds, 'source').join(', '), span)),
  );
  return rows;
}

async function hashesByHalves(comparison: Comparison, keys: readonly EntityKey[]): Promise<KeyHashes> {
  try {
    return await readHashes(comparison, spanOfKeys(keys));
  } catch (error) {
    if (!isDataError(error)) throw error;
    await comparison.restoreSource();
  }
  const [only] = keys;
  if (keys.length <= 1) return new Map(only === undefined ? [] : [[keyText(only), unreadable]]);
  const middle = keys.length >> 1;
  const first = await hashesByHalves(comparison, keys.slice(0, middle));
  const second = await hashesByHalves(comparison, keys.slice(middle));
  return new Map([...first, ...second]);
}

async function readHashes({ policy, source }: Comparison, span: Span): Promise<KeyHashes> {
  const { dataset: ds } = policy;
  const columns = [rowHash(ds, 'source'), ...keyTexts(ds, 'source')].join(', ');
  return hashesOf(await source.query(asArrays(selectRows(ds, 'source', columns, span))));
}

function asArrays(text: string): { text: string; rowMode: 'array' } {
  return { text, rowMode: 'array' };
}

function hashesOf({ rows }: { readonly rows: readonly unknown[] }): KeyHashes {
  return new Map((rows as string[][]).map(([hash, ...key]) => [keyText(key), hash ?? '']));
}

/** Cuts a list into blocks of at most this size. */
export function* inBlocks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
