import type { Client } from 'pg';
import type { VerificationOfEntity } from '../../../shared/contract/methods/origins';
import { givenUpWords } from '../../../shared/engine/job-notes';
import { isoTime } from './iso-time';

/** What a verification came to, of a whole dataset. */
const counted = ['failed', 'withheld', 'conflicted'].map(
  (name) => `coalesce((d.counts ->> '${name}')::int, 0) AS ${name}`,
);

/** Rows of the dataset that the run knows not to be equal. */
const leftOver = `d.differences + d.failed + d.withheld + d.conflicted + coalesce(d.in_flight, 0)`;

/** SQL of a job that its run settled after it had compared the row: not one that it, or a person, left aside. */
const settledAlone = `status IN ('completed', 'skipped') AND last_error IS NULL
  AND coalesce(note, '') NOT LIKE '%${givenUpWords}%' AND coalesce(note, '') NOT LIKE '%superseded by job %'`;

/**
 * SQL of what the run found of this very row: `failed` and `differs` where it says so; `equal` where all is, where it settled a job of the
 * row, which it does after the row was compared, or where it names all that are not; else null.
 */
const ofThisRow = `
CASE WHEN d.errors > 0 THEN 'failed'
  WHEN d.samples @> jsonb_build_array(jsonb_build_object('key', $2::jsonb)) THEN 'differs'
  WHEN d.differences IS NULL THEN NULL
  WHEN ${leftOver} = 0 THEN 'equal'
  WHEN EXISTS (SELECT FROM own WHERE own.run_id = d.run_id AND own.settled) THEN 'equal'
  WHEN d.withheld + d.conflicted + coalesce(d.in_flight, 0) = 0 AND jsonb_array_length(d.samples) >= d.differences
    AND (SELECT count(*) FROM astro_sync.row_error e WHERE e.run_id = d.run_id AND e.dataset = $1) >= d.failed THEN 'equal'
END`;

/**
 * The latest verifications that came to their end and covered this entity, by themselves or at the end of a run: those of the whole dataset, and
 * those of an incremental run that had a change of it. What an incremental run found of other rows says nothing of this one.
 * @param key column → canonical text
 */
export async function listVerifications(
  system: Client,
  dataset: string,
  key: Readonly<Record<string, string>>,
  limit: number,
): Promise<VerificationOfEntity[]> {
  const { rows } = await system.query<VerificationOfEntity>(
    `WITH own AS (
       SELECT run_id, bool_or(${settledAlone}) AS settled
       FROM astro_sync.job_queue
       WHERE dataset = $1 AND entity = astro_sync.entity_of($2::jsonb) AND run_id IS NOT NULL AND NOT gap GROUP BY run_id
     ), failed AS (
       SELECT run_id, count(*)::int AS errors FROM astro_sync.row_error
       WHERE dataset = $1 AND hashtext(key::text) = hashtext($2::jsonb::text) AND key = $2::jsonb GROUP BY run_id
     ), latest AS (
       SELECT d.run_id, d.dataset, d.ended_at, r.kind, d.mode, d.verified, d.differences, d.in_flight, ${counted.join(', ')},
         coalesce(d.samples, '[]') AS samples, d.error, coalesce(failed.errors, 0) AS errors
       FROM astro_sync.run_dataset d JOIN astro_sync.run r ON r.id = d.run_id LEFT JOIN failed ON failed.run_id = d.run_id
       WHERE d.dataset = $1 AND d.verified IS NOT NULL AND d.ended_at IS NOT NULL
         AND (r.kind = 'verify' OR d.mode = 'full' OR failed.run_id IS NOT NULL OR d.run_id IN (SELECT run_id FROM own))
       ORDER BY r.started_at DESC LIMIT $3
     )
     SELECT d.dataset, d.run_id::text AS run, d.kind, ${isoTime('d.ended_at')} AS at, d.kind = 'verify' OR d.mode = 'full' AS whole,
       d.verified, d.differences, d.failed, d.withheld, d.conflicted, d.in_flight, d.error, ${ofThisRow} AS row
     FROM latest d ORDER BY d.ended_at DESC`,
    [dataset, JSON.stringify(key), limit],
  );
  return rows;
}
