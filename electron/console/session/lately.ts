import type { Session } from '../../../shared/contract/methods/session';
import type { Engine } from '../../engine/operate/api';
import type { RunsLately } from '../../engine/system/runs-lately';
import type { Hub } from '../events/hub';
import type { SessionHolder } from './session';

/** How often it is asked whether there is news: what fails elsewhere is to be told within two seconds or so. */
const askMs = 1500;
/** The same while a page watches runs of others. */
const watchMs = 1000;

/** What the history of the open environment showed when it was last asked. */
export interface Reading {
  readonly opened: Session;
  readonly engine: Engine;
  readonly lately: RunsLately;
}

/** Hands each reading to all who follow the history, so that it is asked once for all of them. */
export interface LatelyReader {
  /** Whoever is still at work with a reading gets the next one that comes after; what it throws is its own. */
  onReading(take: (reading: Reading) => Promise<void>): void;
  end(): void;
}

/**
 * Asks the history of the open environment again and again what is under way and whether there is news; at once where another
 * environment is opened.
 * @param options.isOwn whether a run is work of this console, which tells of it itself
 */
export function readLately(options: {
  readonly hub: Pick<Hub, 'onPublish' | 'isHeard'>;
  readonly session: Pick<SessionHolder, 'current' | 'engine' | 'unreachable'>;
  readonly isOwn: (run: string) => boolean;
}): LatelyReader {
  const { hub, session, isOwn } = options;
  const followers: ((reading: Reading) => void)[] = [];
  let openedAt: string | null = null;
  let ended = false;
  let reading = false;
  let watched = false;
  let timer: NodeJS.Timeout | undefined;

  const read = async (): Promise<void> => {
    const opened = session.current();
    openedAt = opened?.opened_at ?? null;
    watched = false;
    if (opened === null) return;
    const engine = session.engine(() => undefined);
    const lately = await engine.lately();
    // What was read of an environment that is closed by now is nobody's news.
    if (ended || session.current()?.opened_at !== opened.opened_at) return;
    watched = hub.isHeard() && lately.active.some(({ id }) => !isOwn(id));
    for (const take of followers) take({ opened, engine, lately });
  };
  const look = async (): Promise<void> => {
    if (reading || ended) return;
    reading = true;
    clearTimeout(timer);
    try {
      await read();
    } catch {
      // What cannot be read now (nothing is installed, a server is away) is looked for again.
    } finally {
      reading = false;
      again();
    }
  };
  const again = (): void => {
    if (ended) return;
    // Who looks for the servers asks them with longer and longer pauses; this does not press them.
    timer = setTimeout(
      () => {
        if (session.unreachable() === null) void look();
        else again();
      },
      watched ? watchMs : askMs,
    );
    timer.unref();
  };
  hub.onPublish((event) => {
    if (event.type === 'session' && session.current()?.opened_at !== openedAt) void look();
  });
  again();
  return {
    onReading(take) {
      let busy = false;
      followers.push((next) => {
        if (busy) return;
        busy = true;
        void take(next)
          .catch(() => undefined)
          .finally(() => (busy = false));
      });
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
