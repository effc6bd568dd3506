import type { ConsoleEvent } from '../../../shared/contract/events';
import { progressSchema } from '../../../shared/engine/events';
import type { RunDetail } from '../../../shared/engine/reports';

type Dataset = RunDetail['datasets'][number];

/** Turns looks at the record of a run into the events that it would have told itself. */
export interface FollowedRecord {
  /** What is new since the last look. */
  news(detail: RunDetail): readonly ConsoleEvent[];
}

interface Look {
  readonly at: number;
  readonly done: number;
}

/** The rate is of these last seconds, as that of a run of our own. */
const rateWindowMs = 5000;

export function followRecord(run: string, now: () => number = Date.now): FollowedRecord {
  const looks = new Map<string, readonly Look[]>();
  /** By dataset, what its record said when it was last told of. */
  const told = new Map<string, string>();
  let status: string | null = null;

  const progressOf = (dataset: Dataset, at: number): ConsoleEvent | null => {
    const { phase, done, total, total_kind } = dataset.progress;
    const before = looks.get(dataset.name) ?? [];
    const last = [...before.filter((look) => at - look.at <= rateWindowMs), { at, done }];
    looks.set(dataset.name, last);
    const state = JSON.stringify([dataset.progress, dataset.counts]);
    if (phase === null || told.get(dataset.name) === state) return null;
    told.set(dataset.name, state);
    const rate = rateOf(last);
    const left = total === null || rate === null || rate === 0 ? null : Math.max(0, total - done) / rate;
    return {
      type: 'progress',
      run,
      dataset: dataset.name,
      phase,
      done,
      total,
      total_kind: progressSchema.shape.total_kind.catch('unknown').parse(total_kind),
      rate,
      eta_s: left,
      counts: dataset.counts,
      at: new Date(at).toISOString(),
    };
  };
  return {
    news({ run: summary, datasets }) {
      const at = now();
      const events: ConsoleEvent[] = datasets.map((each) => progressOf(each, at)).filter((event) => event !== null);
      if (summary.status !== status) {
        const time = new Date(at).toISOString();
        events.push({ type: 'status', run, dataset: null, status: summary.status, at: time });
        status = summary.status;
      }
      return events;
    },
  };
}

/** Rows per second between the first look and the last; null after a first one. */
function rateOf(looks: readonly Look[]): number | null {
  const [first] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  return Math.max(0, ((last.done - first.done) / (last.at - first.at)) * 1000);
}
