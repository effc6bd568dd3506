import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { onTestFinished } from 'vitest';

/** A place at which whoever writes stands still, until it is released. */
export interface Hold {
  /** Waits until somebody stands there. */
  reached(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Holds up writers of a table where they come to the named rows: a test then knows exactly how far a run is. Lasts until the test
 * ends at the latest.
 * @param client keeps the hold; used for nothing else that waits meanwhile
 * @param table as SQL writes it
 * @param when SQL condition over NEW
 */
export async function holdWrites(client: pg.Client, table: string, when: string): Promise<Hold> {
  const lock = randomInt(1, 2 ** 31);
  await client.query(`SELECT pg_advisory_lock(${lock})`);
  await client.query(`
    CREATE FUNCTION public.hold_${lock}() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock(${lock}); RETURN NEW; END $$;
    CREATE TRIGGER hold_${lock} BEFORE INSERT OR UPDATE ON ${table}
      FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION public.hold_${lock}()`);
  let held = true;
  const release = async (): Promise<void> => {
    if (held) await client.query(`SELECT pg_advisory_unlock(${lock})`);
    held = false;
  };
  // A test that fails must not leave others standing there.
  onTestFinished(release);
  return { reached: () => somebodyWaits(client, lock), release };
}

async function somebodyWaits(client: pg.Client, lock: number): Promise<void> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const { rowCount } = await client.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [lock],
    );
    if (rowCount !== 0) return;
    await pause(20);
  }
  throw new Error('nobody came to the place that was held');
}

/** Ends sessions of the sync on a database by force, those whose purpose matches; gives how many. */
export async function terminate(client: pg.Client, purpose: string): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'astro-sync ' || $1`,
    [purpose],
  );
  return rowCount ?? 0;
}
