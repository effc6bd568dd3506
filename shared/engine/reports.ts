import { z } from 'zod';
import { countsSchema } from './counts';
import { errorDocumentSchema, heldBackSchema, modes, phases, runStatuses } from './documents';

/**
 * Since when a run that has not ended gives no sign of life: it was probably interrupted. An environment that may be written to marks it so;
 * a read-only one can only say this. null where it lives or has ended
 */
const silentSince = z.string().nullable().optional();

/** One dataset as `status` shows it. */
export const datasetStatusSchema = z.strictObject({
  name: z.string(),
  source: z.string(),
  target: z.string(),
  /** null where the source could not be asked */
  installed: z.boolean().nullable(),
  baseline: z.enum(['none', 'current', 'gap']),
  gap_reason: z.string().nullable(),
  /** what closes the gap; null where there is none. acknowledgement: of a stream, by an operator */
  gap_closed_by: z.enum(['full_run', 'acknowledgement']).nullable().optional(),
  /** jobs pending in the queue */
  backlog: z.int().nullable(),
  /** entities that these jobs are of, each once; null where there are too many jobs to look at each time, or none is known */
  backlog_rows: z.int().nullable().optional(),
  /**
   * captured changes of the tables that it reads, not yet relayed into the queue; one change counts for each dataset that reads its table.
   * Of a stream: entries that nobody has taken yet, of the next thousand
   */
  unrelayed: z.int().nullable(),
  oldest_pending_at: z.string().nullable(),
  withheld: z.int().nullable(),
  /** where the gap is of deletes that were withheld: the guard whose approval closes it */
  withheld_by: z.enum(['delete_guard', 'empty_source']).nullable().optional(),
  /** entities that failed and were not healed since: not applied later, skipped, retried, or found equal by a full run */
  failed: z.int().nullable(),
  last_run: z
    .strictObject({
      id: z.string(),
      status: z.enum(runStatuses),
      ended_at: z.string().nullable(),
      counts: countsSchema,
    })
    .nullable(),
  last_verified_at: z.string().nullable(),
  /** what it found then, and what is known since; null where it was never verified as a whole */
  last_verification: z
    .strictObject({
      /** null where that was not noted yet */
      run: z.string().nullable(),
      at: z.string(),
      verified: z.boolean().nullable(),
      differences: z.int().nullable(),
      failed: z.int(),
      withheld: z.int(),
      conflicted: z.int(),
      in_flight: z.int().nullable(),
      /** entities that failed, or whose change was skipped by somebody, after it: not those that had failed in it */
      failed_since: z.int(),
      skipped_since: z.int(),
      /** entities that failed in it, and were put in line later */
      in_line_since: z.int(),
    })
    .nullable()
    .optional(),
  /** as last verified, and never less than failed and given up together */
  differences: z.int().nullable(),
  /** entities whose change was skipped by somebody since it was last verified as a whole, and that were not written since */
  given_up: z.int().optional(),
  /** entities that differed as well when it was last verified, and whose change still waits: withheld deletes among them */
  in_flight: z.int().optional(),
  error: errorDocumentSchema.nullable(),
});
export type DatasetStatus = z.infer<typeof datasetStatusSchema>;

/** One source server as `status` shows it. */
export const sourceStatusSchema = z.strictObject({
  database: z.string(),
  label: z.string(),
  /** null where the source could not be asked */
  installed: z.boolean().nullable(),
  /** captured changes not yet relayed into the queue, each once; null where that is not known */
  unrelayed: z.int().nullable(),
  change_log_rows: z.int().nullable(),
  change_log_bytes: z.int().nullable(),
  oldest_change_at: z.string().nullable(),
  held_back: heldBackSchema.nullable(),
  warnings: z.array(z.string()),
});
export type SourceStatus = z.infer<typeof sourceStatusSchema>;

export const statusReportSchema = z.strictObject({
  environment: z.strictObject({ name: z.string(), level: z.string(), read_only: z.boolean() }),
  datasets: z.array(datasetStatusSchema),
  sources: z.array(sourceStatusSchema),
  running: z.array(
    z.strictObject({
      id: z.string(),
      operator: z.string(),
      host: z.string(),
      since: z.string(),
      datasets: z.array(z.string()),
      silent_since: silentSince,
    }),
  ),
  warnings: z.array(z.string()),
});
export type StatusReport = z.infer<typeof statusReportSchema>;

export const hopSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  duration_ms: z.number().nullable(),
});
export type Hop = z.infer<typeof hopSchema>;

/** One right that a dataset needs, and whether the environment's role has it. */
export const rightSchema = z.strictObject({
  database: z.string(),
  on: z.enum(['database', 'schema', 'table', 'sequence', 'function', 'key', 'command']),
  /** what it is a right on, as SQL would write it; of Redis a pattern of keys */
  object: z.string(),
  /** such as SELECT; of Redis a command */
  privilege: z.string(),
  /** null: nobody could be asked */
  has: z.boolean().nullable(),
});
export type Right = z.infer<typeof rightSchema>;

