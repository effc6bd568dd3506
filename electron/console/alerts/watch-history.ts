import type { RunsLately } from '../../engine/system/runs-lately';
import type { Hub } from '../events/hub';
import type { LatelyReader, Reading } from '../session/lately';
import type { Alerts } from './alerts';
import type { Inbox } from './inbox';
import { lookAtHistory, placeOf } from './look-at-history';
import { followOthers } from './others-stalls';

/** The history itself is read when there is news, and all the same once in that time. */
const lookAgainMs = 60_000;

export interface HistoryOptions {
  readonly hub: Hub;
  /** Asks the history of the open environment, for others too. */
  readonly reader: LatelyReader;
  readonly inbox: Inbox;
  readonly alerts: Alerts;
  /** Whether a run is work of this console, which tells of it itself. */
  readonly isOwn: (run: string) => boolean;
  /** Asked again at each look, since it is a setting. */
  readonly stallSeconds: () => number;
}

/**
 * Follows in the history of the open environment what others run (cron, another console): raises alerts of what ended badly since
 * this console last saw the environment, of runs whose process is gone, and of those that stand still.
 */
export function watchHistory(options: HistoryOptions): void {
  const { hub, reader, inbox, alerts, isOwn, stallSeconds } = options;
  let follow = followOthers(stallSeconds);
  /** When that environment was opened of which the rest speaks. */
  let openedAt: string | null = null;
  let known: string | null = null;
  let lookedAt = 0;

  const tellStalls = (active: RunsLately['active'], environment: string): void => {
    const others = active.filter(({ id }) => !isOwn(id));
    for (const { run, since } of follow(others, Date.now())) {
      const at = since === null ? null : new Date(since).toISOString();
      hub.publish({ type: 'stall', run: run.id, since: at });
      if (at === null) continue;
      const { id, kind, datasets, operator, host } = run;
      alerts.ofStall({ environment, run: id, kind, datasets, who: `${operator} on ${host}`, since: at });
    }
  };
  const look = async ({ opened, engine, lately }: Reading): Promise<void> => {
    if (opened.opened_at !== openedAt) {
      openedAt = opened.opened_at;
      known = null;
      follow = followOthers(stallSeconds);
    }
    const environment = opened.environment.name;
    tellStalls(lately.active, environment);
    const now = [lately.newest, ...lately.active.map(({ id }) => id)].join(' ');
    if (now === known && Date.now() - lookedAt < lookAgainMs) return;
    const place = placeOf(environment, opened.databases);
    await lookAtHistory({ engine, environment, place, inbox, alerts, isOwn });
    known = now;
    lookedAt = Date.now();
  };
  reader.onReading(look);
}
