import type { ConnectionOptions } from 'node:tls';
import type { DatabaseDefinition, EnvironmentDefinition, TlsDefinition } from '../../../shared/definitions/environment';
import { SyncError } from '../errors';
import { parseAddress } from './database-address';
import type { DatabaseAddress } from './database-address';
import { nearNamesHint } from './near-names';
import { postgresDatabase } from './postgres';
import type { PostgresDatabase } from './postgres';
import { redisDatabase } from './redis';
import type { RedisDatabase } from './redis';
import type { RefusedLogins } from './refused-logins';
import { rememberSecret, resolveSecret } from './secrets';
import type { SecretContext } from './secrets';
import { tlsOptions, tlsSecret } from './tls-options';

/** The named databases that a run works with. */
export interface Environment {
  readonly name: string;
  readonly level: EnvironmentDefinition['level'];
  /** Nothing is ever written through this environment. */
  readonly readOnly: boolean;
  readonly definition: EnvironmentDefinition;
  /** Names of its databases, as in the file. */
  readonly names: readonly string[];
  /** The database that holds the queue and the history. */
  readonly system: PostgresDatabase;
  /** @throws SyncError DATASET_INVALID where there is no such database, or it is Redis */
  postgres(name: string): PostgresDatabase;
  /** @throws SyncError DATASET_INVALID where there is no such database, or it is PostgreSQL */
  redis(name: string): RedisDatabase;
  /** @throws SyncError DATASET_INVALID where there is no such database */
  database(name: string): PostgresDatabase | RedisDatabase;
  /** Lets logins be tried again that servers refused. */
  forgetRefusals(): void;
  /** Ends connections that are kept for a next reading: they may lead nowhere any more. */
  dropKept(): void;
  /** Closes every connection that its databases gave. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Folder of the environment file: paths in it are relative to that. */
  readonly folder: string;
  readonly onWarning?: (message: string) => void;
  /** Asks a person for a secret; left out where nobody can be asked. */
  readonly prompt?: (question: string) => Promise<string>;
  /** Secrets that the host holds itself, by name of the database or `<database>.tls`: these are not looked for where the definition says. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** Where databases are reached instead of at their own address, as through a tunnel, by name of the database. */
  readonly via?: Readonly<Record<string, Via>>;
  /** A database whose password or TLS files are not there is opened all the same: whoever wants a connection to it is told. */
  readonly tolerant?: boolean;
  /** Given by whoever keeps it open: a login that a server refused is not tried again by itself. */
  readonly refused?: RefusedLogins;
  /** Databases that nobody can get to, as behind a tunnel that is not open: whoever wants a connection is told this. */
  readonly unusable?: Readonly<Record<string, SyncError>>;
}

/** The near end of a way to a server. */
export interface Via {
  readonly host: string;
  readonly port: number;
}

/**
 * Resolves secrets and TLS files of an environment. Connects to nothing yet.
 * @throws SyncError ENVIRONMENT_INVALID, SECRET_UNAVAILABLE; never with a secret in it
 */
export async function openEnvironment(definition: EnvironmentDefinition, options: OpenOptions): Promise<Environment> {
  const databases = new Map<string, PostgresDatabase | RedisDatabase>();
  // One after the other, so that two prompts never meet.
  for (const [name, database] of Object.entries(definition.databases)) {
    databases.set(name, await openDatabase(name, database, options));
  }
  const find = (name: string): PostgresDatabase | RedisDatabase => {
    const database = databases.get(name);
    if (database !== undefined) return database;
    throw new SyncError('DATASET_INVALID', `Environment "${definition.name}" has no database "${name}"`, {
      hint: nearNamesHint(name, [...databases.keys()], 'Its databases are'),
    });
  };
  const wrongEngine = (name: string, wanted: string): SyncError =>
    new SyncError('DATASET_INVALID', `Database "${name}" of environment "${definition.name}" is not ${wanted}`);
  const system = databases.get(definition.system);
  if (system?.engine !== 'postgres') {
    throw new SyncError(
      'ENVIRONMENT_INVALID',
      system === undefined
        ? `system: environment "${definition.name}" has no database "${definition.system}"`
        : `system: "${definition.system}" is Redis; the queue and the history are kept in PostgreSQL`,
      { hint: `Add it under databases, or name one of ${[...databases.keys()].join(', ')}.` },
    );
  }
  return {
    name: definition.name,
    level: definition.level,
    readOnly: definition.read_only,
    definition,
    names: [...databases.keys()],
    system,
    database: find,
    postgres(name) {
      const database = find(name);
      if (database.engine !== 'postgres') throw wrongEngine(name, 'PostgreSQL');
      return database;
    },
    redis(name) {
      const database = find(name);
      if (database.engine !== 'redis') throw wrongEngine(name, 'Redis');
      return database;
    },
    forgetRefusals() {
      options.refused?.forget();
    },
    dropKept() {
      for (const database of databases.values()) if (database.engine === 'postgres') database.dropKept();
    },
    async close() {
      await Promise.allSettled([...databases.values()].map((database) => database.close()));
    },
  };
}

