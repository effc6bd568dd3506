import { Buffer } from 'node:buffer';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import type { SecretStore } from '../console/secrets/secret-store';
import { sessionSecrets } from '../console/secrets/session-secrets';
import type { Store } from '../console/stores/store';
import { rememberSecret } from '../engine/connect/secrets';

/** Ciphertexts in base64, by name. */
export const keptSecretsSchema = z.record(z.string(), z.base64());

export interface Keychain {
  readonly safeStorage: Pick<
    SafeStorage,
    | 'decryptStringAsync'
    | 'encryptStringAsync'
    | 'getSelectedStorageBackend'
    | 'isAsyncEncryptionAvailable'
    | 'setUsePlainTextEncryption'
  >;
  /** Where the ciphertexts lie, by name. */
  readonly file: Store;
  readonly platform: NodeJS.Platform;
  /** Told where a secret that was kept can no longer be read (another user, another keychain); it counts as missing. */
  readonly onUnreadable: (name: string) => void;
}

/**
 * Secrets in the system's keychain, one ciphertext each. Where the system has none (`basic_text`: a key that stands in the program),
 * they are kept for this session, unless the user insists. Only after the app is ready.
 */
export async function keychainSecrets({ safeStorage, file, platform, onUnreadable }: Keychain): Promise<SecretStore> {
  const session = sessionSecrets();
  const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'keychain';
  const weak = backend === 'basic_text' || backend === 'unknown';
  const kept = (): Record<string, string> => file.read() as Record<string, string>;
  const usable = (): Promise<boolean> => {
    if (weak) safeStorage.setUsePlainTextEncryption(true);
    return safeStorage.isAsyncEncryptionAvailable();
  };
  // For this run of the program: the keychain may be unlocked, or the right user be there, at the next start.
  const unreadable = new Set<string>();
  const encrypt = async (name: string, secret: string): Promise<void> => {
    const cipher = await safeStorage.encryptStringAsync(secret);
    file.write({ ...kept(), [name]: cipher.toString('base64') });
  };
  const forget = (name: string): void => {
    unreadable.delete(name);
    if (!Object.hasOwn(kept(), name)) return;
    file.write(Object.fromEntries(Object.entries(kept()).filter(([other]) => other !== name)));
  };
  const decrypted = async (name: string): Promise<string | null> => {
    const cipher = kept()[name];
    if (cipher === undefined) return null;
    try {
      if (!(await usable())) throw new Error('the keychain is locked');
      const { result: secret, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(cipher, 'base64'));
      rememberSecret(secret);
      unreadable.delete(name);
      // The system has a newer key: the old one may not be there for ever. Where that fails, the old ciphertext still stands.
      if (shouldReEncrypt) await encrypt(name, secret).catch(() => undefined);
      return secret;
    } catch {
      unreadable.add(name);
      onUnreadable(name);
      return null;
    }
  };

  return {
    about: weak
      ? { store: 'weak', detail: weakDetail }
      : (await safeStorage.isAsyncEncryptionAvailable())
        ? { store: 'keychain', detail: `Secrets are encrypted by the system (${keychainNames[platform] ?? backend}).` }
        : {
            store: 'session',
            detail: 'The keychain of the system cannot be used: secrets are kept until this program ends.',
          },
    get: async (name) => (await session.get(name)) ?? (await decrypted(name)),
    hold: (name, secret) => {
      session.hold(name, secret);
    },
    async set(name, secret, insist) {
      rememberSecret(secret);
      if ((weak && !insist) || !(await usable())) {
        forget(name);
        return session.set(name, secret, insist);
      }
      await encrypt(name, secret);
      await session.remove(name);
      unreadable.delete(name);
      return 'kept';
    },
    has(name) {
      if (session.has(name) === 'session') return 'session';
      return Object.hasOwn(kept(), name) && !unreadable.has(name) ? 'kept' : 'missing';
    },
    names: (beginning) => [
      ...new Set([...session.names(beginning), ...Object.keys(kept()).filter((name) => name.startsWith(beginning))]),
    ],
    async remove(name) {
      await session.remove(name);
      forget(name);
    },
  };
}

const keychainNames: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Keychain',
  win32: 'Data Protection API',
};

const weakDetail =
  'This system has no keychain (such as GNOME Keyring or KWallet): secrets are kept until this program ends. ' +
  'Kept for good they would be readable by whoever can read your files.';
