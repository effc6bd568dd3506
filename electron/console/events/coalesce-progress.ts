import type { ConsoleEvent } from '../../../shared/contract/events';

type Progress = Extract<ConsoleEvent, { type: 'progress' }>;

interface RunProgress {
  /** By dataset, the one that has waited longest first. */
  readonly waiting: Map<string, Progress>;
  sentAt: number;
  timer: NodeJS.Timeout | null;
}

/** At most ten events of progress a second for one run. */
const everyMs = 100;

const atAnEnd: ReadonlySet<string> = new Set(['succeeded', 'partial', 'failed', 'cancelled', 'interrupted']);

/**
 * Lets every event through at once but progress: of that, at most ten a second for a run, however many datasets it has. The latest
 * of each dataset wins and is sent in the end; the end of a run says all, and nothing of it comes after that.
 */
export function coalesceProgress(
  send: (event: ConsoleEvent) => void,
  now: () => number = () => performance.now(),
): { publish(event: ConsoleEvent): void; close(): void } {
  const runs = new Map<string, RunProgress>();

  const sendNext = (run: string, state: RunProgress): void => {
    state.timer = null;
    const [next] = state.waiting.values();
    if (next === undefined) return;
    state.waiting.delete(next.dataset);
    state.sentAt = now();
    send(next);
    later(run, state);
  };
  const later = (run: string, state: RunProgress): void => {
    if (state.timer !== null || state.waiting.size === 0) return;
    state.timer = setTimeout(
      () => {
        sendNext(run, state);
      },
      Math.max(0, Math.ceil(state.sentAt + everyMs - now())),
    );
  };
  const forget = (run: string): void => {
    const timer = runs.get(run)?.timer;
    if (timer !== null && timer !== undefined) clearTimeout(timer);
    runs.delete(run);
  };

  return {
    publish(event) {
      if (event.type !== 'progress') {
        if (event.type === 'status' && event.dataset === null && atAnEnd.has(event.status)) forget(event.run);
        send(event);
        return;
      }
      const state = runs.get(event.run) ?? { waiting: new Map<string, Progress>(), sentAt: -everyMs, timer: null };
      runs.set(event.run, state);
      state.waiting.set(event.dataset, event);
      if (state.timer === null && now() - state.sentAt >= everyMs) sendNext(event.run, state);
      else later(event.run, state);
    },
    close() {
      for (const run of [...runs.keys()]) forget(run);
    },
  };
}
