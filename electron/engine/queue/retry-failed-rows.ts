import type { Client } from 'pg';
import type { Origin } from '../../../shared/engine/documents';
import { keepRunsOut } from '../system/lease';
import { inTransaction } from './change-jobs';
import { fullRunChange } from './failed-jobs';

/** A dataset whose failed rows are to be tried again. */
export interface RetriedDataset {
  readonly name: string;
  readonly jobType: string;
  readonly entityType: string;
  /** Its jobs carry their values themselves: none can be made for a key alone. */
  readonly stream: boolean;
}

const moveSql = `
UPDATE astro_sync.job_queue j SET status = 'pending', executed_at = NULL, run_id = NULL, note = concat_ws('; ', j.note, $3 || ' after run ' || j.run_id)
WHERE j.run_id = $1::uuid AND j.dataset = $2 AND j.status = 'failed' AND NOT j.gap AND NOT (j.change_id = '${fullRunChange}' AND j.capture_id = $1::uuid)
  AND NOT ($4 AND EXISTS (
    SELECT 1 FROM astro_sync.job_queue newer WHERE newer.dataset = j.dataset AND newer.entity = j.entity
      AND newer.id > j.id AND newer.status = 'completed'))`;

const waiting = `EXISTS (SELECT 1 FROM astro_sync.job_queue w WHERE w.dataset = e.dataset AND w.entity = astro_sync.entity_of(e.key) AND w.status = 'pending')`;

const waitingSql = `
SELECT count(DISTINCT e.key)::int AS count FROM astro_sync.row_error e WHERE e.run_id = $1::uuid AND e.dataset = $2 AND ${waiting}`;

/** The run's own id and the word retry stand for the change: a row is put back once for each run in which it failed. */
const makeSql = `
INSERT INTO astro_sync.job_queue AS q (job_type, entity_type, entity_id, entity_key, data, dataset, capture_id, change_id, note)
SELECT $3, $4, CASE WHEN single.text ~ '^(0|-?[1-9][0-9]{0,17})$' THEN single.text::bigint END, e.key,
  jsonb_build_object('operation', e.operation, 'before', NULL, 'after', NULL,
    'origin', $5::jsonb || jsonb_build_object('at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))),
  e.dataset, e.run_id, '${fullRunChange}', $6
FROM (
  SELECT DISTINCT ON (e.key) e.* FROM astro_sync.row_error e
  WHERE e.run_id = $1::uuid AND e.dataset = $2 AND e.key <> '{}' AND NOT ${waiting} ORDER BY e.key, e.id DESC
) e
CROSS JOIN LATERAL (SELECT CASE WHEN count(*) = 1 THEN min(one.value) END AS text FROM jsonb_each_text(e.key) one) single
ON CONFLICT (dataset, entity, capture_id, change_id) DO UPDATE SET status = 'pending', executed_at = NULL, run_id = NULL, data = excluded.data,
  note = concat_ws('; ', q.note, excluded.note) WHERE q.status IN ('failed', 'conflict', 'skipped')`;

/**
 * Puts the failed rows of a run back in the queue: jobs that it failed are pending again, and rows that have no job (they failed in
 * a full run) get one, with the operator as its origin.
 * @param origin of the jobs that are made; at and run are filled in
 * @returns how many entities wait now
 * @throws SyncError LEASE_HELD
 */
export async function retryRunErrors(
  system: Client,
  run: string,
  dataset: RetriedDataset,
  { origin, note }: { readonly origin: Omit<Origin, 'at'>; readonly note: string },
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
          JSON.stringify(origin),
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
