import type { Comparison } from './comparison';
import { bucketDigests, differingBuckets } from './digest';
import { bucketCount } from './span';
import type { Span } from './span';

/** A part of a span whose sides differ. */
export interface Differing {
  readonly span: Span;
  readonly sourceRows: number;
  readonly targetRows: number;
}

/** Rows that a bucket holds: few enough that little is looked at for one changed row, enough that buckets are cheap. */
const bucketRows = 64;
const mostBuckets = 1 << 17;

/**
 * Finds the buckets of a span in which the sides differ, in parts of at most about so many rows each.
 * @param rows of the larger side of the span
 */
export async function narrow(
  comparison: Comparison,
  span: Span,
  rows: number,
  rowsPerPart: number,
): Promise<Differing[]> {
  const { policy, source, target } = comparison;
  const of = bucketCount(rows, bucketRows, mostBuckets);
  const [wanted, held] = await Promise.all([
    bucketDigests(source, policy.dataset, 'source', span, of),
    bucketDigests(target, policy.dataset, 'target', span, of, policy.targetScope),
  ]);
  const parts: { numbers: number[]; sourceRows: number; targetRows: number }[] = [];
  for (const bucket of differingBuckets(wanted, held)) {
    const sourceRows = wanted.get(bucket)?.rows ?? 0;
    const targetRows = held.get(bucket)?.rows ?? 0;
    const last = parts.at(-1);
    if (last === undefined || Math.max(last.sourceRows + sourceRows, last.targetRows + targetRows) > rowsPerPart) {
      parts.push({ numbers: [bucket], sourceRows, targetRows });
    } else {
      last.numbers.push(bucket);
      last.sourceRows += sourceRows;
      last.targetRows += targetRows;
    }
  }
  return parts.map(({ numbers, ...counts }) => ({
    // All buckets at once are the span itself, which is read without asking each row for its bucket.
    span:
      numbers.length === wanted.size && parts.length === 1 && held.size <= wanted.size
        ? span
        : { ...span, buckets: { of, numbers } },
    ...counts,
  }));
}
