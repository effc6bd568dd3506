import { z } from 'zod';
import { alertSchema } from '../../../shared/contract/alert';
import type { Alert } from '../../../shared/contract/alert';
import type { RunSummary } from '../../../shared/engine/reports';
import type { Damaged } from '../stores/put-aside';
import type { OpenStore } from '../stores/store';
import { versionedFile } from '../stores/versioned';

const inboxSchema = z.strictObject({
  alerts: z.array(alertSchema),
  /** runs that were told of, also where their alerts were cleared */
  told: z.array(z.string()),
  /** by place of a history: when the last run that was seen there had ended */
  seen: z.record(z.string(), z.string()),
});

/** The alerts that were raised, newest first, until somebody clears them. */
export interface Inbox {
  damaged(): Damaged | null;
  list(): Alert[];
  unread(): number;
  add(alert: Alert): void;
  /** Without ids: all. */
  markRead(ids: readonly string[] | null): void;
  clear(): void;
  /** Those of the runs that nobody was told of; remembers them. */
  newlyTold(runs: readonly string[]): string[];
  /** When the last run had ended that was seen in a history; null where that history was never looked at. */
  seen(place: string): string | null;
  /**
   * Those of a history's runs that nobody was told of and that ended since it was last looked at; remembers them, and how far it was
   * looked at. The first time there are none.
   * @param runs that have ended
   */
  newSince(place: string, runs: readonly Pick<RunSummary, 'id' | 'ended_at'>[]): string[];
}

const bounds = { alerts: 500, told: 2000, seen: 100 } as const;

/** A run may be seen a moment after one that ended later. */
const overlapMs = 300_000;

/** A history in which nothing had ended yet. */
const beginning = new Date(0).toISOString();

export function openInbox(openStore: OpenStore, folder: string): Inbox {
  const file = versionedFile(openStore, folder, {
    name: 'alerts',
    version: 2,
    schema: inboxSchema,
    empty: { alerts: [], told: [], seen: {} },
    migrations: {
      1: (content) => {
        const { interrupted: told, ...rest } = content as { readonly interrupted: readonly string[] };
        return { ...rest, told, seen: {} };
      },
    },
  });
  return {
    damaged: () => file.damaged(),
    list: () => file.read().alerts,
    unread: () => file.read().alerts.filter(({ read }) => !read).length,
    add(alert) {
      file.change((now) => ({ ...now, alerts: [alert, ...now.alerts].slice(0, bounds.alerts) }));
    },
    markRead(ids) {
      file.change((now) => ({
        ...now,
        alerts: now.alerts.map((alert) => (ids === null || ids.includes(alert.id) ? { ...alert, read: true } : alert)),
      }));
    },
    clear() {
      file.change((now) => ({ ...now, alerts: [] }));
    },
    newlyTold(runs) {
      const { told } = file.read();
      if (runs.every((run) => told.includes(run))) return [];
      let found: string[] = [];
      file.change((now) => {
        found = runs.filter((run) => !now.told.includes(run));
        return { ...now, told: [...found, ...now.told].slice(0, bounds.told) };
      });
      return found;
    },
    seen: (place) => file.read().seen[place] ?? null,
    newSince(place, runs) {
      const last = file.read().seen[place] ?? null;
      const after = last === null ? 0 : Date.parse(last) - overlapMs;
      const late = runs
        .filter(({ ended_at: ended }) => ended !== null && Date.parse(ended) >= after)
        .map(({ id }) => id);
      const until = runs.map(({ ended_at: ended }) => ended ?? beginning).reduce(later, last ?? beginning);
      if (until === last && late.every((run) => file.read().told.includes(run))) return [];
      let found: string[] = [];
      file.change((now) => {
        found = late.filter((run) => !now.told.includes(run));
        const { [place]: _before, ...others } = now.seen;
        const seen = [...Object.entries(others), [place, until] as const].slice(-bounds.seen);
        return { ...now, told: [...found, ...now.told].slice(0, bounds.told), seen: Object.fromEntries(seen) };
      });
      return last === null ? [] : found;
    },
  };
}

function later(one: string, other: string): string {
  return Date.parse(one) < Date.parse(other) ? other : one;
}
