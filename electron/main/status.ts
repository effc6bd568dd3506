import type { Session } from '../../shared/contract/methods/session';
import type { Console } from '../console/console';

/** What the window's title, the tray and the badge tell of. */
export interface Status {
  readonly environment: string | null;
  readonly level: Session['environment']['level'] | null;
  readonly unread: number;
  readonly busy: boolean;
}

export const nothingOpen: Status = { environment: null, level: null, unread: 0, busy: false };

/** Follows the console, and tells what there is now each time that it may have changed. */
export function watchStatus(console: Pick<Console, 'dispatch' | 'busy' | 'hub'>, told: (status: Status) => void): void {
  let status = nothingOpen;
  const change = (changed: Partial<Status>): void => {
    status = { ...status, ...changed, busy: console.busy() };
    told(status);
  };
  const readSession = async (): Promise<void> => {
    const outcome = await console.dispatch('session.current', {});
    if (!outcome.ok) return;
    const { session } = outcome.value as { readonly session: Session | null };
    change({ environment: session?.environment.name ?? null, level: session?.environment.level ?? null });
  };
  const readUnread = async (): Promise<void> => {
    const outcome = await console.dispatch('alerts.list', {});
    if (outcome.ok) change({ unread: (outcome.value as { readonly unread: number }).unread });
  };
  console.hub.onPublish((event) => {
    if (event.type === 'session') void readSession();
    else if (event.type === 'alert' || event.type === 'unread') change({ unread: event.unread });
    // The console counts its work once the event is out.
    else if (event.type === 'task') setImmediate(() => change({}));
  });
  void readSession();
  void readUnread();
}

const product = 'AstroBookings Sync Console';

export function titleOf({ environment, level, unread }: Status): string {
  const name = environmentIn({ environment, level });
  const open = name === null ? '' : `${name} · `;
  return `${unread === 0 ? '' : `(${unread}) `}${open}${product}`;
}

/** The open environment in words, as `PRODUCTION eu`: a window of the system has no colour for it. Null where none is open. */
export function environmentIn({ environment, level }: Pick<Status, 'environment' | 'level'>): string | null {
  if (environment === null) return null;
  return `${level === 'production' ? 'PRODUCTION ' : level === 'staging' ? 'Staging ' : ''}${environment}`;
}

/** One line for the tray. */
export function summaryOf({ environment, unread, busy }: Status): string {
  const open = environment ?? 'No environment is open';
  const work = busy ? 'working' : 'idle';
  const alerts = unread === 0 ? '' : `, ${unread} unread ${unread === 1 ? 'alert' : 'alerts'}`;
  return environment === null && !busy ? `${open}${alerts}` : `${open}: ${work}${alerts}`;
}