async function openDatabase(
  name: string,
  definition: DatabaseDefinition,
  options: OpenOptions,
): Promise<PostgresDatabase | RedisDatabase> {
  const address = parseAddress(definition.url, name);
  if (address.scheme !== definition.engine) {
    throw new SyncError(
      'ENVIRONMENT_INVALID',
      `databases.${name}: engine is ${definition.engine}, but the url is one of ${address.scheme}`,
    );
  }
  const means = await meansOf(name, definition, address, options).catch((error: unknown) => {
    // What somebody can type in is asked for first.
    if (options.tolerant !== true || !(error instanceof SyncError) || 'missing' in error.details) throw error;
    return { password: null, tls: null, unusable: error };
  });
  const shared = {
    name,
    host: address.host,
    port: address.port,
    via: options.via?.[name] ?? null,
    ...means,
    ...(options.unusable?.[name] === undefined ? {} : { unusable: options.unusable[name] }),
    ...(options.refused === undefined ? {} : { refused: options.refused }),
    connectTimeoutMs: definition.connect_timeout_s * 1000,
  };
  return definition.engine === 'postgres'
    ? postgresDatabase({ ...shared, database: address.path, user: address.user ?? '' })
    : redisDatabase({
        ...shared,
        db: Number(address.path),
        username: address.user,
        allowEviction: definition.allow_eviction,
      });
}

/** What has to be fetched before it can be connected to. @throws SyncError SECRET_UNAVAILABLE, ENVIRONMENT_INVALID */
async function meansOf(
  name: string,
  definition: DatabaseDefinition,
  address: DatabaseAddress,
  { folder, onWarning = () => undefined, prompt, passwords = {} }: OpenOptions,
): Promise<{ readonly password: string | null; readonly tls: ConnectionOptions | null }> {
  const context = (what: string): SecretContext => ({
    what: `${what} of database "${name}"`,
    folder,
    onWarning,
    ...(prompt === undefined ? {} : { prompt }),
  });
  const held = passwords[name];
  if (held !== undefined) rememberSecret(held);
  const password = held ?? (await passwordOf(definition, address, context('the password')));
  const wanted =
    definition.tls ?? (address.encrypted ? { mode: 'verify-full' as const } : { mode: 'disable' as const });
  const tls = await tlsOptions(wanted, {
    host: address.host,
    folder,
    database: name,
    passphrase: passphraseOf(wanted, passwords[tlsSecret(name)], context('the passphrase of the TLS key')),
  });
  return { password, tls };
}

/** Asked for only where the key turns out to be encrypted. */
function passphraseOf(
  { passphrase }: TlsDefinition,
  held: string | undefined,
  context: SecretContext,
): () => Promise<string | null> {
  if (held !== undefined) rememberSecret(held);
  return async () => held ?? (passphrase === undefined ? null : resolveSecret(passphrase, context));
}

async function passwordOf(
  definition: DatabaseDefinition,
  address: DatabaseAddress,
  context: SecretContext,
): Promise<string | null> {
  if (address.password !== null) {
    rememberSecret(address.password);
    context.onWarning(`${context.what} stands in its url; password: { env: NAME } or { file: path } keeps it out`);
  }
  return definition.password === undefined ? address.password : resolveSecret(definition.password, context);
}
