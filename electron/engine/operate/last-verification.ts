import type { Client } from 'pg';
import type { DatasetStatus } from '../../../shared/engine/reports';
import { givenUpWords } from '../../../shared/engine/job-notes';
import type { Checkpoint } from '../run/checkpoint';

type LastVerification = NonNullable<DatasetStatus['last_verification']>;
type Result = Omit<LastVerification, 'run' | 'at' | 'failed_since' | 'skipped_since' | 'in_line_since'>;

/** More entities are told as so many. */
const atMost = 10_000;

const resultSql = `
SELECT verified, differences, in_flight, coalesce((counts ->> 'failed')::int, 0) AS failed,
  coalesce((counts ->> 'withheld')::int, 0) AS withheld, coalesce((counts ->> 'conflicted')::int, 0) AS conflicted
FROM astro_sync.run_dataset WHERE run_id = $2::uuid AND dataset = $1 AND verified IS NOT NULL`;

/**
 * Entities that are failed now, or were skipped by somebody since the verification and not written since. `then`: they failed in its run as
 * well; `since`: they were tried, or skipped without a try, after it.
 */
const knownSql = `
WITH known AS (
  SELECT entity, true AS failed, run_id, executed_at > $3::timestamptz AS since
  FROM (SELECT * FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'failed' AND NOT gap LIMIT ${String(atMost)}) j
  UNION ALL
  SELECT j.entity, false, j.run_id,
    j.last_error IS NULL OR coalesce((SELECT r.started_at > $3::timestamptz FROM astro_sync.run r WHERE r.id = j.run_id), true)
  FROM (
    SELECT * FROM astro_sync.job_queue
    WHERE dataset = $1 AND status = 'skipped' AND NOT gap AND note LIKE '%${givenUpWords}%' AND executed_at > $3::timestamptz
    LIMIT ${String(atMost)}
  ) j
  WHERE NOT EXISTS (SELECT FROM astro_sync.job_queue newer WHERE newer.dataset = $1 AND newer.entity = j.entity
    AND newer.id > j.id AND newer.status = 'completed')
), refused AS (
  SELECT DISTINCT astro_sync.entity_of(key) AS entity FROM astro_sync.row_error WHERE run_id = $2::uuid AND dataset = $1 AND key <> '{}'
), entities AS (
  SELECT k.entity, bool_or(k.failed) AS failed, bool_or(k.since) AS since,
    bool_or(k.run_id IS NOT DISTINCT FROM $2::uuid AND k.run_id IS NOT NULL) OR bool_or(r.entity IS NOT NULL) AS refused_then
  FROM known k LEFT JOIN refused r ON r.entity = k.entity GROUP BY k.entity
)
SELECT count(*) FILTER (WHERE refused_then)::int AS still, count(*) FILTER (WHERE NOT refused_then AND NOT since)::int AS before,
  count(*) FILTER (WHERE NOT refused_then AND since AND failed)::int AS failed_since,
  count(*) FILTER (WHERE NOT refused_then AND since AND NOT failed)::int AS skipped_since
FROM entities`;

interface Known {
  readonly still: number;
  readonly before: number;
  readonly failed_since: number;
  readonly skipped_since: number;
}

/**
 * The last verification of a dataset as a whole: when, what it found then, and apart from that what is known since. Null where there was
 * none. Of one of before this was noted with its run, what had failed by then and still is stands for what had failed.
 */
export async function lastVerification(
  system: Client,
  dataset: string,
  checkpoint: Pick<Checkpoint, 'lastVerifiedAt' | 'verifiedRun' | 'differences' | 'inFlight'> | null,
): Promise<LastVerification | null> {
  const at = checkpoint?.lastVerifiedAt ?? null;
  if (checkpoint === null || at === null) return null;
  const run = checkpoint.verifiedRun;
  const recorded = run === null ? undefined : (await system.query<Result>(resultSql, [dataset, run])).rows[0];
  const { rows } = await system.query<Known>(knownSql, [dataset, run, at]);
  const { still, before, failed_since, skipped_since } = rows[0] ?? {
    still: 0,
    before: 0,
    failed_since: 0,
    skipped_since: 0,
  };
  const result = recorded ?? {
    verified: checkpoint.differences === 0,
    differences: checkpoint.differences,
    failed: before,
    withheld: 0,
    conflicted: 0,
    in_flight: checkpoint.inFlight,
  };
  const inLine = recorded === undefined ? 0 : Math.max(0, recorded.failed - still);
  return { run, at, ...result, failed_since, skipped_since, in_line_since: inLine };
}
