import { userInfo } from 'node:os';
import { SyncError } from '../errors';

/** What a database's url says, each part decoded. */
export interface DatabaseAddress {
  readonly scheme: 'postgres' | 'redis';
  /** True for rediss://. */
  readonly encrypted: boolean;
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  /** PostgreSQL: the database's name; Redis: the number as text. */
  readonly path: string;
}

/**
 * Takes a database's url apart. As in libpq, the user is the operating system's where none is named, and the database is named as the user.
 * @throws SyncError ENVIRONMENT_INVALID; its message never holds the url, which may hold a password
 */
export function parseAddress(url: string, database: string): DatabaseAddress {
  requireOneAuthority(url, database);
  const parsed = parse(url, database);
  const scheme = parsed.protocol.startsWith('redis') ? 'redis' : 'postgres';
  const parameters = [...parsed.searchParams.keys()];
  if (parameters.length > 0) {
    throw invalid(
      database,
      `has parameters this program does not read: ${parameters.join(', ')}`,
      'Write TLS settings as tls: { mode: verify-full, ca: ca.pem }.',
    );
  }
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw invalid(database, 'has a percent sign that encodes nothing', 'Write % as %25 in it.');
    }
  };
  const user = parsed.username === '' ? null : decode(parsed.username);
  const path = decode(parsed.pathname.replace(/^\//, ''));
  if (scheme === 'redis' && !/^\d*$/.test(path)) {
    throw invalid(
      database,
      `names the Redis database "${path}"`,
      'Redis databases are numbers, such as redis://cache1:6379/0.',
    );
  }
  const host = decode(parsed.hostname.replace(/^\[|\]$/g, ''));
  return {
    scheme,
    encrypted: parsed.protocol === 'rediss:',
    host: host === '' ? 'localhost' : host,
    port: parsed.port === '' ? (scheme === 'redis' ? 6379 : 5432) : Number(parsed.port),
    user: scheme === 'postgres' ? (user ?? userInfo().username) : user,
    password: parsed.password === '' ? null : decode(parsed.password),
    path: path === '' ? (scheme === 'redis' ? '0' : (user ?? userInfo().username)) : path,
  };
}

/**
 * A password with a sign that ends the part of the user (/ ? # @) takes the url apart at the wrong place: pieces of it would be shown as
 * host, port or database. Such a url has an @ where none may be.
 */
function requireOneAuthority(url: string, database: string): void {
  const [authority = ''] = url.replace(/^[a-z]+:\/\//i, '').split(/[/?#]/, 1);
  const signs = url.split('@').length - 1;
  if (!url.includes('#') && signs === authority.split('@').length - 1 && signs <= 1) return;
  throw invalid(
    database,
    'has an @ or a # where none may be',
    'Encode / @ : ? # in a name or password (%2F %40 %3A %3F %23), or better: leave the password out and write password: { env: NAME }.',
  );
}

function parse(url: string, database: string): URL {
  try {
    return new URL(url);
  } catch {
    throw invalid(
      database,
      'is no address',
      'Write it like postgres://user@host:5432/database; encode / @ : # in a name or password (%2F %40 %3A %23).',
    );
  }
}

function invalid(database: string, what: string, hint: string): SyncError {
  return new SyncError('ENVIRONMENT_INVALID', `databases.${database}.url ${what}`, { hint });
}
