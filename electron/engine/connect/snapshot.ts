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

/** Takes and exports a snapshot. Never waits for anybody's open transaction. */
export async function takeSnapshot(database: PostgresDatabase): Promise<SourceSnapshot> {
  const holder = await database.connect('snapshot');
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await holder.query<{ id: string; snapshot: string }>(
    'SELECT pg_export_snapshot() AS id, pg_current_snapshot()::text AS snapshot',
  );
  const row = rows[0];
  if (row === undefined) throw new Error('pg_export_snapshot() gave no row');
  return {
    database,
    id: row.id,
    text: row.snapshot,
    holder,
    async connect(purpose) {
      const client = await database.connect(purpose);
      await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${row.id}'`);
      return client;
    },
    async close() {
      await holder.end();
    },
  };
}
