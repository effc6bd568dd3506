import type { Client } from 'pg';
import type { SourceIdentity } from '../capture/identity';

/** What SystemDB remembers of a source: how far its changes have been relayed, and who it was then. */
export interface RelayState extends SourceIdentity {
  readonly snapshot: string;
  readonly lastChangeId: string;
  readonly lostCount: string;
  /** Dataset to the time at which its capture was installed. */
  readonly installations: Readonly<Record<string, string>>;
}

export async function readRelayState(system: Client, captureId: string): Promise<RelayState | null> {
  const { rows } = await system.query<RelayState>(
    `SELECT system_identifier AS "systemIdentifier", timeline, database_oid::text AS "databaseOid", snapshot,
       last_change_id::text AS "lastChangeId", lost_count::text AS "lostCount", installations
     FROM astro_sync.relay_state WHERE capture_id = $1`,
    [captureId],
  );
  return rows[0] ?? null;
}

/** True where a database of this name has been relayed under another capture. */
export async function wasRelayedBefore(system: Client, databaseName: string): Promise<boolean> {
  const { rows } = await system.query<{ known: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM astro_sync.relay_state WHERE database_name = $1) AS known',
    [databaseName],
  );
  return rows[0]?.known ?? false;
}

/** Written in the transaction that inserts the jobs: that makes the relay exact across a crash. */
export async function writeRelayState(
  system: Client,
  captureId: string,
  databaseName: string,
  state: RelayState,
): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.relay_state
       (capture_id, database_name, system_identifier, timeline, database_oid, snapshot, last_change_id, lost_count, installations, relayed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
     ON CONFLICT (capture_id) DO UPDATE SET database_name = excluded.database_name, system_identifier = excluded.system_identifier,
       timeline = excluded.timeline, database_oid = excluded.database_oid, snapshot = excluded.snapshot,
       last_change_id = excluded.last_change_id, lost_count = excluded.lost_count,
       installations = excluded.installations, relayed_at = excluded.relayed_at`,
    [
      captureId,
      databaseName,
      state.systemIdentifier,
      state.timeline,
      state.databaseOid,
      state.snapshot,
      state.lastChangeId,
      state.lostCount,
      JSON.stringify(state.installations),
    ],
  );
}
