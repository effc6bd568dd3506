import { Redis } from 'ioredis';
import type { ConnectionOptions } from 'node:tls';
import type { SyncError } from '../errors';
import { connectFailed } from './connect-failed';
import type { RefusedLogins } from './refused-logins';
import { redisErrorWord } from './redis-errors';
import { askCertificateRefusal } from './tls-refusal';

/** How to reach one Redis database; secrets are already resolved. */
export interface RedisConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Where to connect to instead of host and port, which keep their part in messages. */
  readonly via?: { readonly host: string; readonly port: number } | null;
  readonly db: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly tls: ConnectionOptions | null;
  readonly connectTimeoutMs: number;
  /** What is wrong with its password or its TLS files; whoever wants a connection is told so. */
  readonly unusable?: SyncError;
  /** Where logins that were refused are not to be tried again. */
  readonly refused?: RefusedLogins;
  readonly allowEviction: boolean;
}

/** One named Redis database of the environment. */
export interface RedisDatabase {
  readonly engine: 'redis';
  readonly name: string;
  /** For messages: `cache (cache1:6379/0)`. */
  readonly label: string;
  readonly config: RedisConfig;
  /** A new connection that does not reconnect by itself: a lost one is an error that the run sees. */
  connect(purpose: string): Promise<Redis>;
  close(): Promise<void>;
}

/** A connection on which a command waits so long for any answer counts as lost: a long script of somebody else takes seconds. */
const silenceMs = 60_000;

/** Opens a named Redis database; connects lazily. */
export function redisDatabase(config: RedisConfig): RedisDatabase {
  const clients = new Set<Redis>();
  const label = `${config.name} (${config.host}:${String(config.port)}/${String(config.db)})`;
  const { host, port } = config.via ?? config;
  const address = { host, port };
  const login = async (purpose: string): Promise<Redis> => {
    const client = new Redis({
      ...address,
      db: config.db,
      ...(config.username === null ? {} : { username: config.username }),
      ...(config.password === null ? {} : { password: config.password }),
      ...(config.tls === null ? {} : { tls: config.tls }),
      connectTimeout: config.connectTimeoutMs,
      socketTimeout: silenceMs,
      connectionName: `astro-sync-${purpose.replaceAll(/[^\w-]/g, '-')}`,
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
    });
    let lastError: Error | null = null;
    client.on('error', (error: Error) => {
      lastError = error;
    });
    client.on('end', () => clients.delete(client));
    try {
      await answered(client.connect(), config.connectTimeoutMs);
    } catch (cause) {
      client.disconnect();
      const told = (lastError as Error | null) ?? cause;
      const word = redisErrorWord(told);
      const refusal =
        config.tls === null || word !== '' ? null : await askCertificateRefusal(told, address, config.tls);
      const reason = refusal ?? loginReasons[word] ?? messageOf(told);
      throw await connectFailed(
        'redis',
        { name: config.name, label, ...address },
        {
          reason,
          cause,
          spoke: refusal !== null || redisErrorWord(cause) !== '',
          refused: refusal === null && Object.hasOwn(loginReasons, word),
        },
      );
    }
    clients.add(client);
    return client;
  };
  return {
    engine: 'redis',
    name: config.name,
    label,
    config,
    async connect(purpose) {
      if (config.unusable !== undefined) throw config.unusable;
      return config.refused === undefined ? login(purpose) : config.refused.attempt(config.name, () => login(purpose));
    },
    close() {
      for (const client of clients) client.disconnect();
      return Promise.resolve();
    },
  };
}

/** What a server says first that lets nobody in, in words. */
const loginReasons: Readonly<Record<string, string>> = {
  NOAUTH: 'the server asks for a password, and none is given',
  WRONGPASS: 'the user or the password is wrong, or the user is disabled',
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The driver's own limit is for the TCP connection alone: a server that takes it and then says nothing would be waited for for ever. */
async function answered(connecting: Promise<void>, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), withinMs);
  });
  try {
    await Promise.race([connecting, late]);
  } finally {
    clearTimeout(timer);
    connecting.catch(() => undefined);
  }
}
