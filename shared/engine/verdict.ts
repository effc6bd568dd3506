import { counted, grouped } from '../format-number';
import type { DatasetStatus, RunSummary } from './reports';

/** What is known of a comparison, of one dataset or of a run as a whole. */
export interface Compared {
  /** null: nothing was compared */
  readonly verified: boolean | null;
  /** without those that follow; null: it did not come to its end */
  readonly differences: number | null;
  /** known to differ, and left out of the comparison */
  readonly failed: number;
  readonly withheld: number;
  readonly conflicted: number;
  /** of a verification: differ, with a change that waits */
  readonly in_flight?: number | null | undefined;
  /** what is left over, or kept something from being compared */
  readonly error?: unknown;
}

/** What a comparison came to, in the words that every view and the terminal have for it. */
export interface Verdict {
  /** equal; rest: what was compared is equal, and something is known not to be; waits: what differs has a change that waits; differs; open: it did not come to its end; none */
  readonly kind: 'equal' | 'rest' | 'waits' | 'differs' | 'open' | 'none';
  /** `equal`, `equal but 2 failed`, `3 differ, 1 withheld`, `4 on the way` */
  readonly words: string;
}

/** Gives one verdict for the numbers of a comparison: those left out of it count against it, wherever it is told. */
export function verdictOf(compared: Compared): Verdict {
  const { verified, differences } = compared;
  if (verified === null) return { kind: 'none', words: 'not verified' };
  if (differences === null) return { kind: 'open', words: 'not to its end' };
  const left = leftOut(compared);
  if (differences > 0)
    return { kind: 'differs', words: [counted(differences, 'differs', 'differ'), ...left].join(', ') };
  // What is on the way was compared, and is not equal.
  if ((compared.in_flight ?? 0) > 0) return { kind: 'waits', words: left.join(', ') };
  if (left.length > 0) return { kind: 'rest', words: `equal but ${left.join(', ')}` };
  return (compared.error ?? null) === null
    ? { kind: 'equal', words: 'equal' }
    : { kind: 'rest', words: 'what was compared is equal' };
}

/** What a run compared in all of its datasets. */
export function comparedByRun({
  counts: { failed, withheld, conflicted },
  differences = null,
  in_flight: onTheWay,
  error,
}: Pick<RunSummary, 'counts' | 'differences' | 'in_flight' | 'error'>): Compared {
  const verified = differences === null ? null : differences === 0;
  return { verified, differences, failed, withheld, conflicted, in_flight: onTheWay, error };
}

/** What is known since a verification, in words: it is not as old as that. */
export function sinceWords({
  failed_since: failed,
  skipped_since: skipped,
  in_line_since: inLine,
}: Pick<
  NonNullable<DatasetStatus['last_verification']>,
  'failed_since' | 'skipped_since' | 'in_line_since'
>): string[] {
  const parts: [number, string][] = [
    [failed, 'failed since'],
    [skipped, 'skipped since'],
    [inLine, 'put in line since'],
  ];
  return parts.filter(([count]) => count > 0).map(([count, word]) => `${grouped(count)} ${word}`);
}

function leftOut({ failed, withheld, conflicted, in_flight: onTheWay }: Compared): string[] {
  const parts: [number, string][] = [
    [failed, 'failed'],
    [withheld, 'withheld'],
    [conflicted, 'in conflict'],
    [onTheWay ?? 0, 'on the way'],
  ];
  return parts.filter(([count]) => count > 0).map(([count, word]) => `${grouped(count)} ${word}`);
}
