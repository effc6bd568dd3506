import type { RunSummary } from '../../../shared/engine/reports';
import type { Hub } from '../events/hub';
import type { SessionHolder } from '../session/session';
import type { Alerts } from './alerts';
import type { Inbox } from './inbox';

const againMs = 30_000;
const dayMs = 86_400_000;

/** How long a run may have worked before it failed, for it to be found all the same; how far back interrupted ones are looked for. */
const longestMs = 7 * dayMs;
const atMost = 500;

export interface HistoryOptions {
  readonly hub: Hub;
  readonly session: SessionHolder;
  readonly inbox: Inbox;
  readonly alerts: Alerts;
  /** Whether a run is work of this console, which tells of it itself. */
  readonly isOwn: (run: string) => boolean;
}

/**
 * Looks in the history of the open environment for what others ran (cron, another console), when it is opened and now and then: what
 * failed or left something over since this console last saw the environment, and runs whose process is gone.
 * @returns ends it
 */
export function watchHistory({ hub, session, inbox, alerts, isOwn }: HistoryOptions): () => void {
  const look = async (): Promise<void> => {
    const opened = session.current();
    if (opened === null) return;
    const { name } = opened.environment;
    // Two environments may have one name; two histories are never at one place.
    const place = `${name}: ${opened.databases.find(({ system }) => system)?.label ?? ''}`;
    const engine = session.engine(() => undefined);
    const runsOf = async (status: readonly RunSummary['status'][], last: number): Promise<readonly RunSummary[]> => {
      const since = new Date(last - longestMs).toISOString();
      const runs = await engine.runs({ status, kind: ['run', 'verify'], since, limit: atMost });
      return runs.filter(({ id }) => !isOwn(id));
    };
    const seen = inbox.seen(place);
    const ended = await runsOf(['failed', 'partial'], seen === null ? Date.now() : Date.parse(seen));
    const interrupted = await runsOf(['interrupted'], Date.now());
    const news = new Set([...inbox.newSince(place, ended), ...inbox.newlyTold(interrupted.map(({ id }) => id))]);
    for (const reason of ['failed', 'partial', 'interrupted'] as const) {
      const runs = [...ended, ...interrupted].filter(({ id, status }) => status === reason && news.has(id));
      alerts.ofOthers(reason, runs, name);
    }
  };
  // What cannot be read now (nothing is installed, a server is away) is looked for again.
  const quietly = (): void => void look().catch(() => undefined);
  let opened: string | null = null;
  hub.onPublish((event) => {
    if (event.type !== 'session') return;
    const at = session.current()?.opened_at ?? null;
    if (at !== null && at !== opened) quietly();
    opened = at;
  });
  const timer = setInterval(quietly, againMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
