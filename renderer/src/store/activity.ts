import type { ConsoleEvent } from '../../../shared/contract/events';
import { followRuns } from '../../../shared/contract/follow-runs';
import type { LiveRuns } from '../../../shared/contract/live-run';
import type { Task } from '../../../shared/contract/task';

export { noLiveRun } from '../../../shared/contract/follow-runs';
export type { LiveRun } from '../../../shared/contract/live-run';
/** Progress of one dataset, with its last rates for the sparkline. */
export type LiveProgress = LiveRuns[string]['datasets'][string];

export interface Activity {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly runs: LiveRuns;
}

export const noActivity: Activity = { tasks: {}, runs: {} };

const keptTasks = 50;

/** The activity after an event; the same object where the event is about something else. */
export function applyToActivity(activity: Activity, event: ConsoleEvent): Activity {
  if (event.type === 'task') return withTasks(activity, [event.task]);
  const runs = followRuns(activity.runs, event);
  return runs === activity.runs ? activity : { ...activity, runs };
}

/** The activity with these tasks in it; only the newest are kept. */
export function withTasks(activity: Activity, tasks: readonly Task[]): Activity {
  const all = { ...activity.tasks };
  for (const task of tasks) all[task.id] = task;
  const newest = Object.values(all).sort((a, b) => b.started_at.localeCompare(a.started_at));
  return { ...activity, tasks: Object.fromEntries(newest.slice(0, keptTasks).map((task) => [task.id, task])) };
}
