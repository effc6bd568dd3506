import type { Client } from 'pg';

const pages = 500;

/**
 * Removes the changes that every consumer has taken over, page range by page range, each in a transaction of its own: the log is
 * read once, however many rows there are. Gives the rows removed.
 */
export async function purgeChanges(client: Client): Promise<number> {
  const { rows } = await client.query<{ horizon: string | null; pages: number }>(
    `SELECT (SELECT CASE WHEN bool_and(horizon IS NOT NULL) THEN min(horizon::text::numeric)::text END FROM astro_sync.consumer) AS horizon,
       (pg_relation_size('astro_sync.change_log') / current_setting('block_size')::int)::int AS pages`,
  );
  const [facts] = rows;
  if (facts === undefined || facts.horizon === null) return 0;
  let removed = 0;
  for (let page = 0; page < facts.pages; page += pages) {
    const { rowCount } = await client.query(
      `DELETE FROM astro_sync.change_log
       WHERE ctid >= '(${String(page)},0)'::tid AND ctid < '(${String(page + pages)},0)'::tid AND xid < '${facts.horizon}'::xid8`,
    );
    removed += rowCount ?? 0;
  }
  return removed;
}
