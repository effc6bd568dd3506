import { rememberSecret } from '../../engine/connect/secrets';
import type { SecretStore } from './secret-store';

/**
 * Secrets in memory alone: gone with this process. What the web console has, since a server has no keychain of a person.
 * @param given at the start, by name
 */
export function sessionSecrets(given: Readonly<Record<string, string>> = {}): SecretStore {
  const held = new Map(Object.entries(given));
  for (const secret of held.values()) rememberSecret(secret);
  const hold = (name: string, secret: string): void => {
    rememberSecret(secret);
    held.set(name, secret);
  };
  return {
    about: {
      store: 'session',
      detail:
        'Secrets are kept until this console ends. For longer, name an environment variable or a file with mode 0600.',
    },
    get: (name) => Promise.resolve(held.get(name) ?? null),
    hold,
    set(name, secret) {
      hold(name, secret);
      return Promise.resolve('session');
    },
    has: (name) => (held.has(name) ? 'session' : 'missing'),
    names: (beginning) => [...held.keys()].filter((name) => name.startsWith(beginning)),
    remove(name) {
      held.delete(name);
      return Promise.resolve();
    },
  };
}
