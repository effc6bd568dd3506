import type { Counts } from '../../../shared/engine/counts';
import type { DatasetDocument, Phase } from '../../../shared/engine/documents';
import { SyncError } from '../errors';
import type { LiveSession } from './session';

/** The table that a run writes for a dataset, and the columns by which it knows a row there, in key order. */
export interface WrittenTable {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly key: readonly string[];
}

/** What changes in the record of one dataset of a run; what is left out stays. */
export interface DatasetRecord {
  readonly mode?: 'incremental' | 'full';
  readonly baseline?: DatasetDocument['baseline'];
  readonly status?: string;
  readonly throughJobId?: string;
  /** Written down before anything is written there; empty where it is no table. */
  readonly writes?: WrittenTable | Readonly<Record<string, never>>;
  readonly counts?: Counts;
  readonly progress?: Readonly<Record<string, unknown>>;
  readonly phasesMs?: Readonly<Partial<Record<Phase, number>>>;
  readonly durationMs?: number;
  readonly heldBack?: DatasetDocument['held_back'];
  readonly verified?: boolean | null;
  readonly differences?: number | null;
  readonly inFlight?: number | null;
  readonly samples?: readonly unknown[];
  readonly changes?: number | null;
  readonly changedRows?: number | null;
  readonly error?: SyncError | null;
  readonly ended?: boolean;
}

const columns = {
  mode: 'mode',
  baseline: 'baseline',
  status: 'status',
  throughJobId: 'through_job_id',
  writes: 'writes',
  counts: 'counts',
  progress: 'progress',
  phasesMs: 'phases_ms',
  durationMs: 'duration_ms',
  heldBack: 'held_back',
  verified: 'verified',
  differences: 'differences',
  inFlight: 'in_flight',
  samples: 'samples',
  changes: 'changes',
  changedRows: 'changed_rows',
  error: 'error',
} as const;

/** Writes what is known now of one dataset of a run. */
export async function updateRunDataset(
  session: Pick<LiveSession, 'query'>,
  runId: string,
  dataset: string,
  record: DatasetRecord,
): Promise<void> {
  const values: unknown[] = [runId, dataset];
  const assignments = ['started_at = coalesce(started_at, now())'];
  for (const [field, column] of Object.entries(columns)) {
    const value = record[field as keyof typeof columns];
    if (value === undefined) continue;
    values.push(asParameter(value));
    assignments.push(`${column} = $${String(values.length)}`);
  }
  if (record.ended === true) assignments.push('ended_at = now()');
  await session.query(
    `UPDATE astro_sync.run_dataset SET ${assignments.join(', ')} WHERE run_id = $1 AND dataset = $2`,
    values,
  );
}

/** An error as the history keeps it. */
export function asErrorJson({ code, message, hint }: SyncError): string {
  return JSON.stringify({ code, message, hint });
}

function asParameter(value: unknown): unknown {
  if (value instanceof SyncError) return asErrorJson(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
