import type { Client } from 'pg';
import type { SettledEntity } from '../run/dataset-queue';
import type { EntityKey } from '../run/driver';
import type { JobScope } from './job-scope';
import { keyJson } from './job-scope';

/**
 * The pending jobs of each entity $s.entity_key that the run's snapshot saw, looked up entity by entity. A plain join would be left to
 * statistics, which know nothing of a new queue and call the pending part of an old one empty: the planner then reads every pending job
 * for every entity. For the same reason not `status = 'pending'`, which would lead it to the index of pending jobs.
 */
const pendingOf = (s: string): string => `LATERAL (
    SELECT q.id FROM astro_sync.job_queue q
    WHERE q.dataset = $1 AND q.entity_key = ${s}.entity_key AND (q.status || '') = 'pending' AND NOT q.gap AND q.id <= $3::bigint
    OFFSET 0
  )`;

const settleSql = `
WITH settled AS (
  SELECT entity::jsonb AS entity_key, status, reason
  FROM unnest($4::text[], $5::text[], $6::text[]) AS s(entity, status, reason)
), mine AS (
  SELECT j.id, s.status, s.reason, max(j.id) OVER (PARTITION BY s.entity_key) AS last
  FROM settled s CROSS JOIN ${pendingOf('s')} j
)
UPDATE astro_sync.job_queue j SET
  status = CASE WHEN j.id = mine.last THEN mine.status ELSE 'completed' END,
  note = CASE WHEN j.id = mine.last THEN j.note ELSE 'superseded by job ' || mine.last END,
  last_error = CASE WHEN j.id = mine.last THEN mine.reason END,
  executed_at = now(), run_id = $2::uuid, attempts = j.attempts + 1
FROM mine WHERE j.id = mine.id`;

/**
 * Settles every pending job of these entities that the run's snapshot saw, in one statement: the last one with its status, the
 * earlier ones as completed, superseded by it. Gives the number of jobs settled.
 */
export async function settleJobs(client: Client, scope: JobScope, entities: readonly SettledEntity[]): Promise<number> {
  if (entities.length === 0) return 0;
  const { rowCount } = await client.query(settleSql, [
    scope.dataset,
    scope.runId,
    scope.throughJobId,
    entities.map((entity) => keyJson(scope.keyNames, entity.key)),
    entities.map((entity) => entity.status),
    entities.map((entity) => entity.reason ?? null),
  ]);
  return rowCount ?? 0;
}

const holdSql = `
WITH held AS (SELECT entity::jsonb AS entity_key FROM unnest($5::text[]) AS s(entity))
UPDATE astro_sync.job_queue j SET note = $4, run_id = $2::uuid, attempts = j.attempts + 1
FROM (SELECT p.id FROM held CROSS JOIN ${pendingOf('held')} p) mine WHERE j.id = mine.id`;

/** Leaves the jobs of these entities pending, with the reason. */
export async function holdJobs(
  client: Client,
  scope: JobScope,
  keys: readonly EntityKey[],
  reason: string,
): Promise<number> {
  if (keys.length === 0) return 0;
  const { rowCount } = await client.query(holdSql, [
    scope.dataset,
    scope.runId,
    scope.throughJobId,
    reason,
    keys.map((key) => keyJson(scope.keyNames, key)),
  ]);
  return rowCount ?? 0;
}
