import type { Client } from 'pg';
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
  /** A further connection inside the same snapshot (REPEATABLE READ, READ ONLY). */
  connect(purpose: string): Promise<Client>;
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
  return {
    database,
    id,
    text,
    holder,
    async connect(purpose) {
      const client = await database.connect(purpose);
      return orEnd(client, async () => {
        await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${id}'`);
        return client;
      });
    },
    async close() {
      await holder.end();
    },
  };
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
