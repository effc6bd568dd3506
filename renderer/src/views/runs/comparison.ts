import type { RunDetail } from '../../../../shared/engine/reports';
import { tookMs } from './took';

type Times = RunDetail['datasets'][number]['phases_ms'];

/** How long one thing took in one run. */
export interface Taken {
  readonly ms: number;
  readonly times: Times;
  /** rows inserted, updated or deleted */
  readonly written: number;
  /** against the first run that did it; null for that one, and where there is nothing to compare with */
  readonly change: number | null;
}

export interface ComparedLine {
  /** a dataset; null: the run as a whole */
  readonly dataset: string | null;
  /** one for each run, null where it did not concern the dataset */
  readonly taken: readonly (Taken | null)[];
}

/** Runs side by side, as a whole and by dataset: the dataset that took longest in any of them first. */
export function compareRuns(runs: readonly RunDetail[]): readonly ComparedLine[] {
  const names = [...new Set(runs.flatMap(({ datasets }) => datasets.map(({ name }) => name)))];
  const lines = names.map((name) =>
    lineOf(
      name,
      runs.map(({ datasets }) => {
        const found = datasets.find((dataset) => dataset.name === name);
        if (found === undefined || found.duration_ms === null) return null;
        return { ms: found.duration_ms, times: found.phases_ms, written: writtenOf(found.counts) };
      }),
    ),
  );
  const longest = ({ taken }: ComparedLine): number => Math.max(0, ...taken.map((each) => each?.ms ?? 0));
  const whole = lineOf(
    null,
    runs.map(({ run, datasets }) =>
      run.ended_at === null
        ? null
        : {
            ms: tookMs(run),
            times: sumOfTimes(datasets.map((each) => each.phases_ms)),
            written: writtenOf(run.counts),
          },
    ),
  );
  return [whole, ...lines.sort((a, b) => longest(b) - longest(a))];
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

const writtenOf = ({ inserted, updated, deleted }: RunDetail['run']['counts']): number => inserted + updated + deleted;

function sumOfTimes(all: readonly Times[]): Times {
  const sum: Times = {};
  for (const times of all) {
    for (const [phase, ms] of Object.entries(times)) {
      sum[phase as keyof Times] = (sum[phase as keyof Times] ?? 0) + ms;
    }
  }
  return sum;
}
