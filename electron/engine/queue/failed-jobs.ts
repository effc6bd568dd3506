import type { Client } from 'pg';
import { foundWords, lastKnownWords } from '../../../shared/engine/job-notes';
import type { FailedEntity, FailedJobFacts } from '../run/dataset-queue';
import type { JobScope } from './job-scope';
import { keyJson } from './job-scope';

/** With the run's id as capture, it stands for the change of a row that failed in a full run, whose change nobody knows. */
export const fullRunChange = 'retry';

/**
 * SQL of the note of a job that was found, not captured. Where the queue knows a change of the row that the run can have seen, the last
 * one is named beside: not as the cause, which nobody knows.
 * @param seen SQL condition on the job `known`, of what the run saw
 */
export function foundNote(dataset: string, entity: string, seen: string): string {
  const origin = (field: string): string => `nullif(left(known.data #>> '{origin,${field}}', 100), '')`;
  return `'${foundWords}' || coalesce((
    SELECT '; ${lastKnownWords}' || known.id ||
      coalesce(' by ' || coalesce(${origin('actor')}, ${origin('session_user')}), '') || coalesce(' with ' || ${origin('application')}, '')
    FROM astro_sync.job_queue known
    WHERE known.dataset = ${dataset} AND known.entity = ${entity} AND known.change_id <> '${fullRunChange}' AND NOT known.gap AND ${seen}
    ORDER BY known.id DESC LIMIT 1), '')`;
}

/** SQL of the origin of such a job: where it was found, and when. */
export function nobodysOrigin(database: string): string {
  return `jsonb_build_object('database', ${database}::text,
    'application', NULL, 'actor', NULL, 'session_user', NULL, 'client', NULL, 'transaction', NULL, 'run', NULL,
    'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))`;
}

const block = 5_000;

/** True where any job of the dataset is failed. */
export async function hasFailedJobs(client: Client, dataset: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'failed' AND NOT gap LIMIT 1`,
    [dataset],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * How many entities of a dataset are failed and not healed since: not applied later, skipped, retried or found equal by a full run.
 * @param except leaves out those that failed in this run
 */
export async function countFailedEntities(client: Client, dataset: string, except?: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT entity FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'failed' AND NOT gap
       GROUP BY entity HAVING $2::uuid IS NULL OR NOT bool_or(run_id IS NOT DISTINCT FROM $2::uuid)
     ) failed`,
    [dataset, except ?? null],
  );
  return rows[0]?.count ?? 0;
}

/**
 * What was captured of such an entity and waits has been tried by the full run, and what failed earlier was tried again: the newest of
 * its jobs failed, the others are superseded by it.
 */
const triedSql = `
UPDATE astro_sync.job_queue j SET run_id = $1::uuid, executed_at = now(), attempts = j.attempts + 1,
  status = CASE WHEN j.id = own.newest THEN 'failed' ELSE 'completed' END,
  last_error = CASE WHEN j.id = own.newest THEN own.reason ELSE j.last_error END,
  note = CASE WHEN j.id = own.newest THEN j.note ELSE concat_ws('; ', j.note, 'superseded by job ' || own.newest) END
FROM (
  SELECT q.id, f.reason, max(q.id) OVER (PARTITION BY f.entity_key) AS newest
  FROM unnest($3::text[], $4::text[]) AS f(entity_key, reason)
  CROSS JOIN LATERAL (
    SELECT id FROM astro_sync.job_queue
    WHERE dataset = $2 AND entity = astro_sync.entity_of(f.entity_key::jsonb) AND (status || '') IN ('pending', 'failed')
      AND NOT gap AND id <= $5::bigint OFFSET 0
  ) q
) own
WHERE j.id = own.id AND (j.status || '') IN ('pending', 'failed')`;

const makeSql = `
INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_id, entity_key, status, data, dataset, capture_id, change_id,
  run_id, attempts, last_error, executed_at, note)
SELECT $5, $6, CASE WHEN single.text ~ '^(0|-?[1-9][0-9]{0,17})$' THEN single.text::bigint END, f.entity_key::jsonb, 'failed',
  jsonb_build_object('operation', f.operation, 'before', NULL, 'after', NULL, 'origin', ${nobodysOrigin('$7')}),
  $2, $1::uuid, '${fullRunChange}', $1::uuid, 1, f.reason, now(),
  ${foundNote('$2', 'astro_sync.entity_of(f.entity_key::jsonb)', 'known.id <= $9::bigint')}
FROM unnest($3::text[], $4::text[], $8::text[]) AS f(entity_key, reason, operation)
CROSS JOIN LATERAL (SELECT CASE WHEN count(*) = 1 THEN min(one.value) END AS text FROM jsonb_each_text(f.entity_key::jsonb) one) single
WHERE NOT EXISTS (SELECT 1 FROM astro_sync.job_queue j WHERE j.dataset = $2 AND j.entity = astro_sync.entity_of(f.entity_key::jsonb)
  AND j.status = 'failed')
ON CONFLICT (dataset, entity, capture_id, change_id) DO NOTHING`;

/**
 * Lists entities that a full run could not write as failed: the newest of the jobs that waited or failed earlier, or, of an entity
 * without one, a job that is made. Gives the number of entities.
 */
export async function recordFailures(
  client: Client,
  scope: JobScope,
  failures: readonly FailedEntity[],
  { jobType, entityType, database }: FailedJobFacts,
): Promise<number> {
  for (let i = 0; i < failures.length; i += block) {
    const some = failures.slice(i, i + block);
    const keys = some.map(({ key }) => keyJson(scope.keyNames, key));
    const reasons = some.map(({ reason }) => reason);
    const common = [scope.runId, scope.dataset, keys, reasons];
    await client.query(triedSql, [...common, scope.throughJobId]);
    const operations = some.map(({ operation }) => operation);
    await client.query(makeSql, [...common, jobType, entityType, database, operations, scope.throughJobId]);
  }
  return failures.length;
}
