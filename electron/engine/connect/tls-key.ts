import { createPrivateKey } from 'node:crypto';
import { SyncError } from '../errors';
import { filePath } from './file-path';
import { makePrivate, openMode } from './private-file';
import type { TlsContext } from './tls-options';

/**
 * The key of a client certificate, without its passphrase: that is checked here, once, and not by each connection.
 * @param pem content of the file
 * @param file as it was named
 * @throws SyncError ENVIRONMENT_INVALID where it is no key; SECRET_UNAVAILABLE where others may read it, or it needs a passphrase
 */
export async function openedKey(
  pem: string,
  file: string,
  { folder, database, passphrase }: TlsContext,
): Promise<string> {
  const path = filePath(folder, file);
  const what = `the TLS key of database "${database}"`;
  const mode = await openMode(path);
  if (mode !== null)
    throw new SyncError(
      'SECRET_UNAVAILABLE',
      `${what}: others may read or change ${file} (mode ${mode}); a key is taken from a private file alone`,
      { hint: makePrivate(path) },
    );
  if (!isEncrypted(pem)) {
    if (tryKey(pem, undefined) === null) throw unusable(database, file);
    return pem;
  }
  const given = await passphrase();
  const opened = given === null ? null : tryKey(pem, given);
  if (opened !== null) return opened;
  throw new SyncError(
    'SECRET_UNAVAILABLE',
    given === null ? `${what}: ${file} needs a passphrase` : `${what}: ${file} needs another passphrase`,
    {
      hint: 'Type it in to go on; in an environment file, tls.passphrase says where it is: { env: NAME } or { file: path }.',
      details: { missing: [`${database}.tls`] },
    },
  );
}

/** PKCS#8 says so in its first line, the older form in its headers. */
function isEncrypted(pem: string): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/mu.test(pem);
}

function tryKey(pem: string, passphrase: string | undefined): string | null {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    return null;
  }
}

function unusable(database: string, file: string): SyncError {
  return new SyncError(
    'ENVIRONMENT_INVALID',
    `databases.${database}.tls.key: ${file} is no private key that can be used`,
    {
      hint: 'It has to be a PEM file that begins with -----BEGIN PRIVATE KEY-----.',
    },
  );
}
