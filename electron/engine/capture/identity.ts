import type { Client } from 'pg';
import { postgresIdentity } from '../connect/postgres-identity';
import type { PostgresIdentity } from '../connect/postgres-identity';
import { SyncError } from '../errors';

/** Who a source is, and which history of it: a restore to an earlier moment begins another timeline. */
export interface SourceIdentity extends PostgresIdentity {
  readonly timeline: number;
}

/**
 * Asks the server who it is.
 * @throws SyncError NOT_SUPPORTED for a standby, which cannot be a source of captured changes
 */
export async function readIdentity(client: Client): Promise<SourceIdentity> {
  const identity = await postgresIdentity(client);
  const { rows } = await client.query<{ timeline: number | null }>(
    `SELECT CASE WHEN NOT pg_is_in_recovery()
       THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer END AS timeline`,
  );
  const timeline = rows[0]?.timeline ?? null;
  if (timeline === null) {
    throw new SyncError(
      'NOT_SUPPORTED',
      `Database "${client.database ?? ''}" is a standby: its changes cannot be captured there`,
      {
        hint: 'Name the primary server in the environment, or run with --mode full.',
      },
    );
  }
  return { ...identity, timeline };
}

/** True where both mean the same database on the same history of the same server. */
export function sameIdentity(a: SourceIdentity, b: SourceIdentity): boolean {
  return a.systemIdentifier === b.systemIdentifier && a.timeline === b.timeline && a.databaseOid === b.databaseOid;
}
