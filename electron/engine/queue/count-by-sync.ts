import type { Client } from 'pg';
import { inBlock, mayBeBy } from './job-blocks';
import { changedAt, isBy, isChange } from './job-filter';
import type { OriginsQuery } from './origins';

/**
 * How many changes of a span of time a run of the sync wrote itself. Notes of nothing else that lie within the time hold the number. Of
 * the others the jobs are read: those at both ends of the time, and those among which somebody else calls itself as the sync does.
 */
export async function countBySync(
  system: Client,
  { since, until, dataset }: Pick<OriginsQuery, 'since' | 'until' | 'dataset'>,
): Promise<number> {
  const { rows } = await system.query<{ changes: number }>(
    `WITH noted AS MATERIALIZED (
       SELECT block, dataset, database, application, jobs,
         NOT (${mayBeBy('others')}) AND oldest >= $1::timestamptz AND newest < $2::timestamptz AS whole
       FROM astro_sync.job_block
       WHERE newest >= $1::timestamptz AND oldest < $2::timestamptz AND ($3::text IS NULL OR dataset = $3) AND ${mayBeBy('sync')}
     )
     SELECT (coalesce((SELECT sum(jobs) FROM noted WHERE whole), 0) + (
       SELECT count(*) FROM (SELECT * FROM noted WHERE NOT whole) b
       CROSS JOIN LATERAL (
         SELECT FROM astro_sync.job_queue j
         WHERE ${inBlock('b.block')} AND j.dataset = b.dataset AND coalesce(j.data #>> '{origin,database}', '') = b.database
           AND left(coalesce(j.data #>> '{origin,application}', ''), 200) = b.application
           AND ${isChange} AND ${isBy('sync')} AND ${changedAt} >= $1::timestamptz AND ${changedAt} < $2::timestamptz OFFSET 0
       ) j
     ))::int AS changes`,
    [since, until, dataset ?? null],
  );
  return rows[0]?.changes ?? 0;
}
