import type { Profile } from '../../../shared/contract/profile';
import type { Settings } from '../../../shared/contract/settings';
import type { EngineSession, OpenEngine, OpenRequest } from '../engine/engine-session';
import type { Alerts } from './alerts';
import type { Inbox } from './inbox';
import { lookAtHistory, placeOf } from './look-at-history';

/** So many environments are looked at, those that were used last; each may take that long, to be reached too. */
const atMost = 20;
const eachMs = 15_000;

export interface SavedOptions {
  readonly profiles: () => readonly Profile[];
  /** What opens it; throws where a secret would have to be asked for. */
  readonly requestOf: (profile: Profile) => Promise<OpenRequest>;
  readonly openEngine: OpenEngine;
  readonly inbox: Inbox;
  readonly alerts: Alerts;
  readonly rules: () => Settings['alerts'];
  readonly isOwn: (run: string) => boolean;
}

/**
 * Looks once into the histories of the saved environments, for what failed or was interrupted while no console was there: one after
 * the other, those that somebody has opened before and whose secrets are at hand. Nobody is asked for anything, and what cannot be
 * reached is passed over; an environment that is opened is looked at then.
 * @returns ends it, and waits until nothing of it is open any more
 */
export function lookAtSaved(options: SavedOptions): () => Promise<void> {
  const { profiles, rules, requestOf, openEngine, inbox, alerts, isOwn } = options;
  const ended = new AbortController();

  const lookAt = async (profile: Profile): Promise<void> => {
    const opening = openEngine(await requestOf(profile));
    const over = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        reject(new Error('It takes too long'));
      };
      setTimeout(giveUp, eachMs).unref();
      ended.signal.addEventListener('abort', giveUp);
    });
    const look = async (): Promise<void> => {
      const session = await opening;
      const environment = profile.name;
      const place = placeOf(environment, session.opened.databases);
      await lookAtHistory({ engine: session.engine(() => undefined), environment, place, inbox, alerts, isOwn });
    };
    try {
      await Promise.race([look(), over]);
    } finally {
      const close = opening.then((session: EngineSession) => session.close());
      await Promise.race([close, new Promise((late) => setTimeout(late, 1000).unref())]);
    }
  };
  const lookAtAll = async (): Promise<void> => {
    const { environments } = rules();
    const used = profiles()
      .filter(({ name, used_at: at }) => at !== null && (environments === null || environments.includes(name)))
      .sort((one, other) => (other.used_at ?? '').localeCompare(one.used_at ?? ''));
    for (const profile of used.slice(0, atMost)) {
      if (ended.signal.aborted) return;
      await lookAt(profile).catch(() => undefined);
    }
  };
  const looking = lookAtAll();
  return async () => {
    ended.abort();
    await looking;
  };
}
