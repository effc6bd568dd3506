import { Redis } from 'ioredis';
import type { ConnectionOptions } from 'node:tls';
import { SyncError } from '../errors';
import { redisErrorWord } from './redis-errors';
import { answersAs } from './who-answers';

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

/** Opens a named Redis database; connects lazily. */
export function redisDatabase(config: RedisConfig): RedisDatabase {
  const clients = new Set<Redis>();
  const label = `${config.name} (${config.host}:${String(config.port)}/${String(config.db)})`;
  return {
    engine: 'redis',
    name: config.name,
    label,
    config,
    async connect(purpose) {
      const client = new Redis({
        host: config.via?.host ?? config.host,
        port: config.via?.port ?? config.port,
        db: config.db,
        ...(config.username === null ? {} : { username: config.username }),
        ...(config.password === null ? {} : { password: config.password }),
        ...(config.tls === null ? {} : { tls: config.tls }),
        connectTimeout: config.connectTimeoutMs,
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
        await client.connect();
      } catch (cause) {
        client.disconnect();
        const reason = (lastError as Error | null)?.message ?? (cause instanceof Error ? cause.message : String(cause));
        const isPostgres = redisErrorWord(cause) === '' && (await answersAs('postgres', config.via ?? config));
        throw new SyncError(
          'CONNECT_FAILED',
          `Could not connect to ${label}: ${isPostgres ? 'a PostgreSQL answers there, no Redis' : reason}`,
          {
            hint: isPostgres
              ? `Correct databases.${config.name} of the environment: host and port of its url, or its engine.`
              : 'Check host, port, password and TLS with "astro-sync check".',
            retryable: !isPostgres,
            details: { database: label },
            cause,
          },
        );
      }
      clients.add(client);
      return client;
    },
    close() {
      for (const client of clients) client.disconnect();
      return Promise.resolve();
    },
  };
}
