import type { ResolvedDataset } from '../dataset/resolved';
import type { DriverContext } from '../run/driver';

/** An estimate that was passed by more than this says nothing any more. */
const tolerance = 1.1;

/** How many rows the source of a dataset has, as far as the catalog knows; below zero where it does not: a query, a condition. */
export function estimatedRows({ source }: ResolvedDataset): number {
  return source.engine === 'postgres' && source.where === null ? (source.table?.estimatedRows ?? -1) : -1;
}

/** Tells how many rows a pass that only looks has before it. */
export function announceRows({ left }: DriverContext['progress'], dataset: ResolvedDataset): void {
  const estimate = estimatedRows(dataset);
  left(Math.max(estimate, 0), estimate >= 0 ? 'estimated' : 'unknown');
}

/** Progress of a pass over a whole source: what it has seen, and what of that will have to be looked at again. */
export interface PassProgress {
  /**
   * Rows were compared, or written.
   * @param owed how many of all rows seen so far a verification will read again
   */
  seen(rows: number, owed: number, tally?: Parameters<DriverContext['progress']['advance']>[1]): void;
  /** The pass is over: from now on only what is owed is to come, and that is known. */
  ended(): void;
}

/**
 * Begins a pass. A row that is equal is done when it was compared; one that is written is half done, its verification is the other
 * half.
 */
export function passProgress({ left, advance }: DriverContext['progress'], dataset: ResolvedDataset): PassProgress {
  const estimate = estimatedRows(dataset);
  let rowsSeen = 0;
  let owedBefore = 0;
  const tell = (): void => {
    const known = estimate >= 0 && rowsSeen <= estimate * tolerance;
    left(Math.max(estimate - rowsSeen, 0) + owedBefore / 2, known ? 'estimated' : 'unknown');
  };
  tell();
  return {
    seen(rows, owed, tally) {
      rowsSeen += rows;
      const nowOwed = owed - owedBefore;
      owedBefore = owed;
      advance(Math.max(rows - nowOwed / 2, 0), tally);
      tell();
    },
    ended() {
      left(owedBefore / 2, 'exact');
    },
  };
}
