import type { Client } from 'pg';
import { hasten } from '../connect/hasten';
import type { PostgresDatabase } from '../connect/postgres';
import { SyncError } from '../errors';
import { isoTime } from './iso-time';

/** A connection to SystemDB that lives as long as a run: its advisory locks are the proof that the run is alive. */
export interface LiveSession {
  /** Runs one statement at a time. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Aborted when the connection is lost; the reason is a SyncError CONNECTION_LOST. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens it, with keepalives short enough that the server frees its locks soon after this computer is gone.
 * @param stop from which on it waits behind nobody's lock for long, but is lost
 */
export async function openSession(system: PostgresDatabase, stop?: AbortSignal): Promise<LiveSession> {
  const client = await system.connect('run');
  await client.query(
    'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET idle_in_transaction_session_timeout = 0',
  );
  await endlessIdle(client);
  await hasten(client, system, stop);
  const controller = new AbortController();
  let closing = false;
  client.on('end', () => {
    if (closing) return;
    controller.abort(
      new SyncError(
        'CONNECTION_LOST',
        `The connection to ${system.label} was lost: this run no longer counts as alive`,
        {
          hint: 'Run again: what was done stays done, and the rest is still pending.',
          retryable: true,
        },
      ),
    );
  });
  let tail: Promise<unknown> = Promise.resolve();
  return {
    lost: controller.signal,
    query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const mine = tail.then(async () => (await client.query<Row>(sql, [...values])).rows);
      tail = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await tail;
      closing = true;
      await client.end().catch(() => undefined);
    },
  };
}

async function endlessIdle(client: Client): Promise<void> {
  await client.query(`SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('idle_session_timeout')`);
}

/** How long a living run is silent at most; it says every second that it is there. */
const silentAfter = '10 seconds';

/**
 * SQL: since when a run gives no sign of life, null where it ended or lives: nobody holds its lock, and it said nothing for a while. Only
 * looks, so that it may be asked where nothing is written; on a standby, where no lock is to be seen, what it says is as old as that.
 * @param run alias of astro_sync.run
 */
export function silentSince(run: string): string {
  const lock = runLock(`${run}.id::text`);
  return `CASE WHEN ${run}.ended_at IS NULL AND ${run}.heartbeat < now() - interval '${silentAfter}' AND NOT EXISTS (
    SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND ((l.classid::bigint << 32) | l.objid::bigint) = ${lock}
  ) THEN ${isoTime(`${run}.heartbeat`)} END`;
}

/** The advisory lock of whoever removes the sync from an environment, as SQL: no run begins meanwhile. */
export const uninstallLock = `hashtextextended('astro_sync uninstall', 0)`;

/** The advisory lock that a living run holds, as SQL over the run's id. */
export function runLock(idSql: string): string {
  return `hashtextextended('astro_sync run ' || ${idSql}, 0)`;
}
