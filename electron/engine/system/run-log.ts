import type { RowError } from '../run/driver';
import type { LiveSession } from './session';

export interface RunEvent {
  readonly dataset: string | null;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly at: Date;
}

/** Appends to the timeline of a run, in one statement. */
export async function writeEvents(session: LiveSession, runId: string, events: readonly RunEvent[]): Promise<void> {
  await session.query(
    `INSERT INTO astro_sync.run_event (run_id, dataset, at, level, message, details)
     SELECT $1, dataset, at, level, message, details
     FROM jsonb_to_recordset($2::jsonb) AS e(dataset text, at timestamptz, level text, message text, details jsonb)`,
    [runId, JSON.stringify(events)],
  );
}

/** Records bad rows of a run, in one statement. */
export async function writeRowErrors(session: LiveSession, runId: string, errors: readonly RowError[]): Promise<void> {
  await session.query(
    `INSERT INTO astro_sync.row_error (run_id, dataset, key, operation, column_name, value, sqlstate, reason)
     SELECT $1, dataset, key, operation, "column", value, sqlstate, reason
     FROM jsonb_to_recordset($2::jsonb) AS e(dataset text, key jsonb, operation text, "column" text, value text, sqlstate text, reason text)`,
    [runId, JSON.stringify(errors).replaceAll('\\u0000', '')],
  );
}
