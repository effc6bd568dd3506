import type { RunDetail } from '../../../../shared/engine/reports';
import { comparedByRun, verdictOf } from '../../../../shared/engine/verdict';
import type { Verdict } from '../../../../shared/engine/verdict';
import { tookMs } from './took';

type Times = RunDetail['datasets'][number]['phases_ms'];

/** How long one thing took in one run. */
export interface Taken {
  readonly ms: number;
  readonly times: Times;
  readonly counts: RunDetail['run']['counts'];
  /** of a dataset; how the whole run ended stands above */
  readonly status: string;
  /** what a verification came to; null for a run */
  readonly verdict: Verdict | null;
  /** against the first run that did it; null for that one, and where there is nothing to compare with */
  readonly change: number | null;
}

export interface ComparedLine {
  /** a dataset; null: the run as a whole */
  readonly dataset: string | null;
  /** one for each run, null where it did not concern the dataset */
  readonly taken: readonly (Taken | null)[];
}

/** Runs side by side, as a whole and by dataset, in the order in which datasets are run. @param runs the one that began first first */
export function compareRuns(runs: readonly RunDetail[]): readonly ComparedLine[] {
  // One that names more datasets than the others knows their order best.
  const byLength = runs.toSorted((a, b) => b.datasets.length - a.datasets.length);
  const names = [...new Set(byLength.flatMap(({ datasets }) => datasets.map(({ name }) => name)))];
  const lines = names.map((name) =>
    lineOf(
      name,
      runs.map(({ run: { kind }, datasets }) => {
        const found = datasets.find((dataset) => dataset.name === name);
        if (found === undefined || found.duration_ms === null) return null;
        const { duration_ms: ms, phases_ms: times, counts, status } = found;
        return { ms, times, counts, status, verdict: kind === 'verify' ? verdictOf({ ...found, ...counts }) : null };
      }),
    ),
  );
  const whole = lineOf(
    null,
    runs.map(({ run, datasets }) =>
      run.ended_at === null
        ? null
        : {
            ms: tookMs(run),
            times: sumOfTimes(datasets.map((each) => each.phases_ms)),
            counts: run.counts,
            status: run.status,
            verdict: run.kind === 'verify' ? verdictOf(comparedByRun(run)) : null,
          },
    ),
  );
  return [whole, ...lines];
}

/** Milliseconds of the longest bar: a run as a whole and its datasets are drawn to one scale. */
export function longestOf(lines: readonly ComparedLine[]): number {
  return Math.max(1, ...lines.flatMap(({ taken }) => taken.map((each) => each?.ms ?? 0)));
}

function lineOf(dataset: string | null, all: readonly (Omit<Taken, 'change'> | null)[]): ComparedLine {
  const first = all.findIndex((each) => each !== null);
  const base = all[first]?.ms ?? 0;
  return {
    dataset,
    taken: all.map((each, index) =>
      each === null ? null : { ...each, change: index === first || base <= 0 ? null : each.ms / base - 1 },
    ),
  };
}

function sumOfTimes(all: readonly Times[]): Times {
  const sum: Times = {};
  for (const times of all) {
    for (const [phase, ms] of Object.entries(times)) {
      sum[phase as keyof Times] = (sum[phase as keyof Times] ?? 0) + ms;
    }
  }
  return sum;
}
