import { randomUUID } from 'node:crypto';
import type { Task } from '../../../shared/contract/task';
import type { RunDocument } from '../../../shared/engine/documents';
import type { EngineEvent, EngineListener } from '../../../shared/engine/events';
import { SyncError } from '../../engine/errors';
import type { Hub } from '../events/hub';
import { failureOf } from '../failure';
import { watchForStalls } from './stalls';

/** What a task does, and for what. */
export interface Work {
  readonly kind: Task['kind'];
  readonly environment: string;
  readonly datasets: readonly string[];
  /** @returns the document of a plan, run or verification; null for other work */
  readonly perform: (listener: EngineListener, signal: AbortSignal) => Promise<RunDocument | null>;
}

/** Long work of this host: it goes on without any page. */
export interface Tasks {
  start(work: Work): Task;
  /** Work whose caller waits for what it gives; it is a task all the same, and goes on without the caller. */
  through<T>(
    about: Omit<Work, 'perform'>,
    work: (listener: EngineListener, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Newest first. */
  list(): Task[];
  /** @throws SyncError TASK_UNKNOWN */
  get(id: string): Task;
  /** Asks a task to stop. @throws SyncError TASK_UNKNOWN */
  stop(id: string): void;
  working(): readonly Task[];
  /** Asks every task to stop, and waits until they have. */
  stopAll(): Promise<void>;
}

interface Entry {
  task: Task;
  readonly controller: AbortController;
  readonly end: Promise<void>;
}

/** Tasks that have ended and are still remembered. */
const remembered = 200;

/** @param stallSeconds after how long without any sign of life a run counts as stalled; asked again each time */
export function createTasks(hub: Hub, stallSeconds: () => number): Tasks {
  const entries = new Map<string, Entry>();
  const stalls = watchForStalls(hub, stallSeconds);

  const find = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry !== undefined) return entry;
    throw new SyncError('TASK_UNKNOWN', `There is no task ${id}`, {
      hint: 'Tasks are remembered as long as the console runs; runs are kept in the history.',
    });
  };
  const forgetOld = (): void => {
    const over = [...entries.values()].filter(({ task }) => task.state !== 'working');
    for (const { task } of over.slice(0, Math.max(0, over.length - remembered))) entries.delete(task.id);
  };

  const start = (work: Work): Task => {
    const controller = new AbortController();
    const task: Task = {
      id: randomUUID(),
      kind: work.kind,
      environment: work.environment,
      datasets: [...work.datasets],
      state: 'working',
      run: null,
      started_at: new Date().toISOString(),
      ended_at: null,
      document: null,
      error: null,
    };
    const change = (changed: Partial<Task>): void => {
      const entry = entries.get(task.id);
      if (entry === undefined) return;
      entry.task = { ...entry.task, ...changed };
      hub.publish({ type: 'task', task: entry.task });
    };
    const listener = (event: EngineEvent): void => {
      stalls.moved(task.id);
      // The log may speak of other runs, such as one that was found interrupted.
      if (event.type !== 'log' && entries.get(task.id)?.task.run === null) {
        stalls.named(task.id, event.run);
        change({ run: event.run });
      }
      hub.publish(event);
    };
    const perform = async (): Promise<void> => {
      // The answer to the page comes first.
      await Promise.resolve();
      if (work.kind !== 'export') stalls.begin(task.id);
      try {
        const document = await work.perform(listener, controller.signal);
        change({
          state: document === null || document.ok ? 'done' : 'failed',
          ended_at: new Date().toISOString(),
          document,
          ...(document?.id === undefined || document.id === null ? {} : { run: document.id }),
        });
      } catch (error) {
        change({ state: 'failed', ended_at: new Date().toISOString(), error: failureOf(error) });
      } finally {
        stalls.end(task.id);
        forgetOld();
      }
    };
    const entry: Entry = { task, controller, end: Promise.resolve() };
    entries.set(task.id, entry);
    entries.set(task.id, Object.assign(entry, { end: perform() }));
    hub.publish({ type: 'task', task });
    return task;
  };

  return {
    start,
    through: (about, work) =>
      new Promise((resolve, reject) => {
        start({
          ...about,
          async perform(listener, signal) {
            const result = work(listener, signal);
            result.then(resolve, reject);
            await result;
            return null;
          },
        });
      }),
    list: () => [...entries.values()].map(({ task }) => task).reverse(),
    get: (id) => find(id).task,
    stop(id) {
      find(id).controller.abort();
    },
    working: () => [...entries.values()].map(({ task }) => task).filter(({ state }) => state === 'working'),
    async stopAll() {
      for (const { controller, task } of entries.values()) if (task.state === 'working') controller.abort();
      await Promise.all([...entries.values()].map(({ end }) => end));
      stalls.close();
    },
  };
}