/** What `check` found: each hop of each connection, each dataset's definition and rights, and the grants that are missing. */
export const checkReportSchema = z.strictObject({
  ok: z.boolean(),
  databases: z.array(
    z.strictObject({
      name: z.string(),
      engine: z.enum(['postgres', 'redis']),
      label: z.string(),
      ok: z.boolean(),
      /** null where nobody logged in, or (Redis) where `init` has not been there */
      identity: z.string().nullable(),
      version: z.string().nullable(),
      /** one question and its answer, once logged in */
      round_trip_ms: z.number().nullable(),
      hops: z.array(hopSchema),
      /** to run as an administrator of that database: SQL, or for a Redis its own command */
      grants: z.array(z.string()),
      /** those of the grants without which runs work, and what happens without each */
      recommended: z.array(z.strictObject({ grant: z.string(), without: z.string() })),
    }),
  ),
  datasets: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.boolean(),
      error: errorDocumentSchema.nullable(),
      /** false: its changes are not captured; every run is a full one until `init` */
      captured: z.boolean().optional(),
      /** all that it needs; of one that does not resolve, what its definition tells */
      rights: z.array(rightSchema),
      warnings: z.array(z.string()),
    }),
  ),
  warnings: z.array(z.string()),
});
export type CheckReport = z.infer<typeof checkReportSchema>;

export const runSummarySchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['plan', 'run', 'verify']),
  mode: z.enum(modes),
  status: z.enum(runStatuses),
  operator: z.string(),
  host: z.string(),
  application: z.string(),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  silent_since: silentSince,
  datasets: z.array(z.string()),
  counts: countsSchema,
  /** rows that differed, as far as its datasets were verified, without what failed or was withheld; null where none was */
  differences: z.int().nullable().optional(),
  /** of a verification: rows that differed and had a change that waits */
  in_flight: z.int().nullable().optional(),
  error: errorDocumentSchema.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runDatasetSchema = z.strictObject({
  name: z.string(),
  mode: z.enum(['incremental', 'full']).nullable(),
  baseline: z.enum(['none', 'current', 'gap']),
  status: z.string(),
  counts: countsSchema,
  progress: z.strictObject({
    phase: z.enum(phases).nullable(),
    done: z.number(),
    total: z.number().nullable(),
    total_kind: z.string(),
  }),
  verified: z.boolean().nullable(),
  differences: z.int().nullable(),
  /** of a verification: entities that differed and had a pending change */
  in_flight: z.int().nullable().optional(),
  /** of an incremental run: the changes that it took up, and how many rows these are of */
  changes: z.int().nullable().optional(),
  changed_rows: z.int().nullable().optional(),
  /** some of the rows that differ, column by column, as a document has them; masked */
  samples: z.array(z.record(z.string(), z.unknown())).optional(),
  /** what the run could not do and was not stopped by */
  warnings: z.array(z.string()).optional(),
  duration_ms: z.number().nullable(),
  phases_ms: z.partialRecord(z.enum(phases), z.number()),
  error: errorDocumentSchema.nullable(),
});

export const runDetailSchema = z.strictObject({
  run: runSummarySchema,
  datasets: z.array(runDatasetSchema),
  events: z.array(
    z.strictObject({ at: z.string(), level: z.string(), dataset: z.string().nullable(), message: z.string() }),
  ),
  row_errors: z.int(),
  /** what was approved for it, beyond what its guards let pass; null where nothing was */
  approved: z
    .strictObject({ approve_deletes: z.union([z.int(), z.literal('all')]).nullable(), allow_empty_source: z.boolean() })
    .nullable(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const rowErrorSchema = z.strictObject({
  id: z.string(),
  run: z.string(),
  dataset: z.string(),
  key: z.record(z.string(), z.string()),
  operation: z.enum(['insert', 'update', 'delete']),
  column: z.string().nullable(),
  value: z.string().nullable(),
  sqlstate: z.string(),
  reason: z.string(),
  at: z.string(),
});
export type RowErrorRecord = z.infer<typeof rowErrorSchema>;

export const initReportSchema = z.strictObject({
  databases: z.array(z.strictObject({ name: z.string(), label: z.string(), done: z.array(z.string()) })),
  datasets: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type InitReport = z.infer<typeof initReportSchema>;

/** What removing the sync from the databases of an environment would take along. */
export const uninstallPreviewSchema = z.strictObject({
  databases: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      /** in the words in which removing it tells so; empty where nothing of the sync is there */
      removes: z.array(z.string()),
      /** not settled: captured and in no queue yet, and jobs of this source that wait */
      changes: z.int(),
      jobs: z.int(),
      /** of the change stream, which is removed only where what is unsettled is given up */
      entries: z.int(),
    }),
  ),
});
export type UninstallPreview = z.infer<typeof uninstallPreviewSchema>;
