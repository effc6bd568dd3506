import { keyRange, keysIn } from '../dataset/key-predicates';
import { keyHash } from '../dataset/projection';
import type { Side } from '../dataset/projection';
import type { ResolvedDataset } from '../dataset/resolved';
import type { EntityKey } from '../run/driver';

/** Some buckets of the key's hash. */
export interface Buckets {
  /** How many there are in all: a power of two. */
  readonly of: number;
  readonly numbers: readonly number[];
}

/** A part of a dataset that is compared and applied together: a half-open range of keys, buckets of it, or a list of keys. */
export interface Span {
  /** null: from the first key on. */
  readonly from: EntityKey | null;
  /** null: to the last key. */
  readonly to: EntityKey | null;
  readonly buckets: Buckets | null;
  readonly keys: readonly EntityKey[] | null;
}

/** All of a dataset. */
export const everything: Span = { from: null, to: null, buckets: null, keys: null };

/** The span of these entities. */
export function spanOfKeys(keys: readonly EntityKey[]): Span {
  return { ...everything, keys };
}

/** The condition over alias s or t that a row is in the span; undefined where every row is. */
export function spanCondition(ds: ResolvedDataset, side: Side, span: Span): string | undefined {
  const parts: string[] = [];
  if (span.from !== null || span.to !== null) parts.push(keyRange(ds, side, span.from, span.to));
  if (span.keys !== null) parts.push(keysIn(ds, side, span.keys));
  if (span.buckets !== null) {
    const { of, numbers } = span.buckets;
    parts.push(`${bucketNumber(ds, side, of)} = ANY ('{${numbers.join(',')}}'::pg_catalog.int4[])`);
  }
  return parts.length === 0 ? undefined : parts.join(' AND ');
}

/** An integer over alias s or t: the bucket of the row's key, 0 to of - 1. */
export function bucketNumber(ds: ResolvedDataset, side: Side, of: number): string {
  return `(${keyHash(ds, side)} & ${String(of - 1)})::pg_catalog.int4`;
}

/** The number of buckets, a power of two, that makes them about so many rows each. */
export function bucketCount(rows: number, rowsEach: number, most: number): number {
  let of = 1;
  while (of < most && of * rowsEach < rows) of *= 2;
  return of;
}
