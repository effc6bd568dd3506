import { stat } from 'node:fs/promises';
import type { ProfileDraft } from '../../../shared/contract/profile';
import { filePath } from '../../engine/connect/file-path';
import { rememberSecret } from '../../engine/connect/secrets';
import { SyncError } from '../../engine/errors';
import type { SecretStore } from '../secrets/secret-store';

/** Secrets as a page sends them with a draft: by connection or `tunnel`; null forgets one. */
export type GivenSecrets = Readonly<Record<string, string | null>>;

type State = 'kept' | 'session' | 'missing';

/** The secrets that belong to saved profiles. */
export interface ProfileSecrets {
  /** Of each connection whose secret is stored by this host, and of a tunnel's key where there is one: whether it is there. */
  stateOf(id: string, draft: ProfileDraft): Record<string, State>;
  /** Keeps what was given, and forgets what the draft no longer has. */
  save(id: string, draft: ProfileDraft, given: GivenSecrets, insist: boolean): Promise<void>;
  copy(from: string, to: string, draft: ProfileDraft): Promise<void>;
  forget(id: string, draft: ProfileDraft): Promise<void>;
  /**
   * All that is needed to open it: given ones first, then those that are kept. Files with secrets are looked at too.
   * @throws SyncError SECRET_UNAVAILABLE: `details.missing` names the connections whose secret somebody must give; also where
   * others than its owner may read a file with a secret
   */
  collect(id: string | null, draft: ProfileDraft, given: GivenSecrets, folder: string): Promise<Record<string, string>>;
}

export function profileSecrets(store: SecretStore): ProfileSecrets {
  const nameOf = (id: string, part: string): string => `profile/${id}/${part}`;
  return {
    stateOf(id, draft) {
      const states = storedParts(draft).map((part): [string, State] => [part, store.has(nameOf(id, part))]);
      return Object.fromEntries(states.filter(([part, state]) => part !== 'tunnel' || state !== 'missing'));
    },
    async save(id, draft, given, insist) {
      const parts = storedParts(draft);
      for (const part of [...Object.keys(draft.connections), 'tunnel']) {
        if (!parts.includes(part)) await store.remove(nameOf(id, part));
      }
      for (const [part, secret] of Object.entries(given)) {
        if (!parts.includes(part)) continue;
        if (secret === null) await store.remove(nameOf(id, part));
        else await store.set(nameOf(id, part), secret, insist);
      }
    },
    async copy(from, to, draft) {
      for (const part of storedParts(draft)) {
        const secret = await store.get(nameOf(from, part));
        if (secret !== null) await store.set(nameOf(to, part), secret, store.has(nameOf(from, part)) === 'kept');
      }
    },
    async forget(id, draft) {
      for (const part of [...Object.keys(draft.connections), 'tunnel']) await store.remove(nameOf(id, part));
    },
    async collect(id, draft, given, folder) {
      const secrets: Record<string, string> = {};
      const missing: string[] = [];
      for (const part of storedParts(draft)) {
        const secret = given[part] ?? (id === null ? null : await store.get(nameOf(id, part)));
        if (secret !== null) {
          rememberSecret(secret);
          secrets[part] = secret;
        } else if (part !== 'tunnel') missing.push(part);
      }
      if (missing.length > 0) throw unavailable(draft.name, missing);
      for (const { secret } of Object.values(draft.connections)) {
        if (secret.kind === 'file') await assertPrivate(filePath(folder, secret.path));
      }
      return secrets;
    },
  };
}

/** Connections whose secret this host keeps, and the tunnel where a key may have a passphrase. */
function storedParts({ connections, tunnel }: ProfileDraft): string[] {
  const parts = Object.entries(connections).flatMap(([name, { secret }]) => (secret.kind === 'stored' ? [name] : []));
  return tunnel?.auth.kind === 'key' ? [...parts, 'tunnel'] : parts;
}

function unavailable(environment: string, missing: readonly string[]): SyncError {
  return new SyncError(
    'SECRET_UNAVAILABLE',
    `The password of ${missing.join(', ')} in "${environment}" is not kept here`,
    {
      hint: 'Type it in to go on.',
      details: { missing },
    },
  );
}

/** Refuses a file with a secret that others may read. @throws SyncError SECRET_UNAVAILABLE */
async function assertPrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await stat(file).catch(() => null);
  // Where it is not there at all, the engine says so, with the path as it was given.
  if (found === null || (found.mode & 0o077) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  throw new SyncError('SECRET_UNAVAILABLE', `Others may read ${file}, which holds a secret (mode ${mode})`, {
    hint: `chmod 600 ${file}`,
    details: { file, mode },
  });
}
