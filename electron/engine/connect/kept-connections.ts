import type pg from 'pg';

/** A connection for a short reading. Whoever has it leaves no transaction open on it. */
export interface LentConnection {
  readonly client: pg.Client;
  /** The connection is used again if all went well with it, else it ends. Nothing has to wait for that. */
  readonly giveBack: () => void;
}

export interface KeptConnections {
  /**
   * @param lockMs how long its statements may wait for a lock; 0, as long as it takes, unless said
   * @throws SyncError CONNECT_FAILED
   */
  lend(purpose: string, lockMs?: number): Promise<LentConnection>;
  /**
   * Ends those that wait for a next reading, without asking whether they still answer: the computer slept, or has another network.
   * Those that are lent are left alone.
   */
  dropKept(): void;
}

/** Whoever only looks does not wait longer than that behind somebody's ALTER TABLE. */
export const readersLockMs = 10_000;

/** Reads on a connection that may have served others. @throws SyncError CONNECT_FAILED */
export async function reading<T>(
  database: KeptConnections,
  purpose: string,
  read: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { client, giveBack } = await database.lend(purpose, readersLockMs);
  try {
    return await read(client);
  } finally {
    giveBack();
  }
}

/** How long a connection waits for the next reading, and how many do: a console asks every few seconds. */
const keptMs = 15_000;
const keptAtMost = 3;

interface Kept {
  readonly client: pg.Client;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Keeps connections between readings: opening one takes the server a process and a slow link six round trips, and a console reads
 * every few seconds. What a reading did to the session is undone by DISCARD ALL before the next one has it. One that was lost
 * meanwhile is noticed when it is lent, and a new one takes its place.
 * @param connect opens a new one, under the settings of `sessionSql`
 * @param answerMs how long one that was kept may take to answer before it counts as lost
 */
export function keepConnections(
  connect: (purpose: string) => Promise<pg.Client>,
  sessionSql: string,
  answerMs: number,
): KeptConnections {
  const kept: Kept[] = [];

  const take = (): Kept | null => {
    const found = kept.pop() ?? null;
    if (found !== null) clearTimeout(found.timer);
    return found;
  };
  const drop = (client: pg.Client): void => {
    const at = kept.findIndex((each) => each.client === client);
    if (at === -1) return;
    clearTimeout(kept.splice(at, 1)[0]?.timer);
    end(client);
  };
  const keep = (client: pg.Client): void => {
    const timer = setTimeout(() => drop(client), keptMs);
    timer.unref();
    kept.push({ client, since: Date.now(), timer });
  };
  const clean = async (client: pg.Client): Promise<void> => {
    try {
      await client.query('DISCARD ALL');
      await client.query(sessionSql);
      if (kept.length < keptAtMost) keep(client);
      else end(client);
    } catch {
      // A transaction was left open on it, or it is lost.
      end(client);
    }
  };
  const lent = (client: pg.Client): LentConnection => ({ client, giveBack: () => void clean(client) });

  return {
    async lend(purpose, lockMs = 0) {
      for (let found = take(); found !== null; found = take()) {
        // A computer that slept has timers that did not run.
        const fresh = Date.now() - found.since < keptMs;
        if (fresh && (await answers(found.client, purpose, lockMs, answerMs))) return lent(found.client);
        end(found.client);
      }
      const client = await connect(purpose);
      if (lockMs > 0) await client.query(`SET lock_timeout = ${String(lockMs)}`);
      client.once('end', () => drop(client));
      return lent(client);
    },
    dropKept() {
      for (const { client } of [...kept]) drop(client);
    },
  };
}

/** Gives a connection its next name and patience, which shows as well whether its server still answers. */
async function answers(client: pg.Client, purpose: string, lockMs: number, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), withinMs)));
  const asked = client.query(
    `SELECT set_config('application_name', $1, false), set_config('lock_timeout', $2, false)`,
    [applicationName(purpose), String(lockMs)],
  );
  try {
    return await Promise.race([
      asked.then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function end(client: pg.Client): void {
  client.end().catch(() => undefined);
}

/** What a server shows of a connection of ours. */
export function applicationName(purpose: string): string {
  return `astro-sync ${purpose}`.slice(0, 63);
}
