/** What a measure must reach. */
export type Goal = { readonly atLeast: number; readonly unit: Unit } | { readonly atMost: number; readonly unit: Unit };
/** ratio: reference time / our time (or our rate / reference rate); 1 is as fast as the reference. */
export type Unit = 'ratio' | 's' | 'ms' | 'MB' | 'kB' | '/s';

/** One line of the table: samples of one measure, one per repeat. */
export interface Measure {
  readonly what: string;
  readonly goal: Goal | null;
  readonly samples: readonly number[];
  /** Of the reference, in its own unit; empty where the goal is absolute. */
  readonly reference: { readonly name: string; readonly samples: readonly number[]; readonly unit: Unit } | null;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** True where the median meets the goal; null without one. */
export function isReached({ goal, samples }: Measure): boolean | null {
  if (goal === null) return null;
  return 'atLeast' in goal ? median(samples) >= goal.atLeast : median(samples) <= goal.atMost;
}

/** Seconds that some work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Measures rivals in turn, in the same round and with the order reversed in every other one, so that what else the machine does
 * hits all of them. Each prepares itself before its measurement.
 * @returns the rounds, each with one sample per rival
 */
export async function inRounds<Samples extends object>(
  rounds: number,
  rivals: { readonly [Name in keyof Samples]: () => Promise<Samples[Name]> },
): Promise<Samples[]> {
  const names = Object.keys(rivals) as (keyof Samples)[];
  const results: Samples[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : [...names].reverse();
    const samples: Partial<Samples> = {};
    for (const name of order) samples[name] = await rivals[name]();
    results.push(samples as Samples);
  }
  return results;
}
