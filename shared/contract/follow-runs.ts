import type { RunStatus } from '../engine/documents';
import type { ConsoleEvent } from './events';
import type { LiveRun, LiveRuns } from './live-run';

export const noLiveRun: LiveRun = { status: null, datasets: {}, stalledSince: null };

const kept = { rates: 60, runs: 20 } as const;

const atAnEnd: ReadonlySet<RunStatus | null> = new Set([
  'succeeded',
  'partial',
  'failed',
  'cancelled',
  'interrupted',
] as const);

export function isOver({ status }: Pick<LiveRun, 'status'>): boolean {
  return atAnEnd.has(status);
}

/**
 * What is known of runs after one more event; the same object where it tells nothing of a run. The host keeps it as well as each
 * page, so that a page that comes later, or is loaded anew, sees what one sees that was there from the start.
 */
export function followRuns(runs: LiveRuns, event: ConsoleEvent): LiveRuns {
  switch (event.type) {
    case 'progress':
      return withRun(runs, event.run, (run) => {
        const rates = run.datasets[event.dataset]?.rates ?? [];
        const next = { latest: event, rates: [...rates, event.rate ?? 0].slice(-kept.rates) };
        return { ...run, datasets: { ...run.datasets, [event.dataset]: next } };
      });
    case 'status':
      if (event.dataset !== null) return runs;
      return withRun(runs, event.run, (run) => ({ ...run, status: event.status }));
    case 'stall':
      return withRun(runs, event.run, (run) => ({ ...run, stalledSince: event.since }));
    default:
      return runs;
  }
}

function withRun(runs: LiveRuns, id: string, change: (run: LiveRun) => LiveRun): LiveRuns {
  const { [id]: run = noLiveRun, ...others } = runs;
  // The run just heard of stands last, so that the ones cut off are those that were silent longest: of those that are over, if any is.
  const all = [...Object.entries(others), [id, change(run)] as const];
  const tooMany = all.length - kept.runs;
  const cut = new Set([...all.filter(([, each]) => isOver(each)), ...all].slice(0, Math.max(0, tooMany)));
  return Object.fromEntries(all.filter((each) => !cut.has(each)));
}
