import { keyOrder } from '../dataset/key-predicates';
import { targetSelect } from '../dataset/projection';
import type { Comparison } from './comparison';
import { digestBoth } from './differences';
import { sameDigest } from './digest';
import type { Digest } from './digest';
import { narrow } from './narrow';
import type { Differing } from './narrow';
import { keyRanges } from './ranges';
import { everything } from './span';
import type { Span } from './span';

/** How the two sides of a span stand. */
export type Verdict =
  | { readonly state: 'equal'; readonly span: Span; readonly source: Digest }
  /** The target holds nothing there. */
  | { readonly state: 'empty'; readonly span: Span; readonly source: Digest | null }
  | { readonly state: 'differs'; readonly span: Span; readonly source: Digest; readonly parts: readonly Differing[] }
  /** The projection fails on some row of the source. */
  | { readonly state: 'unreadable'; readonly span: Span; readonly source: null };

/** Rows that are staged and merged at a time, where buckets can be chosen. */
const rowsPerPart = 1_000_000;

/** The spans that a dataset is divided into: ranges of its key, or all at once where the key has no order that both sides share. */
export async function* spansOf(comparison: Comparison): AsyncGenerator<Span, void, undefined> {
  const { policy, source } = comparison;
  if (keyOrder(policy.dataset) === null) yield everything;
  else yield* keyRanges(source, policy.dataset);
}

/** Compares span by span, down to the buckets that differ. */
export async function* differingSpans(comparison: Comparison): AsyncGenerator<Verdict, void, undefined> {
  const { policy } = comparison;
  const empty = await targetIsEmpty(comparison);
  let allDiffered = false;
  for await (const span of spansOf(comparison)) {
    if (empty) {
      yield { state: 'empty', span, source: null };
      continue;
    }
    const digests = await digestBoth(comparison, span, null);
    if (digests === null) {
      yield { state: 'unreadable', span, source: null };
      continue;
    }
    const { source, target } = digests;
    if (sameDigest(source, target)) {
      allDiffered = false;
      yield { state: 'equal', span, source };
    } else if (target.rows === 0 && policy.targetScope === undefined) {
      yield { state: 'empty', span, source };
    } else {
      const whole = { span, sourceRows: source.rows, targetRows: target.rows };
      const rows = Math.max(source.rows, target.rows);
      // Where a whole span differed, the next one most likely does too: its buckets are not worth a pass.
      const parts: readonly Differing[] =
        allDiffered && rows <= rowsPerPart ? [whole] : await narrow(comparison, span, rows, rowsPerPart);
      allDiffered = parts.reduce((sum, part) => sum + part.sourceRows, 0) * 2 > source.rows && source.rows > 1_000;
      yield { state: 'differs', span, source, parts };
    }
  }
}

async function targetIsEmpty({ policy, target }: Comparison): Promise<boolean> {
  const { rows } = await target.query(`${targetSelect(policy.dataset, { columns: '' })} LIMIT 1`);
  return rows.length === 0;
}
