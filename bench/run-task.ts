import { setTimeout as pause } from 'node:timers/promises';
import type { Task } from '../shared/contract/task';
import { plainRun } from '../shared/contract/plain-run';

/** One method of the console's contract, as a page calls it. @throws Error where the host refused it */
export type CallConsole = (method: string, input: unknown) => Promise<unknown>;

/** How often it is asked whether a run has ended: seldom enough not to be work that is measured. */
const askMs = 250;

/** Runs a dataset on a console. @returns its work when it has ended, however that was */
export async function runTask(call: CallConsole, dataset: string, mode: 'full' | 'incremental'): Promise<Task> {
  const { id } = (await call('runs.start', { ...plainRun, datasets: [dataset], mode })) as Task;
  for (;;) {
    const task = (await call('tasks.get', { id })) as Task;
    if (task.state !== 'working') return task;
    await pause(askMs);
  }
}
