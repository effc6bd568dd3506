import type { Client } from 'pg';
import type { ErrorDocument, Mode, RunStatus } from '../../../shared/engine/documents';

/** A run as it is written down when it starts. */
export interface NewRun {
  readonly id: string;
  readonly kind: 'plan' | 'run' | 'verify';
  readonly mode: Mode;
  readonly operator: string;
  readonly host: string;
  readonly pid: number;
  readonly application: string;
  readonly environment: string;
  readonly planId: string | null;
  readonly datasets: readonly string[];
}

/** What changes in the record of one dataset; what is left out stays. */
export interface RunDatasetPatch {
  readonly mode?: string | undefined;
  readonly baseline?: string | undefined;
  readonly status?: string | undefined;
  readonly through_job_id?: string | undefined;
  readonly counts?: unknown;
  readonly progress?: unknown;
  readonly phases_ms?: unknown;
  readonly held_back?: unknown;
  readonly verified?: boolean | null | undefined;
  readonly differences?: number | null | undefined;
  readonly samples?: unknown;
  readonly error?: ErrorDocument | null | undefined;
}

/** Writes down that a run has begun, with its datasets in order. */
export async function insertRun(system: Client, run: NewRun): Promise<void> {
  await system.query(
    `WITH started AS (
       INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, plan_id)
       VALUES ($1, $2, $3, 'planning', $4, $5, $6, $7, $8, $9) RETURNING id
     )
     INSERT INTO astro_sync.run_dataset (run_id, dataset, position)
     SELECT started.id, d.name, d.position FROM started, unnest($10::text[]) WITH ORDINALITY AS d(name, position)`,
    [
      run.id,
      run.kind,
      run.mode,
      run.operator,
      run.host,
      run.pid,
      run.application,
      run.environment,
      run.planId,
      run.datasets,
    ],
  );
}

/** Sets a run's status. */
export async function updateRunStatus(system: Client, id: string, status: RunStatus): Promise<void> {
  await system.query('UPDATE astro_sync.run SET status = $2, heartbeat = now() WHERE id = $1 AND ended_at IS NULL', [
    id,
    status,
  ]);
}

/** Says that a run is alive and asks whether somebody wants it to stop: gives who, or null. */
export async function heartbeat(system: Client, id: string): Promise<string | null> {
  const { rows } = await system.query<{ by: string | null }>(
    `UPDATE astro_sync.run SET heartbeat = now() WHERE id = $1
     RETURNING CASE WHEN cancel_requested_at IS NOT NULL THEN coalesce(cancel_requested_by, 'somebody') END AS by`,
    [id],
  );
  return rows[0]?.by ?? null;
}

/** Asks a run to stop; true where it was still going on. */
export async function requestCancel(system: Client, id: string, operator: string): Promise<boolean> {
  const { rowCount } = await system.query(
    `UPDATE astro_sync.run SET cancel_requested_at = coalesce(cancel_requested_at, now()), cancel_requested_by = coalesce(cancel_requested_by, $2)
     WHERE id = $1 AND ended_at IS NULL`,
    [id, operator],
  );
  return rowCount === 1;
}

/** Writes down the end of a run. */
export async function finishRun(
  system: Client,
  id: string,
  status: RunStatus,
  error: ErrorDocument | null,
): Promise<void> {
  await system.query(
    'UPDATE astro_sync.run SET status = $2, error = $3::jsonb, ended_at = now(), heartbeat = now() WHERE id = $1',
    [id, status, error === null ? null : JSON.stringify(error)],
  );
}

const jsonColumns = new Set(['counts', 'progress', 'phases_ms', 'held_back', 'samples', 'error']);

/** Updates the record of one dataset of a run. */
export async function updateRunDataset(
  system: Client,
  runId: string,
  dataset: string,
  patch: RunDatasetPatch,
  ended: boolean,
): Promise<void> {
  const entries = Object.entries(patch).filter(([, value]) => value !== undefined);
  const sets = entries.map(([name], i) => `${name} = $${String(i + 3)}${jsonColumns.has(name) ? '::jsonb' : ''}`);
  const values = entries.map(([name, value]): unknown =>
    jsonColumns.has(name) && value !== null ? JSON.stringify(value) : value,
  );
  sets.push('started_at = coalesce(started_at, now())');
  if (ended) sets.push('ended_at = now()');
  await system.query(`UPDATE astro_sync.run_dataset SET ${sets.join(', ')} WHERE run_id = $1 AND dataset = $2`, [
    runId,
    dataset,
    ...values,
  ]);
}
