import type { Client } from 'pg';
import { SyncError } from '../errors';

/** What tells one source server and database from another, whatever the environment calls it. */
export interface SourceIdentity {
  readonly systemIdentifier: string;
  readonly timeline: number;
  readonly databaseOid: string;
}

/**
 * Asks the server who it is.
 * @throws SyncError NOT_SUPPORTED for a standby, which cannot be a source of captured changes
 */
export async function readIdentity(client: Client): Promise<SourceIdentity> {
  const { rows } = await client.query<{ system_identifier: string; timeline: number | null; database_oid: string }>(
    `SELECT (SELECT system_identifier FROM pg_control_system())::text AS system_identifier,
       CASE WHEN NOT pg_is_in_recovery()
         THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer END AS timeline,
       (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database_oid`,
  );
  const row = rows[0];
  if (row === undefined) throw new SyncError('INTERNAL', 'The server did not say who it is');
  if (row.timeline === null) {
    throw new SyncError(
      'NOT_SUPPORTED',
      `Database "${client.database ?? ''}" is a standby: its changes cannot be captured there`,
      {
        hint: 'Name the primary server in the environment, or run with --mode full.',
      },
    );
  }
  return { systemIdentifier: row.system_identifier, timeline: row.timeline, databaseOid: row.database_oid };
}

/** True where both mean the same database on the same history of the same server. */
export function sameIdentity(a: SourceIdentity, b: SourceIdentity): boolean {
  return a.systemIdentifier === b.systemIdentifier && a.timeline === b.timeline && a.databaseOid === b.databaseOid;
}
