import { SyncError } from '../errors';

/**
 * Logins that servers refused, of an environment that stays open: they are not tried again until somebody asks for it, since servers
 * lock accounts after a few wrong passwords.
 */
export interface RefusedLogins {
  /**
   * Logs in to a database. Until a login succeeded there is one attempt at a time: who comes meanwhile gets what it got.
   * @throws SyncError as the login does; the refusal of before where there was one
   */
  attempt<T>(database: string, login: () => Promise<T>): Promise<T>;
  /** Somebody asks for it: the next login is tried. */
  forget(): void;
}

export function refusedLogins(): RefusedLogins {
  const refusals = new Map<string, SyncError>();
  const known = new Set<string>();
  const first = new Map<string, Promise<unknown>>();
  return {
    async attempt(database, login) {
      const other = first.get(database);
      if (other !== undefined) await other;
      const refusal = refusals.get(database);
      if (refusal !== undefined) throw refusal;
      const attempt = login();
      if (!known.has(database)) first.set(database, attempt);
      try {
        const made = await attempt;
        known.add(database);
        return made;
      } catch (error) {
        if (isRefusedLogin(error)) {
          refusals.set(database, error);
          known.delete(database);
        }
        throw error;
      } finally {
        if (first.get(database) === attempt) first.delete(database);
      }
    },
    forget() {
      refusals.clear();
    },
  };
}

/** True for an error of a server that answered, and lets nobody in with this user and password. */
export function isRefusedLogin(error: unknown): error is SyncError {
  return error instanceof SyncError && error.details['login'] === 'refused';
}
