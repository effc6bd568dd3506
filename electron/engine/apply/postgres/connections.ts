import type { Client } from 'pg';
import { cancelStatement } from '../../connect/cancel-statement';
import type { LentConnection } from '../../connect/kept-connections';
import type { PostgresDatabase } from '../../connect/postgres';
import { throwIfCancelled } from '../../cancelled';
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
  /** Enters the snapshot anew on a source connection whose statement has failed. */
  restoreSource(client: Client): Promise<void>;
  /** Gives its connections back until they are needed again, but for a writer's whose session has to last; none may be busy. */
  rest(keepWriter: boolean): void;
  /** Gives up a connection that is in an unknown state; the next call opens another. */
  discard(client: Client): void;
  close(): Promise<void>;
}

type Purpose = 'sourceReader' | 'sourceCopier' | 'targetReader' | 'targetWriter';

/**
 * Settings that a role may have and that would stop or distort a run. A batch is looked up by its keys: at PostgreSQL's default
 * cost of a random page, that of a spinning disk, the planner rather reads all of the target up to the batch's last key, for each batch.
 */
const sessionSettings =
  "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s'; SET random_page_cost = 1.1";

interface Opened {
  readonly opening: Promise<Client>;
  client: Client | null;
  pid: number;
  giveBack: () => void;
}

/** @param target the dataset's target database */
export function connectionsOf(context: DriverContext, target: PostgresDatabase): Connections {
  const { dataset, signal, source } = context;
  const opened = new Map<Purpose, Opened>();
  const isSource = (purpose: Purpose): boolean => purpose === 'sourceReader' || purpose === 'sourceCopier';

  const lend = async (purpose: Purpose): Promise<LentConnection> => {
    const name = `${dataset.name} ${purpose}`;
    if (!isSource(purpose)) return target.lend(name);
    if (source === null) throw new TypeError(`dataset ${dataset.name} has no source in PostgreSQL`);
    const client = await source.snapshot.connect(name);
    return { client, giveBack: () => source.snapshot.giveBack(client) };
  };

  const open = async (purpose: Purpose): Promise<LentConnection & { pid: number }> => {
    const { client, giveBack } = await lend(purpose);
    await client.query(sessionSettings);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return { client, giveBack, pid: rows[0]?.pid ?? 0 };
  };

  const connection = (purpose: Purpose): Promise<Client> => {
    throwIfCancelled(signal);
    const known = opened.get(purpose);
    if (known !== undefined) return known.opening;
    const entry: Opened = {
      opening: open(purpose).then(({ client, pid, giveBack }) => {
        Object.assign(entry, { client, pid, giveBack });
        return client;
      }),
      client: null,
      pid: 0,
      giveBack: () => undefined,
    };
    opened.set(purpose, entry);
    entry.opening.catch(() => opened.delete(purpose));
    return entry.opening;
  };

  const cancelStatements = (): void => {
    for (const [purpose, { client, pid }] of opened) {
      if (client !== null) void cancelStatement(isSource(purpose) && source !== null ? source.database : target, pid);
    }
  };
  signal.addEventListener('abort', cancelStatements, { once: true });

  return {
    target,
    sourceReader: () => connection('sourceReader'),
    sourceCopier: () => connection('sourceCopier'),
    targetReader: () => connection('targetReader'),
    targetWriter: () => connection('targetWriter'),
    async restoreSource(client) {
      if (source === null) return;
      await client.query(
        `ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${source.snapshot.id}'`,
      );
    },
    rest(keepWriter) {
      for (const [purpose, { giveBack }] of opened) {
        if (keepWriter && purpose === 'targetWriter') continue;
        opened.delete(purpose);
        giveBack();
      }
    },
    discard(client) {
      for (const [purpose, entry] of opened) if (entry.client === client) opened.delete(purpose);
      void client.end().catch(() => undefined);
    },
    async close() {
      signal.removeEventListener('abort', cancelStatements);
      const settled = await Promise.allSettled([...opened.values()].map(({ opening }) => opening));
      const clients = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      await Promise.allSettled(clients.map((client) => client.end()));
    },
  };
}
