import type { ConsoleEvent } from '../../../shared/contract/events';
import type { Task } from '../../../shared/contract/task';
import type { RunStatus } from '../../../shared/engine/documents';
import type { ProgressEvent } from '../../../shared/engine/events';

/** Progress of one dataset, with its last rates for the sparkline. */
export interface LiveProgress {
  readonly latest: ProgressEvent;
  readonly rates: readonly number[];
}

export interface LiveLogLine {
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly dataset: string | null;
  readonly message: string;
}

/** What is known of a run from events alone. */
export interface LiveRun {
  readonly status: RunStatus | null;
  readonly datasets: Readonly<Record<string, LiveProgress>>;
  readonly statuses: Readonly<Record<string, RunStatus>>;
  readonly stalledSince: string | null;
  readonly log: readonly LiveLogLine[];
}

export interface Activity {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly runs: Readonly<Record<string, LiveRun>>;
}

export const noActivity: Activity = { tasks: {}, runs: {} };
export const noLiveRun: LiveRun = { status: null, datasets: {}, statuses: {}, stalledSince: null, log: [] };

const kept = { rates: 60, log: 500, runs: 20, tasks: 50 } as const;

/** The activity after an event; the same object where the event is about something else. */
export function applyToActivity(activity: Activity, event: ConsoleEvent): Activity {
  switch (event.type) {
    case 'progress':
      return withRun(activity, event.run, (run) => {
        const rates = run.datasets[event.dataset]?.rates ?? [];
        const next = { latest: event, rates: [...rates, event.rate ?? 0].slice(-kept.rates) };
        return { ...run, datasets: { ...run.datasets, [event.dataset]: next } };
      });
    case 'status':
      return withRun(activity, event.run, (run) =>
        event.dataset === null
          ? { ...run, status: event.status }
          : { ...run, statuses: { ...run.statuses, [event.dataset]: event.status } },
      );
    case 'log': {
      const { run: id, at, level, dataset, message } = event;
      if (id === null) return activity;
      return withRun(activity, id, (run) => ({
        ...run,
        log: [...run.log, { at, level, dataset, message }].slice(-kept.log),
      }));
    }
    case 'stall':
      return withRun(activity, event.run, (run) => ({ ...run, stalledSince: event.since }));
    case 'task':
      return withTasks(activity, [event.task]);
    default:
      return activity;
  }
}

/** The activity with these tasks in it; only the newest are kept. */
export function withTasks(activity: Activity, tasks: readonly Task[]): Activity {
  const all = { ...activity.tasks };
  for (const task of tasks) all[task.id] = task;
  const newest = Object.values(all).sort((a, b) => b.started_at.localeCompare(a.started_at));
  return { ...activity, tasks: Object.fromEntries(newest.slice(0, kept.tasks).map((task) => [task.id, task])) };
}

function withRun(activity: Activity, id: string, change: (run: LiveRun) => LiveRun): Activity {
  const { [id]: run = noLiveRun, ...others } = activity.runs;
  // The run just heard of stands last, so that the ones cut off are those that were silent longest.
  const runs = [...Object.entries(others), [id, change(run)] as const].slice(-kept.runs);
  return { ...activity, runs: Object.fromEntries(runs) };
}
