import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { TlsDefinition } from '../../../shared/definitions/environment';
import { SyncError } from '../errors';
import { filePath } from './file-path';
import { openedKey } from './tls-key';

export interface TlsContext {
  readonly host: string;
  readonly folder: string;
  readonly database: string;
  /** What opens the key of the client certificate; null where there is none. Not asked for where the key is not encrypted. */
  readonly passphrase: () => Promise<string | null>;
}

/** The name of the secret that opens the key of a database's client certificate, beside those of the databases. */
export function tlsSecret(database: string): string {
  return `${database}.tls`;
}

/**
 * TLS options with libpq's meaning of the modes: require encrypts and checks nothing, verify-ca checks who signed the
 * certificate, verify-full also that it was made for this host.
 * @returns null for no TLS
 * @throws SyncError ENVIRONMENT_INVALID where a file cannot be read or used; SECRET_UNAVAILABLE where others may read the key or it
 * needs another passphrase (`details.missing` is `<database>.tls`)
 */
export async function tlsOptions(tls: TlsDefinition, context: TlsContext): Promise<ConnectionOptions | null> {
  if (tls.mode === 'disable') return null;
  const { host, folder, database } = context;
  const read = (part: 'ca' | 'cert' | 'key'): Promise<string | undefined> =>
    readPart(tls[part], part, folder, database);
  const [ca, cert, key] = await Promise.all([read('ca'), read('cert'), read('key')]);
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'cert' : 'key';
    throw new SyncError(
      'ENVIRONMENT_INVALID',
      `databases.${database}.tls.${missing}: a client certificate needs its key, and the key its certificate`,
      { hint: `Name the file of the ${missing === 'cert' ? 'certificate' : 'key'} too, or neither.` },
    );
  }
  const expected = tls.servername ?? host;
  return {
    rejectUnauthorized: tls.mode !== 'require',
    // Said by name: left to itself, the check of an address may be made against "localhost".
    checkServerIdentity: (_host, certificate) =>
      tls.mode === 'verify-full' ? checkServerIdentity(expected, certificate) : undefined,
    ...(isIP(expected) === 0 ? { servername: expected } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined || tls.key === undefined ? {} : { key: await openedKey(key, tls.key, context) }),
  };
}

async function readPart(
  file: string | undefined,
  part: string,
  folder: string,
  database: string,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(filePath(folder, file), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new SyncError(
      'ENVIRONMENT_INVALID',
      `databases.${database}.tls.${part}: the file ${file} cannot be read (${code})`,
      {
        hint: 'The path is relative to the environment file.',
        cause,
      },
    );
  }
}
