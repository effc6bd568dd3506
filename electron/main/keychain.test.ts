import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { keychainSecrets } from './keychain';
import type { Keychain } from './keychain';

/** Stands for the system's cipher, which has a test of its own maker; here only what is asked of it matters. */
function bench(backend: ReturnType<Keychain['safeStorage']['getSelectedStorageBackend']>) {
  let content: Record<string, unknown> = {};
  let plain = false;
  let writes = 0;
  let locked = false;
  let oldKey = false;
  const unreadable: string[] = [];
  const keychain: Keychain = {
    safeStorage: {
      getSelectedStorageBackend: () => backend,
      isAsyncEncryptionAvailable: () => Promise.resolve(!locked && (backend !== 'basic_text' || plain)),
      setUsePlainTextEncryption: (use) => (plain = use),
      encryptStringAsync: (text) => Promise.resolve(Buffer.from(text).reverse()),
      decryptStringAsync: (bytes) =>
        Promise.resolve({ shouldReEncrypt: oldKey, result: Buffer.from(bytes).reverse().toString() }),
    },
    file: { path: 'secrets.json', read: () => content, write: (now) => ((content = { ...now }), (writes += 1)) },
    platform: 'linux',
    onUnreadable: (name) => unreadable.push(name),
  };
  return {
    open: () => keychainSecrets(keychain),
    content: () => JSON.stringify(content),
    lock: (on = true) => (locked = on),
    replaceKey: () => (oldKey = true),
    writes: () => writes,
    unreadable,
  };
}

test('keeps secrets over a restart, each as a ciphertext of its own', async () => {
  const { open, content } = bench('gnome_libsecret');
  expect((await open()).about.store).toBe('keychain');
  expect(await (await open()).set('profile/1/system', 'canary-1', false)).toBe('kept');
  expect(content()).not.toContain('canary-1');
  expect(await (await open()).get('profile/1/system')).toBe('canary-1');
  expect((await open()).has('profile/1/system')).toBe('kept');
  await (await open()).remove('profile/1/system');
  expect(await (await open()).get('profile/1/system')).toBeNull();
  expect((await open()).has('profile/1/system')).toBe('missing');
});

test('without a real keychain keeps secrets for the session only', async () => {
  const { open, content } = bench('basic_text');
  const secrets = await open();
  expect(secrets.about.store).toBe('weak');
  expect(await secrets.set('webhook', 'canary-2', false)).toBe('session');
  expect(await secrets.get('webhook')).toBe('canary-2');
  expect(secrets.has('webhook')).toBe('session');
  expect(content()).toBe('{}');
  expect((await open()).has('webhook')).toBe('missing');
});

test('without a real keychain keeps what the user insists on', async () => {
  const { open } = bench('basic_text');
  expect(await (await open()).set('webhook', 'canary-3', true)).toBe('kept');
  expect(await (await open()).get('webhook')).toBe('canary-3');
});

test('a new secret that is not kept leaves no old one behind', async () => {
  const { open } = bench('basic_text');
  await (await open()).set('webhook', 'old', true);
  await (await open()).set('webhook', 'new', false);
  expect(await (await open()).get('webhook')).toBeNull();
});

test('a secret that can no longer be read counts as missing and is told of, until it can be read or is given again', async () => {
  const { open, lock, unreadable } = bench('kwallet6');
  const secrets = await open();
  await secrets.set('profile/1/a', 'canary-4', false);
  await secrets.set('profile/1/b', 'canary-5', false);
  lock();
  expect(await secrets.get('profile/1/a')).toBeNull();
  expect(await secrets.get('profile/1/b')).toBeNull();
  expect(unreadable).toEqual(['profile/1/a', 'profile/1/b']);
  expect(secrets.has('profile/1/a')).toBe('missing');
  // It is still to be deleted with what it belongs to.
  expect(secrets.names('profile/1/')).toEqual(['profile/1/a', 'profile/1/b']);
  lock(false);
  expect(await secrets.get('profile/1/a')).toBe('canary-4');
  expect(secrets.has('profile/1/a')).toBe('kept');
  await secrets.set('profile/1/b', 'canary-6', false);
  expect(secrets.has('profile/1/b')).toBe('kept');
});

test('a secret is encrypted anew where the system has a newer key', async () => {
  const { open, replaceKey, writes } = bench('gnome_libsecret');
  await (await open()).set('webhook', 'canary-7', false);
  expect(await (await open()).get('webhook')).toBe('canary-7');
  expect(writes()).toBe(1);
  replaceKey();
  expect(await (await open()).get('webhook')).toBe('canary-7');
  expect(writes()).toBe(2);
});

test('a secret that is held for the session alone is not written, also where there is a keychain', async () => {
  const { open, writes } = bench('gnome_libsecret');
  const secrets = await open();
  secrets.hold('profile/1/system', 'canary-hold');
  expect(secrets.has('profile/1/system')).toBe('session');
  expect(await secrets.get('profile/1/system')).toBe('canary-hold');
  expect(writes()).toBe(0);
  expect((await open()).has('profile/1/system')).toBe('missing');
});
