import type { Client } from 'pg';
import { readAssignmentCasts } from '../catalog/assignment';
import type { AssignmentCasts } from '../catalog/assignment';
import { readTable } from '../catalog/read-table';
import type { Environment } from '../connect/environment';
import { readersLockMs } from '../connect/kept-connections';
import type { LentConnection } from '../connect/kept-connections';
import { parseQualifiedName, quoteQualified } from '../connect/identifiers';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import { SyncError } from '../errors';
import type { Table } from './resolved';

/** What is known of a server before any table is looked at. */
export interface ServerFacts {
  readonly identity: string;
  readonly encoding: string;
  readonly casts: AssignmentCasts;
}

/** The catalogs of an environment's databases: one connection each, each table read once. */
export interface Catalogs {
  /** A connection to that database, for one query at a time. */
  client(database: string): Promise<Client>;
  facts(database: string): Promise<ServerFacts>;
  /** @param text a table as SQL writes it */
  table(database: string, text: string): Promise<Table>;
  close(): Promise<void>;
}

const oldestVersion = 140_000;

/** Opens the catalogs lazily. Errors (a server that is away, a table that is not there) are remembered like answers. */
export function openCatalogs(environment: Environment): Catalogs {
  const connections = new Map<string, Promise<LentConnection>>();
  const facts = new Map<string, Promise<ServerFacts>>();
  const tables = new Map<string, Promise<Table>>();
  const client = async (database: string): Promise<Client> =>
    (await remember(connections, database, () => environment.postgres(database).lend('catalog', readersLockMs))).client;
  return {
    client,
    facts: (database) => remember(facts, database, async () => readFacts(await client(database), database)),
    table: async (database, text) => {
      const name = parseQualifiedName(text);
      return remember(tables, `${database}/${quoteQualified(name)}`, async () =>
        readTable(await client(database), name),
      );
    },
    async close() {
      for (const result of await Promise.allSettled(connections.values())) {
        if (result.status === 'fulfilled') result.value.giveBack();
      }
    },
  };
}

async function readFacts(client: Client, database: string): Promise<ServerFacts> {
  const { rows } = await client.query<{ version: number; encoding: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
  );
  const { version, encoding } = rows[0] ?? { version: 0, encoding: '' };
  if (version < oldestVersion) {
    throw new SyncError(
      'NOT_SUPPORTED',
      `Database "${database}" runs PostgreSQL ${String(Math.floor(version / 10_000))}`,
      {
        hint: 'PostgreSQL 14 to 18 are supported.',
      },
    );
  }
  const identity = identityText(await postgresIdentity(client));
  return { identity, encoding, casts: await readAssignmentCasts(client) };
}

function remember<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  let answer = known.get(key);
  if (answer === undefined) {
    answer = find();
    known.set(key, answer);
  }
  return answer;
}
