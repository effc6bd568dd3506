import type { NumberedEvent } from '../../../shared/contract/wire';

/** Frames within a second that go out at once; above that, one each tenth of a second. */
const atOnce = 10;
const everyMs = 100;

/**
 * Hands events to a page: each at once while they are few, together ten times a second while they are many (a run that logs each of
 * its failed rows). None is dropped, and their order stays.
 */
export function gatherEvents(
  send: (events: NumberedEvent[]) => void,
  now: () => number = () => performance.now(),
): { add(event: NumberedEvent): void; close(): void } {
  let waiting: NumberedEvent[] = [];
  let sentAt: number[] = [];
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    timer = null;
    const events = waiting;
    waiting = [];
    sentAt.push(now());
    send(events);
  };
  return {
    add(event) {
      waiting.push(event);
      if (timer !== null) return;
      const at = now();
      sentAt = sentAt.filter((time) => at - time < 1000);
      if (sentAt.length < atOnce) flush();
      else timer = setTimeout(flush, Math.max(0, Math.ceil((sentAt.at(-1) ?? at) + everyMs - at)));
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      waiting = [];
    },
  };
}
