import type { Client } from 'pg';
import type { PostgresDatabase } from '../connect/postgres';
import { SyncError } from '../errors';

/** Who holds a lease. */
export interface LeaseHolder {
  readonly runId: string;
  readonly operator: string;
  readonly host: string;
  readonly pid: number;
}

/** The connection whose advisory locks say that a run is alive and which targets it writes; kill -9 frees them at once. */
export interface LeaseSession {
  /** Aborted when the connection is lost, and the locks with it. */
  readonly lost: AbortSignal;
  /** @throws SyncError LEASE_HELD, naming who holds it and since when */
  acquire(dataset: string, targetIdentity: string): Promise<void>;
  close(): Promise<void>;
}

const runLock = (runId: string): string => `astro_sync run ${runId}`;
const targetLock = (targetIdentity: string): string => `astro_sync target ${targetIdentity}`;

/** Opens the session of a run; while it lives, the run counts as alive. */
export async function openLeaseSession(system: PostgresDatabase, holder: LeaseHolder): Promise<LeaseSession> {
  const client = await system.connect('lease');
  const lost = new AbortController();
  let closing = false;
  client.on('end', () => {
    if (closing) return;
    lost.abort(
      new SyncError('CONNECTION_LOST', `The connection to ${system.label} that holds the leases was lost`, {
        hint: 'Run again: what was applied stays, the rest is still pending.',
        retryable: true,
      }),
    );
  });
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [runLock(holder.runId)]);
  return {
    lost: lost.signal,
    async acquire(dataset, targetIdentity) {
      if (!(await tryLock(client, targetLock(targetIdentity)))) throw await heldError(client, dataset, targetIdentity);
      await client.query(
        `INSERT INTO astro_sync.lease (target_identity, dataset, run_id, operator, host, pid, since)
         VALUES ($1, $2, $3, $4, $5, $6, now())
         ON CONFLICT (target_identity) DO UPDATE SET dataset = excluded.dataset, run_id = excluded.run_id,
           operator = excluded.operator, host = excluded.host, pid = excluded.pid, since = excluded.since`,
        [targetIdentity, dataset, holder.runId, holder.operator, holder.host, holder.pid],
      );
    },
    async close() {
      closing = true;
      await client.query('DELETE FROM astro_sync.lease WHERE run_id = $1', [holder.runId]).catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}

/**
 * Finds runs whose process is gone (nobody holds their lock) and marks them interrupted. Their jobs were never taken out of the
 * queue, so they are simply pending again.
 * @returns the ids of the runs marked
 */
export async function markInterrupted(system: Client): Promise<string[]> {
  const { rows } = await system.query<{ id: string }>('SELECT id FROM astro_sync.run WHERE ended_at IS NULL');
  const dead: string[] = [];
  for (const { id } of rows) {
    if (!(await tryLock(system, runLock(id)))) continue;
    try {
      const { rowCount } = await system.query(
        `UPDATE astro_sync.run SET status = 'interrupted', ended_at = now(),
           error = jsonb_build_object('code', 'INTERRUPTED', 'message', 'The process ended in the middle of the run',
             'hint', 'Run again: what was applied stays, the rest is still pending.')
         WHERE id = $1 AND ended_at IS NULL`,
        [id],
      );
      await system.query(
        `UPDATE astro_sync.run_dataset SET status = 'interrupted', ended_at = now() WHERE run_id = $1 AND ended_at IS NULL`,
        [id],
      );
      if (rowCount === 1) dead.push(id);
    } finally {
      await system.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [runLock(id)]);
    }
  }
  return dead;
}

async function tryLock(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [
    name,
  ]);
  return rows[0]?.got === true;
}

async function heldError(client: Client, dataset: string, targetIdentity: string): Promise<SyncError> {
  const { rows } = await client.query<{
    dataset: string;
    operator: string;
    host: string;
    pid: number;
    since: string;
    run_id: string;
  }>(
    `SELECT dataset, operator, host, pid, run_id, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
     FROM astro_sync.lease WHERE target_identity = $1`,
    [targetIdentity],
  );
  const holder = rows[0];
  const who =
    holder === undefined
      ? 'another run'
      : `${holder.operator} on ${holder.host} (process ${String(holder.pid)}, run ${holder.run_id}) since ${holder.since}`;
  return new SyncError('LEASE_HELD', `Dataset "${dataset}" is being written by ${who}`, {
    hint: 'Wait until it has finished, or cancel it with "astro-sync cancel".',
    retryable: true,
    details: { dataset, ...holder },
  });
}
