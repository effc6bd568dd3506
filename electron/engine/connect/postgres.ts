import pg from 'pg';
import type { ConnectionOptions } from 'node:tls';
import type { SyncError } from '../errors';
import { boundEnd } from './bounded-end';
import { connectFailed } from './connect-failed';
import { applicationName, keepConnections } from './kept-connections';
import type { LentConnection } from './kept-connections';
import type { RefusedLogins } from './refused-logins';
import { pinnedSettings } from './pinned-settings';
import { reportedBy, reporterOf } from './reporters';
import { certificateRefusal } from './tls-refusal';

/** How to reach one PostgreSQL database; secrets are already resolved. */
export interface PostgresConfig {
  /** The environment's name for it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Where to connect to instead of host and port, which keep their part in messages. */
  readonly via?: { readonly host: string; readonly port: number } | null;
  readonly database: string;
  readonly user: string;
  readonly password: string | null;
  readonly tls: ConnectionOptions | null;
  readonly connectTimeoutMs: number;
  /** What is wrong with its password or its TLS files; whoever wants a connection is told so. */
  readonly unusable?: SyncError;
  /** Where logins that were refused are not to be tried again. */
  readonly refused?: RefusedLogins;
}

/** One named database of the environment: gives connections, and closes all that it gave. */
export interface PostgresDatabase {
  readonly engine: 'postgres';
  readonly name: string;
  /** For messages: `operations (db1:5432/ops)`; no user, no secret. */
  readonly label: string;
  readonly config: PostgresConfig;
  /** A new connection under the pinned settings; purpose is shown in application_name. Its errors after loss reject the running query. */
  connect(purpose: string): Promise<pg.Client>;
  /** A connection for a short reading, under the same settings, which may have served others before. */
  lend(purpose: string, lockMs?: number): Promise<LentConnection>;
  /** Ends connections that are kept for a next reading. */
  dropKept(): void;
  close(): Promise<void>;
}

const textArrayOid = 1009;
const parsedTypes: Readonly<Record<number, (text: string) => unknown>> = {
  [pg.types.builtins.BOOL]: (text) => text === 't',
  [pg.types.builtins.INT2]: Number,
  [pg.types.builtins.INT4]: Number,
  [pg.types.builtins.OID]: Number,
  [pg.types.builtins.FLOAT8]: Number,
  [pg.types.builtins.JSON]: (text) => JSON.parse(text) as unknown,
  [pg.types.builtins.JSONB]: (text) => JSON.parse(text) as unknown,
  [textArrayOid]: (pg.types.getTypeParser as (oid: number) => (text: string) => unknown)(textArrayOid),
};

/**
 * Control tables are read with small integers, booleans, text arrays and JSON parsed; everything else stays raw text, so that
 * bigint, numeric and timestamps keep every digit. Rows of datasets travel as text by explicit cast or by COPY.
 */
const typeParsers = { getTypeParser: (oid: number) => parsedTypes[oid] ?? ((text: string) => text) };

/**
 * Beside the pinned settings: a role's or server's limits on time are meant for applications, and would end a long comparison or
 * the session that holds a snapshot; and a policy of row level security must stop a query rather than hide rows from it, which
 * would look like deletes. transaction_timeout is there from 17 on.
 */
export const sessionSql = [
  ...Object.entries(pinnedSettings).map(
    ([name, value]) => `SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`,
  ),
  'SET statement_timeout = 0',
  'SET idle_in_transaction_session_timeout = 0',
  'SET idle_session_timeout = 0',
  `SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('transaction_timeout', true) IS NOT NULL`,
  'SET row_security = off',
].join('; ');

/** Opens a named database; connects lazily. */
export function postgresDatabase(config: PostgresConfig): PostgresDatabase {
  const clients = new Set<pg.Client>();
  const label = `${config.name} (${config.host}:${String(config.port)}/${config.database})`;
  const { host, port } = config.via ?? config;
  const address = { host, port };
  const login = async (purpose: string): Promise<pg.Client> => {
    const client = new pg.Client({
      ...address,
      database: config.database,
      user: config.user,
      ...(config.password === null ? {} : { password: config.password }),
      ssl: config.tls ?? false,
      connectionTimeoutMillis: config.connectTimeoutMs,
      keepAlive: true,
      application_name: applicationName(purpose),
      client_encoding: 'UTF8',
      types: typeParsers,
    });
    boundEnd(client);
    // Without a listener a connection lost while idle would end the process; the next query reports it.
    client.once('error', (error: Error) => {
      reportedBy(error, label);
      refuseQueries(client, error);
    });
    client.on('error', () => undefined);
    client.on('end', () => clients.delete(client));
    client.connection.on('errorMessage', (error: object) => {
      reportedBy(error, label);
    });
    try {
      await client.connect();
      await client.query(sessionSql);
    } catch (cause) {
      client.connection.stream.destroy();
      await client.end().catch(() => undefined);
      throw await connectFailed(
        'postgres',
        { name: config.name, label, ...address },
        {
          reason: cause instanceof Error ? describe(cause) : String(cause),
          cause,
          spoke: reporterOf(cause) !== null,
          refused: isRefusal(cause),
        },
      );
    }
    clients.add(client);
    return client;
  };
  const connect = async (purpose: string): Promise<pg.Client> => {
    if (config.unusable !== undefined) throw config.unusable;
    return config.refused === undefined ? login(purpose) : config.refused.attempt(config.name, () => login(purpose));
  };
  return {
    engine: 'postgres',
    name: config.name,
    label,
    config,
    connect,
    ...keepConnections(connect, sessionSql, Math.min(config.connectTimeoutMs, 5000)),
    async close() {
      await Promise.allSettled([...clients].map((client) => client.end()));
    },
  };
}

/** The driver says only that there was an error: what is asked of a lost connection is answered with that error instead. */
function refuseQueries(client: pg.Client, reason: Error): void {
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown;
  const refused = (...given: readonly unknown[]): unknown => {
    // A COPY is given back as the stream that it was, and fails as one.
    if (typeof given[0] === 'object' && given[0] !== null && 'submit' in given[0]) return query(...given);
    return Promise.reject(reason);
  };
  Object.assign(client, { query: refused });
}

/** invalid_password and invalid_authorization_specification; or the server asks for a password, and none is given. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as pg.DatabaseError;
  return code === '28P01' || code === '28000' || error.message.startsWith(noPassword);
}

const noPassword = 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be';

function describe(error: Error): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { message } = inner instanceof Error ? inner : error;
  const refusal = certificateRefusal(inner);
  if (refusal !== null) return refusal;
  if (message === 'timeout expired') return 'no answer in time';
  return message.startsWith(noPassword)
    ? 'the server asks for a password, and none is given, or an empty one'
    : message;
}
