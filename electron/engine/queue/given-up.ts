import type { Client } from 'pg';
import { givenUpWords } from '../../../shared/engine/job-notes';

/** More are told as so many. */
const atMost = 10_000;

/**
 * How many entities had a change skipped by somebody since their dataset was last verified as a whole, and were not written since: their
 * targets were left as they were, so that they may differ and no verification has said otherwise.
 * @param since ISO time of that verification; null where there was none
 */
export async function countGivenUp(client: Client, dataset: string, since: string | null): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(DISTINCT j.entity)::int AS count FROM (
       SELECT id, entity FROM astro_sync.job_queue
       WHERE dataset = $1 AND status = 'skipped' AND NOT gap AND note LIKE '%${givenUpWords}%'
         AND executed_at > coalesce($2::timestamptz, '-infinity') LIMIT ${String(atMost)}
     ) j
     WHERE NOT EXISTS (SELECT FROM astro_sync.job_queue newer WHERE newer.dataset = $1 AND newer.entity = j.entity
       AND newer.id > j.id AND newer.status = 'completed')`,
    [dataset, since],
  );
  return rows[0]?.count ?? 0;
}
