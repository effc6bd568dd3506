import type { Client } from 'pg';

const batch = 20_000;

/** Removes the changes that every consumer has taken over, in batches of their own transactions. Gives the rows removed. */
export async function purgeChanges(client: Client): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await client.query(
      `DELETE FROM astro_sync.change_log WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM astro_sync.change_log
         WHERE xid < (SELECT CASE WHEN bool_and(horizon IS NOT NULL) THEN min(horizon::text::numeric)::text::xid8 END FROM astro_sync.consumer)
         LIMIT ${String(batch)}))`,
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < batch) return removed;
  }
}
