import type { Hub } from '../events/hub';
import type { SessionHolder } from '../session/session';
import type { Alerts } from './alerts';

const againMs = 60_000;
const lookBackMs = 7 * 86_400_000;

/**
 * Looks in the history of the open environment for runs whose process is gone, when it is opened and now and then: also those that
 * ended while no console was there are told of.
 * @returns ends it
 */
export function lookForInterrupted(hub: Hub, session: SessionHolder, alerts: Alerts): () => void {
  const look = async (): Promise<void> => {
    const environment = session.current()?.environment.name;
    if (environment === undefined) return;
    const since = new Date(Date.now() - lookBackMs).toISOString();
    const runs = await session.engine(() => undefined).runs({ status: ['interrupted'], since, limit: 100 });
    alerts.interrupted(runs, environment);
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
