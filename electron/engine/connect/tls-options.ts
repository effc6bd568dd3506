import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { TlsDefinition } from '../../../shared/definitions/environment';
import { SyncError } from '../errors';
import { filePath } from './file-path';

/**
 * TLS options with libpq's meaning of the modes: require encrypts and checks nothing, verify-ca checks who signed the
 * certificate, verify-full also that it was made for this host.
 * @returns null for no TLS
 * @throws SyncError ENVIRONMENT_INVALID where a file cannot be read
 */
export async function tlsOptions(
  tls: TlsDefinition,
  { host, folder, database }: { readonly host: string; readonly folder: string; readonly database: string },
): Promise<ConnectionOptions | null> {
  if (tls.mode === 'disable') return null;
  const read = (part: 'ca' | 'cert' | 'key'): Promise<string | undefined> =>
    readPart(tls[part], part, folder, database);
  const [ca, cert, key] = await Promise.all([read('ca'), read('cert'), read('key')]);
  const expected = tls.servername ?? host;
  return {
    rejectUnauthorized: tls.mode !== 'require',
    // Said by name: left to itself, the check of an address may be made against "localhost".
    checkServerIdentity: (_host, certificate) =>
      tls.mode === 'verify-full' ? checkServerIdentity(expected, certificate) : undefined,
    ...(isIP(expected) === 0 ? { servername: expected } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
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
