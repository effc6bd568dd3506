import { randomUUID } from 'node:crypto';
import type { ConsoleEvent } from '../../../shared/contract/events';
import type { AnswerFrame, NumberedEvent } from '../../../shared/contract/wire';
import { failureOf } from '../failure';
import { coalesceProgress } from './coalesce-progress';
import { gatherEvents } from './gather-events';

/** What a subscriber gets, in order. */
export type HubFrame = Exclude<AnswerFrame, { kind: 'answer' }>;

/** Numbers the events of a host and hands them to every page. */
export interface Hub {
  /** The name of this life of the host: numbers of another one mean nothing here. */
  readonly host: string;
  publish(event: ConsoleEvent): void;
  /**
   * Begins with a frame `subscribed`; what was missed since `after` follows it.
   * @returns ends the subscription
   */
  subscribe(
    after: { readonly host: string; readonly seq: number } | null,
    listener: (frame: HubFrame) => void,
  ): () => void;
  /** For the host itself: each event as it is published, before progress is thinned out. */
  onPublish(listener: (event: ConsoleEvent) => void): void;
  close(): void;
}

/** Events that are kept for pages that were cut off; those who missed more read everything again. */
const kept = 2000;

/** @param keep how many events can be resumed */
export function createHub(keep: number = kept): Hub {
  const host = randomUUID();
  const ring: NumberedEvent[] = [];
  const subscribers = new Set<ReturnType<typeof gatherEvents>>();
  const watchers = new Set<(event: ConsoleEvent) => void>();
  let seq = 0;

  const number = (event: ConsoleEvent): void => {
    seq += 1;
    const numbered = { seq, event };
    ring.push(numbered);
    if (ring.length > keep) ring.shift();
    for (const subscriber of [...subscribers]) subscriber.add(numbered);
  };
  const thinned = coalesceProgress(number);

  return {
    host,
    publish(event) {
      thinned.publish(event);
      for (const watch of watchers) {
        try {
          watch(event);
        } catch (error) {
          // An alert that cannot be kept (a full disk) must not end the work that it is about.
          const message = `An event could not be followed: ${failureOf(error).message}`;
          thinned.publish({
            type: 'log',
            run: null,
            dataset: null,
            level: 'error',
            message,
            at: new Date().toISOString(),
          });
        }
      }
    },
    subscribe(after, listener) {
      const known = after !== null && after.host === host && after.seq <= seq;
      const missed = known ? ring.filter((event) => event.seq > after.seq) : [];
      const complete = after === null || (known && missed.length === seq - after.seq);
      listener({ kind: 'subscribed', host, seq: complete && after !== null ? after.seq : seq, complete });
      if (complete && missed.length > 0) listener({ kind: 'events', events: missed });
      const gathered = gatherEvents((events) => {
        listener({ kind: 'events', events });
      });
      subscribers.add(gathered);
      return () => {
        subscribers.delete(gathered);
        gathered.close();
      };
    },
    onPublish(listener) {
      watchers.add(listener);
    },
    close() {
      thinned.close();
      for (const subscriber of subscribers) subscriber.close();
      subscribers.clear();
    },
  };
}
