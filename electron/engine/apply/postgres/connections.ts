import type { Client } from 'pg';
import type { PostgresDatabase } from '../../connect/postgres';
import { SyncError } from '../../errors';
import type { DriverContext } from '../../run/driver';

/** The connections of one dataset in one run, opened when first asked for. One statement at a time on each. */
export interface Connections {
  readonly target: PostgresDatabase;
  /** Comparing, in the run's snapshot. */
  sourceReader(): Promise<Client>;
  /** COPY of rows, in the run's snapshot. */
  sourceCopier(): Promise<Client>;
  targetReader(): Promise<Client>;
  /** The session that writes; its temporary tables last as long as it does. */
  targetWriter(): Promise<Client>;
  /** Gives up a connection that is in an unknown state; the next call opens another. */
  discard(client: Client): void;
  close(): Promise<void>;
}

type Purpose = 'sourceReader' | 'sourceCopier' | 'targetReader' | 'targetWriter';

/** Settings that a role may have and that would stop or distort a run. */
const sessionSettings = `SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s'`;

/** @param target the dataset's target database */
export function connectionsOf(context: DriverContext, target: PostgresDatabase): Connections {
  const opened = new Map<Purpose, Promise<Client>>();
  const pids = new Map<Client, { readonly pid: number; readonly database: PostgresDatabase }>();

  const open = async (purpose: Purpose): Promise<Client> => {
    const onSource = purpose === 'sourceReader' || purpose === 'sourceCopier';
    const name = `${context.dataset.name} ${purpose}`;
    let client: Client;
    if (onSource) {
      if (context.source === null) throw new TypeError(`dataset ${context.dataset.name} has no source in PostgreSQL`);
      client = await context.source.snapshot.connect(name);
    } else {
      client = await target.connect(name);
    }
    await client.query(sessionSettings);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const database = onSource && context.source !== null ? context.source.database : target;
    if (rows[0] !== undefined) pids.set(client, { pid: rows[0].pid, database });
    return client;
  };

  const connection = (purpose: Purpose): Promise<Client> => {
    throwIfCancelled(context.signal);
    const known = opened.get(purpose);
    if (known !== undefined) return known;
    const opening = open(purpose);
    opened.set(purpose, opening);
    opening.catch(() => opened.delete(purpose));
    return opening;
  };

  const cancelStatements = (): void => {
    for (const { pid, database } of pids.values()) void cancelStatement(database, pid);
  };
  context.signal.addEventListener('abort', cancelStatements, { once: true });

  return {
    target,
    sourceReader: () => connection('sourceReader'),
    sourceCopier: () => connection('sourceCopier'),
    targetReader: () => connection('targetReader'),
    targetWriter: () => connection('targetWriter'),
    discard(client) {
      pids.delete(client);
      for (const [purpose, opening] of opened) {
        void opening.then((known) => {
          if (known === client && opened.get(purpose) === opening) opened.delete(purpose);
        });
      }
      void client.end().catch(() => undefined);
    },
    async close() {
      context.signal.removeEventListener('abort', cancelStatements);
      const clients = await Promise.allSettled(opened.values());
      await Promise.allSettled(
        clients.map((result) => (result.status === 'fulfilled' ? result.value.end() : undefined)),
      );
    },
  };
}

/** Stops what a session of our own role runs; a session that runs nothing is not touched. */
async function cancelStatement(database: PostgresDatabase, pid: number): Promise<void> {
  try {
    const client = await database.connect('cancel');
    try {
      await client.query('SELECT pg_cancel_backend($1)', [pid]);
    } finally {
      await client.end();
    }
  } catch {
    // The run ends all the same at its next step; closing the connections ends what the server still does.
  }
}

/** @throws SyncError CANCELLED once the run was cancelled */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof SyncError ? signal.reason : new SyncError('CANCELLED', 'The run was cancelled');
}
