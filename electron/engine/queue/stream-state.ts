import type { Client } from 'pg';

/** The identity of the Redis database of this name when its streams were last read; null at first. */
export async function knownStreamIdentity(system: Client, databaseName: string): Promise<string | null> {
  const { rows } = await system.query<{ id: string }>(
    `SELECT capture_id AS id FROM astro_sync.relay_state
     WHERE database_name = $1 AND system_identifier = 'redis' ORDER BY relayed_at DESC LIMIT 1`,
    [databaseName],
  );
  return rows[0]?.id ?? null;
}

/** Remembers it, once its entries are in the queue. */
export async function rememberStreamIdentity(system: Client, databaseName: string, captureId: string): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.relay_state (capture_id, database_name, system_identifier, timeline, database_oid, snapshot, last_change_id)
     VALUES ($1, $2, 'redis', 0, 0, '', 0)
     ON CONFLICT (capture_id) DO UPDATE SET database_name = excluded.database_name, relayed_at = now()`,
    [captureId, databaseName],
  );
}
