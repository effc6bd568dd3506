import type { Client } from 'pg';
import { keepRunsOut } from '../system/lease';
import { inTransaction, isUnreadable } from './change-jobs';
import { foundNote, fullRunChange, nobodysOrigin } from './failed-jobs';

/** A dataset whose failed rows are to be tried again. */
export interface RetriedDataset {
  readonly name: string;
  readonly jobType: string;
  readonly entityType: string;
  /** Its jobs carry their values themselves: none can be made for a key alone. */
  readonly stream: boolean;
}

/** A row that failed in this run may have failed again in a later one: its job is that one's then, and still says that it failed. */
const moveSql = `
UPDATE astro_sync.job_queue j SET status = 'pending', executed_at = NULL, run_id = NULL,
  note = concat_ws('; ', j.note, $3 || CASE WHEN j.run_id IS NOT NULL THEN ' after run ' || j.run_id ELSE '' END)
WHERE j.dataset = $2 AND j.status = 'failed' AND NOT j.gap
  AND (j.run_id = $1::uuid OR j.entity IN (SELECT astro_sync.entity_of(e.key) FROM astro_sync.row_error e WHERE e.run_id = $1::uuid AND e.dataset = $2))
  AND NOT ($4 AND ${isUnreadable})
  AND NOT ($4 AND EXISTS (
    SELECT 1 FROM astro_sync.job_queue newer WHERE newer.dataset = j.dataset AND newer.entity = j.entity
      AND newer.id > j.id AND newer.status = 'completed'))`;

const waiting = `EXISTS (SELECT 1 FROM astro_sync.job_queue w WHERE w.dataset = e.dataset AND w.entity = astro_sync.entity_of(e.key) AND w.status = 'pending')`;

const waitingSql = `
SELECT count(DISTINCT e.key)::int AS count FROM astro_sync.row_error e WHERE e.run_id = $1::uuid AND e.dataset = $2 AND ${waiting}`;

/**
 * The run's own id and the word retry stand for the change, which nobody knows. Only a full run that was stopped before its end leaves
 * rows without a job; what was written, skipped or found equal since is left alone.
 */
const makeSql = `
INSERT INTO astro_sync.job_queue AS q (job_type, entity_type, entity_id, entity_key, data, dataset, capture_id, change_id, note)
SELECT $3, $4, CASE WHEN single.text ~ '^(0|-?[1-9][0-9]{0,17})$' THEN single.text::bigint END, e.key,
  jsonb_build_object('operation', e.operation, 'before', NULL, 'after', NULL, 'origin', ${nobodysOrigin('$5')}),
  e.dataset, e.run_id, '${fullRunChange}',
  ${foundNote('e.dataset', 'astro_sync.entity_of(e.key)', 'known.created_at <= e.at')} || '; ' || $6
FROM (
  SELECT DISTINCT ON (e.key) e.* FROM astro_sync.row_error e
  WHERE e.run_id = $1::uuid AND e.dataset = $2 AND e.key <> '{}' AND NOT ${waiting}
    AND NOT EXISTS (SELECT 1 FROM astro_sync.job_queue d WHERE d.dataset = e.dataset AND d.entity = astro_sync.entity_of(e.key) AND d.executed_at > e.at)
    AND NOT EXISTS (SELECT 1 FROM astro_sync.run_dataset later
      WHERE later.dataset = e.dataset AND later.mode = 'full' AND later.verified AND later.started_at > e.at)
  ORDER BY e.key, e.id DESC
) e
CROSS JOIN LATERAL (SELECT CASE WHEN count(*) = 1 THEN min(one.value) END AS text FROM jsonb_each_text(e.key) one) single
ON CONFLICT DO NOTHING`;

/**
 * Puts the failed rows of a run back in the queue: jobs that say so are pending again, and rows that have no job (the full
 * run was stopped before its end) get one. What is in line since is not tried again.
 * @param database the environment's name of the source
 * @returns how many entities wait now
 * @throws SyncError LEASE_HELD
 */
export async function retryRunErrors(
  system: Client,
  run: string,
  dataset: RetriedDataset,
  { database, note }: { readonly database: string; readonly note: string },
): Promise<number> {
  return inTransaction(system, async () => {
    await keepRunsOut(system, [dataset.name]);
    const { rows } = await system.query<{ count: number }>(waitingSql, [run, dataset.name]);
    const moved = await system.query(moveSql, [run, dataset.name, note, dataset.stream]);
    const made = dataset.stream
      ? null
      : await system.query(makeSql, [
          run,
          dataset.name,
          dataset.jobType,
          dataset.entityType,
          database,
          `${note} after run ${run}`,
        ]);
    return (rows[0]?.count ?? 0) + (moved.rowCount ?? 0) + (made?.rowCount ?? 0);
  });
}

/** Datasets in which a run had failed rows. */
export async function datasetsWithErrors(system: Client, run: string): Promise<string[]> {
  const { rows } = await system.query<{ dataset: string }>(
    `SELECT dataset FROM astro_sync.row_error WHERE run_id = $1::uuid
     UNION SELECT dataset FROM astro_sync.job_queue WHERE run_id = $1::uuid AND status = 'failed' ORDER BY 1`,
    [run],
  );
  return rows.map(({ dataset }) => dataset);
}
