import type { Client } from 'pg';
import { applicationName } from './kept-connections';
import { sessionSql } from './postgres';
import type { PostgresDatabase } from './postgres';

/** One exported REPEATABLE READ snapshot of a source database, held open by a connection of its own. */
export interface SourceSnapshot {
  readonly database: PostgresDatabase;
  /** As pg_export_snapshot() gives it. */
  readonly id: string;
  /** As pg_current_snapshot()::text gives it: xmin:xmax:xip. */
  readonly text: string;
  /** The connection that holds it; it may be used for reading, one query at a time. */
  readonly holder: Client;
  /** A further connection inside the same snapshot (REPEATABLE READ, READ ONLY), which may have served others before. */
  connect(purpose: string): Promise<Client>;
  /** Keeps a connection of the snapshot for the next who asks for one; no statement may be running on it. */
  giveBack(client: Client): void;
  close(): Promise<void>;
}

/**
 * Takes and exports a snapshot. Never waits for anybody's open transaction.
 * @throws SyncError CONNECT_FAILED, also from its connect
 */
export async function takeSnapshot(database: PostgresDatabase): Promise<SourceSnapshot> {
  const holder = await database.connect('snapshot');
  const { id, text } = await orEnd(holder, async () => {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await holder.query<{ id: string; text: string }>(
      'SELECT pg_export_snapshot() AS id, pg_current_snapshot()::text AS text',
    );
    return rows[0] ?? { id: '', text: '' };
  });
  const idle: Client[] = [];
  let closed = false;
  return {
    database,
    id,
    text,
    holder,
    async connect(purpose) {
      for (let client = idle.pop(); client !== undefined; client = idle.pop()) {
        if (await renewed(client, purpose)) return client;
        client.end().catch(() => undefined);
      }
      const client = await database.connect(purpose);
      return orEnd(client, async () => {
        await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${id}'`);
        return client;
      });
    },
    giveBack(client) {
      if (!closed) idle.push(client);
      else client.end().catch(() => undefined);
    },
    async close() {
      closed = true;
      await Promise.allSettled([holder, ...idle.splice(0)].map((client) => client.end()));
    },
  };
}

/** Undoes what was done to a session within its transaction; false where that has failed, or the connection is lost. */
async function renewed(client: Client, purpose: string): Promise<boolean> {
  try {
    await client.query(`CLOSE ALL; RESET ALL; ${sessionSql}`);
    await client.query(`SELECT set_config('application_name', $1, false)`, [applicationName(purpose)]);
    return true;
  } catch {
    return false;
  }
}

/** A connection that could not be put to use is not left open. */
async function orEnd<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
