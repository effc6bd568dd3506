import type { Hub } from '../events/hub';

interface Watched {
  run: string | null;
  movedAt: number;
  /** When it last moved, where it is told to stand still. */
  stalledSince: string | null;
}

/** Follows the tasks of this host and tells of those that show no sign of life, and of those that move again. */
export interface Stalls {
  begin(task: string): void;
  /** The run that the task turned out to be. */
  named(task: string, run: string): void;
  moved(task: string): void;
  end(task: string): void;
  close(): void;
}

const lookEveryMs = 500;

/** @param stallSeconds asked again at each look, since it is a setting */
export function watchForStalls(hub: Hub, stallSeconds: () => number, now: () => number = Date.now): Stalls {
  const watched = new Map<string, Watched>();
  const look = (): void => {
    const limit = stallSeconds() * 1000;
    for (const task of watched.values()) {
      if (task.run === null || task.stalledSince !== null || now() - task.movedAt < limit) continue;
      task.stalledSince = new Date(task.movedAt).toISOString();
      hub.publish({ type: 'stall', run: task.run, since: task.stalledSince });
    }
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  const recovered = (task: Watched): void => {
    if (task.stalledSince === null || task.run === null) return;
    task.stalledSince = null;
    hub.publish({ type: 'stall', run: task.run, since: null });
  };
  return {
    begin(task) {
      watched.set(task, { run: null, movedAt: now(), stalledSince: null });
    },
    named(task, run) {
      const found = watched.get(task);
      if (found !== undefined) found.run = run;
    },
    moved(task) {
      const found = watched.get(task);
      if (found === undefined) return;
      found.movedAt = now();
      recovered(found);
    },
    end(task) {
      const found = watched.get(task);
      if (found !== undefined) recovered(found);
      watched.delete(task);
    },
    close() {
      clearInterval(timer);
    },
  };
}
