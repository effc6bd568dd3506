import { randomUUID } from 'node:crypto';
import { consoleEventSchema } from '../../../shared/contract/events';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { followRuns, isOver } from '../../../shared/contract/follow-runs';
import type { LiveRuns } from '../../../shared/contract/live-run';
import type { AnswerFrame, NumberedEvent } from '../../../shared/contract/wire';
import { issuesOf } from '../issues-of';
import { failureOf } from '../failure';
import { gatherEvents } from './gather-events';

/** What a subscriber gets, in order. */
export type HubFrame = Exclude<AnswerFrame, { kind: 'answer' }>;

/** Numbers the events of a host and hands them to every page. */
export interface Hub {
  /** The name of this life of the host: numbers of another one mean nothing here. */
  readonly host: string;
  publish(event: ConsoleEvent): void;
  /**
   * Begins with a frame `subscribed`; what was missed since `after` follows it, then what is known of runs under way.
   * @returns ends the subscription
   */
  subscribe(
    after: { readonly host: string; readonly seq: number } | null,
    listener: (frame: HubFrame) => void,
  ): () => void;
  /** Whether any page hears what is published. */
  isHeard(): boolean;
  /** For the host itself: each event as it is published, before any are put together. */
  onPublish(listener: (event: ConsoleEvent) => void): void;
  close(): void;
}

/** Events that are kept for pages that were cut off; those who missed more read everything again. */
const kept = 2000;

export interface HubOptions {
  /** How many events can be resumed. */
  readonly keep?: number;
  /** Told of an event that the contract does not know; no page gets it. */
  readonly onDefect?: (message: string) => void;
}

export function createHub({ keep = kept, onDefect }: HubOptions = {}): Hub {
  const host = randomUUID();
  const ring: NumberedEvent[] = [];
  const subscribers = new Set<(frame: HubFrame) => void>();
  const watchers = new Set<(event: ConsoleEvent) => void>();
  let live: LiveRuns = {};
  let seq = 0;

  const isSound = (event: ConsoleEvent): boolean => {
    const { success, error } = consoleEventSchema.safeParse(event);
    if (!success) onDefect?.(`An event "${event.type}" is not what the contract says: ${issuesOf(error)}`);
    return success;
  };
  const gathered = gatherEvents((events) => {
    const numbered = events.filter(isSound).map((event) => ({ seq: (seq += 1), event }));
    if (numbered.length === 0) return;
    for (const { event } of numbered) live = followRuns(live, event);
    ring.push(...numbered);
    ring.splice(0, ring.length - keep);
    for (const tell of [...subscribers]) tell({ kind: 'events', events: numbered });
  });

  return {
    host,
    publish(event) {
      gathered.add(event);
      for (const watch of watchers) {
        try {
          watch(event);
        } catch (error) {
          // An alert that cannot be kept (a full disk) must not end the work that it is about.
          const message = `An event could not be followed: ${failureOf(error).message}`;
          const at = new Date().toISOString();
          gathered.add({ type: 'log', run: null, dataset: null, level: 'error', message, at });
        }
      }
    },
    subscribe(after, listener) {
      const known = after !== null && after.host === host && after.seq <= seq;
      const missed = known ? ring.filter((event) => event.seq > after.seq) : [];
      const complete = after === null || (known && missed.length === seq - after.seq);
      listener({ kind: 'subscribed', host, seq: complete && after !== null ? after.seq : seq, complete });
      if (complete && missed.length > 0) listener({ kind: 'events', events: missed });
      const runs = Object.fromEntries(Object.entries(live).filter(([, run]) => !isOver(run)));
      listener({ kind: 'live', runs });
      // One that subscribes twice is two subscribers.
      const tell = (frame: HubFrame): void => {
        listener(frame);
      };
      subscribers.add(tell);
      return () => subscribers.delete(tell);
    },
    isHeard: () => subscribers.size > 0,
    onPublish(listener) {
      watchers.add(listener);
    },
    close() {
      gathered.close();
      subscribers.clear();
    },
  };
}
