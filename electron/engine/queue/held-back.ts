import type { Client } from 'pg';

/** What holds the relay's horizon back: writing transactions that the snapshot saw still open, of any database of the server. */
export interface HeldBack {
  readonly transactions: number;
  readonly oldest_age_s: number | null;
  readonly oldest_pid: number | null;
}

/** Reads what holds a snapshot's horizon back; age and pid as far as this role may see them. null where nothing does. */
export async function readHeldBack(client: Client, snapshot: string): Promise<HeldBack | null> {
  const open = snapshot.split(':')[2] ?? '';
  if (open === '') return null;
  const { rows } = await client.query<{ pid: number; age: number | null }>(
    `SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age
     FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
     ORDER BY xact_start LIMIT 1`,
  );
  const oldest = rows[0];
  return {
    transactions: open.split(',').length,
    oldest_age_s: oldest?.age ?? null,
    oldest_pid: oldest?.pid ?? null,
  };
}
