import type { Client } from 'pg';
import type { RowError } from '../run/driver';

/** One line of a run's log. */
export interface RunLogLine {
  readonly dataset: string | null;
  readonly at: string;
  readonly level: string;
  readonly message: string;
  readonly details: Record<string, unknown> | null;
}

/** Appends lines to the log of a run. */
export async function insertRunEvents(system: Client, runId: string, lines: readonly RunLogLine[]): Promise<void> {
  if (lines.length === 0) return;
  await system.query(
    `INSERT INTO astro_sync.run_event (run_id, dataset, at, level, message, details)
     SELECT $1, dataset, at, level, message, details
     FROM jsonb_to_recordset($2::jsonb) AS l(dataset text, at timestamptz, level text, message text, details jsonb)`,
    [runId, JSON.stringify(lines)],
  );
}

/** Appends row errors to a run. */
export async function insertRowErrors(system: Client, runId: string, errors: readonly RowError[]): Promise<void> {
  if (errors.length === 0) return;
  await system.query(
    `INSERT INTO astro_sync.row_error (run_id, dataset, key, operation, column_name, value, sqlstate, reason)
     SELECT $1, dataset, key, operation, "column", value, sqlstate, reason
     FROM jsonb_to_recordset($2::jsonb)
       AS e(dataset text, key jsonb, operation text, "column" text, value text, sqlstate text, reason text)`,
    [runId, JSON.stringify(errors)],
  );
}
