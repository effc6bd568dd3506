import type { Client } from 'pg';

/** Of the jobs that somebody skipped, so many of the newest are looked at. */
const atMost = 10_000;

/**
 * How many entities had a change skipped by somebody since their dataset was last verified as a whole, and were not written since: their
 * targets were left as they were, so that they may differ and no verification has said otherwise.
 * @param since ISO time of that verification; null where there was none
 */
export async function countGivenUp(client: Client, dataset: string, since: string | null): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(DISTINCT j.entity)::int AS count FROM (
       SELECT id, entity, executed_at, note FROM astro_sync.job_queue
       WHERE status = 'skipped' AND dataset = $1 AND NOT gap ORDER BY id DESC LIMIT ${String(atMost)}
     ) j
     WHERE ($2::timestamptz IS NULL OR j.executed_at > $2::timestamptz)
       -- What a run wrote into a guarded target is skipped too, and is no change that anybody waits for.
       AND j.note LIKE '%skipped by %'
       AND NOT EXISTS (SELECT FROM astro_sync.job_queue newer WHERE newer.dataset = $1 AND newer.entity = j.entity
         AND newer.id > j.id AND newer.status = 'completed')`,
    [dataset, since],
  );
  return rows[0]?.count ?? 0;
}
