import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { PostgresRelease } from './postgres-package';
import { startRedis } from './redis';
import type { RedisOptions, RedisServer } from './redis';
import type { SharedServer } from './vitest-global-setup';

/** One empty database of its own for a test, on a server that all test files share. */
export interface TestDatabase {
  readonly name: string;
  /** As a superuser. */
  readonly url: string;
  /** A new connection as a superuser, types parsed as pg does; closed by `drop` at the latest. */
  client(): Promise<pg.Client>;
  /** The url for another role of this server. */
  urlAs(user: string, password: string): string;
  /** Ends every session on it, also those of others, and removes it. */
  drop(): Promise<void>;
}

/**
 * Creates a database (UTF-8, C.UTF-8) under a random name on the shared PostgreSQL 18 or 14. Roles belong to the whole server:
 * a test that makes some gives them random names too, and drops them.
 */
export async function createTestDatabase(version: PostgresRelease = 18): Promise<TestDatabase> {
  const server = inject(version === 18 ? 'postgres18' : 'postgres14');
  if (server === null) throw new Error('PostgreSQL 14 does not come for this platform');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const clients = new Set<pg.Client>();
  const urlAs = (user: string, password: string): string => urlOf(server, name, user, password);
  const url = urlAs(server.user, server.password);
  return {
    name,
    url,
    urlAs,
    client: async () => {
      const client = new pg.Client({ connectionString: url });
      // A session that a test ends by force is no failure of the test.
      client.on('error', () => undefined);
      await client.connect();
      clients.add(client);
      return client;
    },
    drop: async () => {
      await Promise.all([...clients].map((client) => client.end()));
      await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** A Redis of its own for a test (or a test file), which stops it; one that a killed test left ends with its process. */
export function createTestRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return startRedis(options);
}

async function administer(server: SharedServer, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres', server.user, server.password) });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function urlOf({ host, port }: SharedServer, database: string, user: string, password: string): string {
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${String(port)}/${database}`;
}
