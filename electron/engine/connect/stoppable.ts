import type pg from 'pg';
import { throwIfCancelled } from '../cancelled';
import { cancelStatement } from './cancel-statement';
import { cutOnCancel } from './cut-on-cancel';
import type { Environment } from './environment';
import type { PostgresDatabase } from './postgres';

/** An environment for reading that can be stopped. */
export interface Stoppable {
  readonly environment: Environment;
  /** From now on a stop ends nothing of it any more: what follows has its own way to stop, or must come to its end. */
  readonly release: () => void;
}

/**
 * An environment whose statements end at a stop, also where they wait behind somebody's lock: the servers are asked to cancel them, and
 * connections that are still at work a second later are cut. For what only reads, or may be killed at any point.
 * @param signal of the stop; left out where nobody can stop it
 */
export function stoppable(environment: Environment, signal: AbortSignal | undefined): Stoppable {
  if (signal === undefined) return { environment, release: () => undefined };
  const open = new Map<pg.Client, { readonly pid: number; readonly database: PostgresDatabase }>();
  let released = false;

  /** @throws SyncError CANCELLED where it was stopped while the connection was opened */
  const watch = async (database: PostgresDatabase, client: pg.Client): Promise<() => void> => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    throwIfCancelled(signal);
    open.set(client, { pid: rows[0]?.pid ?? 0, database });
    const forget = (): void => void open.delete(client);
    client.once('end', forget);
    return () => {
      client.off('end', forget);
      forget();
    };
  };
  const cancelStatements = async (): Promise<void> => {
    await Promise.all([...open.values()].map(({ database, pid }) => cancelStatement(database, pid)));
  };
  const cut = (): void => {
    // What was asked since then would go on at the server, where nobody waits for it.
    void cancelStatements();
    for (const client of open.keys()) client.connection.stream.destroy();
  };
  const stop = (): void => void cancelStatements();
  signal.addEventListener('abort', stop, { once: true });
  const uncut = cutOnCancel(signal, cut);

  const postgres = (database: PostgresDatabase): PostgresDatabase => ({
    ...database,
    async connect(purpose) {
      if (released) return database.connect(purpose);
      throwIfCancelled(signal);
      const client = await database.connect(purpose);
      await watch(database, client).catch(async (error: unknown) => {
        await client.end().catch(() => undefined);
        throw error;
      });
      return client;
    },
    async lend(purpose, lockMs) {
      if (released) return database.lend(purpose, lockMs);
      throwIfCancelled(signal);
      const { client, giveBack } = await database.lend(purpose, lockMs);
      const forget = await watch(database, client).catch((error: unknown) => {
        giveBack();
        throw error;
      });
      return {
        client,
        giveBack() {
          forget();
          giveBack();
        },
      };
    },
  });
  return {
    environment: {
      ...environment,
      system: postgres(environment.system),
      postgres: (name) => postgres(environment.postgres(name)),
      database(name) {
        const database = environment.database(name);
        return database.engine === 'postgres' ? postgres(database) : database;
      },
    },
    release() {
      released = true;
      signal.removeEventListener('abort', stop);
      uncut();
      open.clear();
    },
  };
}
