import type { Client } from 'pg';
import { rowHash, sourceSelect, targetSelect } from '../dataset/projection';
import type { Side } from '../dataset/projection';
import type { ResolvedDataset } from '../dataset/resolved';
import { bucketNumber, spanCondition } from './span';
import type { Span } from './span';

/** What a span holds: how many rows, and sums of their hashes. Two spans hold the same rows where both are the same. */
export interface Digest {
  readonly rows: number;
  readonly sums: string;
}

/** True where two digests say that the same rows are there. */
export function sameDigest(a: Digest, b: Digest): boolean {
  return a.rows === b.rows && a.sums === b.sums;
}

/**
 * The digest of a span.
 * @param scope a further condition over alias s or t: rows for which it is not true do not take part
 */
export async function digestOf(
  client: Client,
  ds: ResolvedDataset,
  side: Side,
  span: Span,
  scope?: string,
): Promise<Digest> {
  const rows = selectRows(ds, side, `${rowHash(ds, side)} AS h`, span, scope);
  // OFFSET 0 keeps the planner from computing the hash once for each sum.
  const { rows: found } = await client.query<[string, string, string]>({
    text: `SELECT ${aggregates} FROM (${rows} OFFSET 0) AS hashed`,
    rowMode: 'array',
  });
  const [count, high, low] = found[0] ?? ['0', '0', '0'];
  return { rows: Number(count), sums: `${high}:${low}` };
}

/** The digest of each bucket of a span that holds any row, by bucket number. */
export async function bucketDigests(
  client: Client,
  ds: ResolvedDataset,
  side: Side,
  span: Span,
  of: number,
  scope?: string,
): Promise<Map<number, Digest>> {
  const columns = `${bucketNumber(ds, side, of)} AS b, ${rowHash(ds, side)} AS h`;
  const { rows } = await client.query<[number, string, string, string]>({
    text: `SELECT b, ${aggregates} FROM (${selectRows(ds, side, columns, span, scope)} OFFSET 0) AS hashed GROUP BY b`,
    rowMode: 'array',
  });
  return new Map(rows.map(([bucket, count, high, low]) => [bucket, { rows: Number(count), sums: `${high}:${low}` }]));
}

/** Sums of both halves of the hash: sum(int4) stays in 64 bits, where sum(int8) would be numeric and slow. */
const aggregates =
  'count(*), coalesce(sum((h >> 32)::pg_catalog.int4), 0), coalesce(sum((h << 32 >> 32)::pg_catalog.int4), 0)';

/** SELECT of these columns over the rows of a span on one side. */
export function selectRows(ds: ResolvedDataset, side: Side, columns: string, span: Span, scope?: string): string {
  const conditions = [spanCondition(ds, side, span), scope].filter((condition) => condition !== undefined);
  const predicate = conditions.map((condition) => `(${condition})`).join(' AND ');
  const options = predicate === '' ? { columns } : { columns, predicate };
  return side === 'source' ? sourceSelect(ds, options) : targetSelect(ds, options);
}

/** The buckets whose digests differ. */
export function differingBuckets(source: ReadonlyMap<number, Digest>, target: ReadonlyMap<number, Digest>): number[] {
  const differing: number[] = [];
  for (const [bucket, digest] of source) {
    const other = target.get(bucket);
    if (other === undefined || !sameDigest(digest, other)) differing.push(bucket);
  }
  for (const bucket of target.keys()) {
    if (!source.has(bucket)) differing.push(bucket);
  }
  return differing.sort((a, b) => a - b);
}
