import type pg from 'pg';
import type { Redis } from 'ioredis';
import { orCancelled, throwIfCancelled } from '../cancelled';
import { cancelStatement } from './cancel-statement';
import { cutOnCancel } from './cut-on-cancel';
import type { Environment } from './environment';
import type { PostgresDatabase } from './postgres';
import type { RedisDatabase } from './redis';

/** An environment for reading that can be stopped. */
export interface Stoppable {
  readonly environment: Environment;
  /** From now on a stop leaves what is under way that second to come to its end by itself, as for what writes. */
  readonly patient: () => void;
  /** From now on a stop ends nothing of it any more: what follows has its own way to stop, or must come to its end. */
  readonly release: () => void;
}

/**
 * An environment whose statements end at a stop, also where they wait behind somebody's lock: the servers are asked to cancel them, and
 * all connections are cut a second later. Nor is a server waited for any longer that takes a connection and says nothing. For what may
 * be killed at any point: what writes does so in transactions.
 * @param signal of the stop; left out where nobody can stop it
 */
export function stoppable(environment: Environment, signal: AbortSignal | undefined): Stoppable {
  if (signal === undefined) return { environment, patient: () => undefined, release: () => undefined };
  const open = new Map<pg.Client, { readonly pid: number; readonly database: PostgresDatabase }>();
  const openRedis = new Set<Redis>();
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
    for (const redis of openRedis) redis.disconnect();
  };
  const stop = (): void => void cancelStatements();
  signal.addEventListener('abort', stop, { once: true });
  const uncut = cutOnCancel(signal, cut);

  const postgres = (database: PostgresDatabase): PostgresDatabase => ({
    ...database,
    async connect(purpose) {
      if (released) return database.connect(purpose);
      throwIfCancelled(signal);
      const client = await inTime(database.connect(purpose), signal, (late) => void late.end().catch(() => undefined));
      await watch(database, client).catch(async (error: unknown) => {
        await client.end().catch(() => undefined);
        throw error;
      });
      return client;
    },
    async lend(purpose, lockMs) {
      if (released) return database.lend(purpose, lockMs);
      throwIfCancelled(signal);
      const { client, giveBack } = await inTime(database.lend(purpose, lockMs), signal, (late) => late.giveBack());
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
  const cache = (database: RedisDatabase): RedisDatabase => ({
    ...database,
    async connect(purpose) {
      if (released) return database.connect(purpose);
      throwIfCancelled(signal);
      const redis = await inTime(database.connect(purpose), signal, (late) => late.disconnect());
      openRedis.add(redis);
      redis.once('end', () => openRedis.delete(redis));
      return redis;
    },
  });
  return {
    environment: {
      ...environment,
      system: postgres(environment.system),
      postgres: (name) => postgres(environment.postgres(name)),
      redis: (name) => cache(environment.redis(name)),
      database(name) {
        const database = environment.database(name);
        return database.engine === 'postgres' ? postgres(database) : cache(database);
      },
    },
    patient() {
      signal.removeEventListener('abort', stop);
    },
    release() {
      released = true;
      signal.removeEventListener('abort', stop);
      uncut();
      open.clear();
      openRedis.clear();
    },
  };
}

/**
 * A connection that is being opened, for which nobody waits longer than a second after a stop.
 * @param drop gets what is opened too late
 * @throws SyncError CANCELLED, and what opening throws
 */
async function inTime<T>(opening: Promise<T>, signal: AbortSignal, drop: (late: T) => void): Promise<T> {
  let uncut = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    uncut = cutOnCancel(signal, () => {
      opening.then(drop, () => undefined);
      const reason = orCancelled(signal, null);
      reject(reason instanceof Error ? reason : new Error('stopped'));
    });
  });
  return Promise.race([opening, stopped]).finally(uncut);
}
