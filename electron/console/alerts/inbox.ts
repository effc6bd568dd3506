import { z } from 'zod';
import { alertSchema } from '../../../shared/contract/alert';
import type { Alert } from '../../../shared/contract/alert';
import type { Damaged } from '../stores/put-aside';
import type { OpenStore } from '../stores/store';
import { versionedFile } from '../stores/versioned';

const inboxSchema = z.strictObject({
  alerts: z.array(alertSchema),
  /** runs that were found interrupted and told of, also where their alerts were cleared */
  interrupted: z.array(z.string()),
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
  newInterrupted(runs: readonly string[]): string[];
}

const bounds = { alerts: 500, interrupted: 2000 } as const;

export function openInbox(openStore: OpenStore, folder: string): Inbox {
  const file = versionedFile(openStore, folder, {
    name: 'alerts',
    version: 1,
    schema: inboxSchema,
    empty: { alerts: [], interrupted: [] },
    migrations: {},
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
    newInterrupted(runs) {
      if (runs.every((run) => file.read().interrupted.includes(run))) return [];
      let found: string[] = [];
      file.change((now) => {
        found = runs.filter((run) => !now.interrupted.includes(run));
        return { ...now, interrupted: [...found, ...now.interrupted].slice(0, bounds.interrupted) };
      });
      return found;
    },
  };
}
