import type { ConsoleEvent } from '../../../shared/contract/events';

/**
 * Between two updates, so that no second holds more than ten of them: a little more than a tenth, since on the way to a page one
 * may be held up and the next one not.
 */
const everyMs = 110;

/**
 * Puts events together into updates, at most ten in any one second, however many events there are. One that is alone goes out at
 * once, others wait no longer than for the next update. Their order stays, and none is dropped but what a later one replaces: of the
 * progress of a dataset and of the state of a task, the latest says all.
 */
export function gatherEvents(
  send: (events: readonly ConsoleEvent[]) => void,
  now: () => number = () => performance.now(),
): { add(event: ConsoleEvent): void; close(): void } {
  const waiting = new Map<string, ConsoleEvent>();
  let sentAt = -everyMs;
  let timer: NodeJS.Timeout | null = null;
  let count = 0;

  const flush = (): void => {
    timer = null;
    sentAt = now();
    const events = [...waiting.values()];
    waiting.clear();
    send(events);
  };
  return {
    add(event) {
      const name = replaceable(event) ?? String((count += 1));
      // Behind what came since: a run's end is not told before its last progress.
      waiting.delete(name);
      waiting.set(name, event);
      if (timer !== null) return;
      const wait = Math.ceil(sentAt + everyMs - now());
      if (wait <= 0) flush();
      else timer = setTimeout(flush, wait);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting.clear();
    },
  };
}

/** What an event tells of, where a later one of the same makes it old news. */
function replaceable(event: ConsoleEvent): string | null {
  if (event.type === 'progress') return JSON.stringify(['progress', event.run, event.dataset]);
  return event.type === 'task' ? JSON.stringify(['task', event.task.id]) : null;
}
