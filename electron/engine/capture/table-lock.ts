import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QualifiedName } from '../connect/identifiers';
import { SyncError } from '../errors';

const attempts = 5;
const lockTimeout = '800ms';

/**
 * Runs DDL on a table in a transaction that waits for its locks only a moment, a few times over: while DDL waits, every new
 * writer of the table waits behind it.
 * @throws SyncError STATEMENT_FAILED naming who holds the table
 */
export async function withTableLock(
  client: Client,
  table: QualifiedName & { readonly oid: string },
  ddl: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`BEGIN; SET LOCAL lock_timeout = '${lockTimeout}'`);
      await ddl();
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (!(error instanceof Error) || !('code' in error) || (error.code !== '55P03' && error.code !== '40P01'))
        throw error;
      if (attempt === attempts) throw await lockError(client, table, error);
      await sleep(200 * attempt);
    }
  }
}

async function lockError(
  client: Client,
  table: QualifiedName & { readonly oid: string },
  cause: Error,
): Promise<SyncError> {
  const { rows } = await client.query<{
    pid: number;
    who: string | null;
    application: string | null;
    age: string | null;
  }>(
    `SELECT l.pid, a.usename::text AS who, a.application_name AS application,
       round(extract(epoch FROM clock_timestamp() - a.xact_start))::text AS age
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'relation' AND l.relation = $1::oid AND l.granted AND l.pid <> pg_backend_pid() AND l.mode <> 'AccessShareLock'
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     ORDER BY a.xact_start NULLS LAST`,
    [table.oid],
  );
  const holder = rows[0];
  const by =
    holder === undefined
      ? 'another session'
      : `pid ${String(holder.pid)} (${holder.who ?? 'unknown'}, ${holder.application ?? ''}, open for ${holder.age ?? '?'} s)`;
  return new SyncError(
    'STATEMENT_FAILED',
    `Table ${table.schema}.${table.name} is held by ${by}: the capture triggers could not be changed`,
    {
      hint: 'Try again when that transaction has ended, or end it.',
      retryable: true,
      details: { table: `${table.schema}.${table.name}`, pid: holder?.pid ?? null },
      cause,
    },
  );
}
