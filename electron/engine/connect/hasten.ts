import type pg from 'pg';
import { cancelStatement } from './cancel-statement';
import { cutOnCancel } from './cut-on-cancel';
import type { PostgresDatabase } from './postgres';

/** What is asked after a stop is how it ended: so long that may take. */
const lastWordsMs = 2_000;

/**
 * Lets nothing wait on a connection for long once it was stopped: a statement that has no answer a second after the stop, or soon after
 * it was asked where that was later, is cancelled at the server, and the connection is cut. For what has to be said after a stop too,
 * unless somebody's lock is in the way.
 * @param database where the connection leads
 */
export async function hasten(
  client: pg.Client,
  database: PostgresDatabase,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal === undefined) return;
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown;
  const cut = (): void => {
    void cancelStatement(database, pid);
    client.connection.stream.destroy();
  };
  const hastened = (...given: readonly unknown[]): unknown => {
    const asked = query(...given);
    if (!(asked instanceof Promise)) return asked;
    const uncut = cutOnCancel(signal, cut, signal.aborted ? lastWordsMs : undefined);
    return asked.finally(uncut);
  };
  Object.assign(client, { query: hastened });
}
