import type { Unreachable } from '../../../shared/contract/methods/session';
import type { Hub } from '../events/hub';
import { failureOf } from '../failure';

/** How long after a success, and after how many failures in a row, the servers are asked again. */
const reachableMs = 15_000;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

export interface Reachability {
  /** Asks at once: the computer woke up, or has another network. */
  readonly lookNow: () => void;
  /** What they last said; null where all answered, or none was asked yet. */
  readonly unreachable: () => Unreachable | null;
  readonly end: () => void;
}

/**
 * Asks the servers of the open environment again and again, and tells of each change: at once whether they answer, later when
 * they cease to or answer again. After failures it waits twice as long each time, up to half a minute; where a login is refused, until
 * it is asked to look.
 */
export function watchReachability(hub: Hub, ping: () => Promise<void>): Reachability {
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let told: 'reachable' | Unreachable | null = null;
  let ended = false;

  const again = (ms: number): void => {
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  let looking = false;
  /** Asked to look while it did: what it hears may be of before the computer slept. */
  let lookAgain = false;
  const look = async (): Promise<void> => {
    looking = true;
    try {
      await ping();
      if (ended) return;
      failures = 0;
      if (told !== 'reachable')
        hub.publish({ type: 'reachability', state: 'reachable', message: null, retry_at: null });
      told = 'reachable';
      again(reachableMs);
    } catch (error) {
      if (ended) return;
      const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
      failures += 1;
      const { message, details } = failureOf(error);
      // Asked again by hand alone: servers lock accounts.
      const isRefused = details['login'] === 'refused';
      told = { message, retry_at: isRefused ? null : new Date(Date.now() + wait).toISOString() };
      hub.publish({ type: 'reachability', state: 'unreachable', ...told });
      if (!isRefused) again(wait);
    } finally {
      looking = false;
      if (lookAgain) lookAtOnce();
    }
  };
  const lookAtOnce = (): void => {
    lookAgain = false;
    if (ended) return;
    if (timer !== null) clearTimeout(timer);
    failures = 0;
    void look();
  };
  void look();
  return {
    lookNow() {
      if (looking) lookAgain = true;
      else lookAtOnce();
    },
    unreachable: () => (told === 'reachable' ? null : told),
    end() {
      ended = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
