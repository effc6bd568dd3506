import type { Client } from 'pg';
import { cancelStatement } from '../../connect/cancel-statement';
import type { SourceSnapshot } from '../../connect/snapshot';
import type { DriverContext } from '../../run/driver';

export interface SourceReaders {
  open(purpose: string): Promise<Client>;
  /** Leaves it to whoever reads in the snapshot next. */
  giveBack(client: Client): void;
  close(client: Client): Promise<void>;
  dispose(): void;
}

/** Connections in the snapshot; what they run is stopped in the server when the run is cancelled. */
export function sourceReaders({ signal }: DriverContext, snapshot: SourceSnapshot): SourceReaders {
  const pids = new Map<Client, number>();
  const cancelStatements = (): void => {
    for (const pid of pids.values()) void cancelStatement(snapshot.database, pid);
  };
  signal.addEventListener('abort', cancelStatements, { once: true });
  return {
    async open(purpose) {
      const client = await connectReader(snapshot, purpose);
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      pids.set(client, rows[0]?.pid ?? 0);
      return client;
    },
    giveBack(client) {
      pids.delete(client);
      snapshot.giveBack(client);
    },
    async close(client) {
      pids.delete(client);
      await client.end();
    },
    dispose() {
      signal.removeEventListener('abort', cancelStatements);
    },
  };
}

/** A connection in the snapshot, on which a role's own limits do not stop a long read and keys are looked up by their index. */
async function connectReader(snapshot: SourceSnapshot, purpose: string): Promise<Client> {
  const client = await snapshot.connect(purpose);
  await client.query(
    'SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET random_page_cost = 1.1',
  );
  return client;
}
