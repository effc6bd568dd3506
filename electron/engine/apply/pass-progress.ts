import type { DriverContext } from '../run/driver';

/** An estimate that was passed by more than this says nothing any more. */
const tolerance = 1.1;

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
 * @param estimate rows of the source as the catalog knows them; below zero where it does not
 */
export function passProgress({ left, advance }: DriverContext['progress'], estimate: number): PassProgress {
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
