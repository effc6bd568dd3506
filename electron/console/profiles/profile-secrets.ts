import { createHash } from 'node:crypto';
import { isPassphrase, keptFrom, secretParts, useText } from '../../../shared/contract/kept-for';
import type { Profile, ProfileDraft } from '../../../shared/contract/profile';
import { rememberSecret } from '../../engine/connect/secrets';
import { SyncError } from '../../engine/errors';
import type { SecretStore } from '../secrets/secret-store';

/** Secrets as a page sends them with a draft, by part of it: a connection, `<connection>.tls` or `tunnel`; null forgets one. */
export type GivenSecrets = Readonly<Record<string, string | null>>;

type How = 'kept' | 'session' | 'as usual';
type State = 'kept' | 'session' | 'missing';

/**
 * The secrets that belong to saved profiles. Each is kept under the server or key file that it was typed in for: where a profile
 * leads elsewhere, whoever changed it and wherever, it is not found.
 */
export interface ProfileSecrets {
  /** Of each connection whose secret is stored by this host: whether it is there; of a key only where there is a passphrase. */
  stateOf(profile: Profile): Record<string, State>;
  /**
   * Keeps what was given and what may still be used, and forgets the rest.
   * @param before as it was saved until now; null where it is new
   */
  save(before: Profile | null, profile: Profile, given: GivenSecrets, insist: boolean): Promise<void>;
  /** Keeps what was typed in to open it until this process ends, and nowhere else. */
  hold(profile: Profile, given: GivenSecrets): void;
  /** Connections whose password no form has: it is among what was given, or was typed in to open it earlier. */
  typedToOpen(profile: Profile, given: GivenSecrets): string[];
  copy(from: Profile, to: Profile): Promise<void>;
  forget(id: string): Promise<void>;
  /**
   * All that is needed to open a draft: given ones first, then those that are kept for the saved profile and may go there.
   * @throws SyncError SECRET_UNAVAILABLE: `details.missing` names the parts whose secret somebody must give
   */
  collect(saved: Profile | null, draft: ProfileDraft, given: GivenSecrets): Promise<Record<string, string>>;
}

export function profileSecrets(store: SecretStore): ProfileSecrets {
  const kept = (saved: Profile | null, draft: ProfileDraft, part: string): string | null => {
    const from = saved === null ? null : keptFrom(saved, draft, part);
    return saved === null || from === null ? null : nameOf(saved, from);
  };
  /** What is held for this session alone stays so under another name. */
  const asHeld = (name: string): How => (store.has(name) === 'session' ? 'session' : 'kept');
  const toOpen = new Set<string>();
  const put = async (name: string, secret: string, how: How): Promise<void> => {
    toOpen.delete(name);
    if (how === 'session') store.hold(name, secret);
    else await store.set(name, secret, how === 'kept');
  };
  return {
    stateOf(profile) {
      const states = secretParts(profile).map((part): [string, State] => [part, store.has(nameOf(profile, part))]);
      return Object.fromEntries(states.filter(([part, state]) => !isPassphrase(part) || state !== 'missing'));
    },
    async save(before, profile, given, insist) {
      const parts = secretParts(profile);
      const stays = new Set<string>();
      const moved: { readonly to: string; readonly secret: string; readonly how: How }[] = [];
      // All are read before any is written: two may change places.
      for (const part of parts) {
        const to = nameOf(profile, part);
        const secret = given[part];
        const from = kept(before, profile, part);
        if (typeof secret === 'string') moved.push({ to, secret, how: insist ? 'kept' : 'as usual' });
        else if (secret === undefined && from === to) stays.add(to);
        else if (secret === undefined && from !== null) {
          const found = await store.get(from);
          if (found !== null) moved.push({ to, secret: found, how: asHeld(from) });
        }
      }
      for (const name of store.names(folderOf(profile.id))) if (!stays.has(name)) await store.remove(name);
      for (const { to, secret, how } of moved) await put(to, secret, how);
    },
    hold(profile, given) {
      for (const part of secretParts(profile)) {
        const secret = given[part] ?? null;
        if (secret === null) continue;
        store.hold(nameOf(profile, part), secret);
        toOpen.add(nameOf(profile, part));
      }
    },
    typedToOpen: (profile, given) =>
      Object.keys(profile.connections).filter(
        (part) => (given[part] ?? null) !== null || toOpen.has(nameOf(profile, part)),
      ),
    async copy(from, to) {
      for (const part of secretParts(to)) {
        const name = nameOf(from, part);
        const secret = await store.get(name);
        if (secret !== null) await put(nameOf(to, part), secret, asHeld(name));
      }
    },
    async forget(id) {
      for (const name of store.names(folderOf(id))) await store.remove(name);
    },
    async collect(saved, draft, given) {
      const secrets: Record<string, string> = {};
      const missing: string[] = [];
      for (const part of secretParts(draft)) {
        const name = kept(saved, draft, part);
        const secret = given[part] ?? (name === null ? null : await store.get(name));
        if (secret !== null) {
          rememberSecret(secret);
          secrets[part] = secret;
        } else if (!isPassphrase(part)) missing.push(part);
      }
      if (missing.length > 0) {
        const elsewhere =
          saved !== null && missing.some((part) => store.names(`${folderOf(saved.id)}${part}/`).length > 0);
        throw unavailable(draft.name, missing, elsewhere);
      }
      return secrets;
    },
  };
}

function folderOf(id: string): string {
  return `profile/${id}/`;
}

function nameOf(profile: Profile, part: string): string {
  const use = createHash('sha256')
    .update(useText(profile, part) ?? '')
    .digest('hex');
  return `${folderOf(profile.id)}${part}/${use.slice(0, 32)}`;
}

function unavailable(environment: string, missing: readonly string[], elsewhere: boolean): SyncError {
  const whose = `The password of ${missing.join(', ')} in "${environment}"`;
  return elsewhere
    ? new SyncError(
        'SECRET_UNAVAILABLE',
        `${whose} was typed in for another server, or for a better protected way to it; it is not sent to this one`,
        { hint: 'Type it in again to go on.', details: { missing } },
      )
    : new SyncError('SECRET_UNAVAILABLE', `${whose} is not kept here`, {
        hint: 'Type it in to go on.',
        details: { missing },
      });
}
