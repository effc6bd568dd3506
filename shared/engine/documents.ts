import { z } from 'zod';
import { countsSchema } from './counts';

export const runStatuses = [
  'queued',
  'planning',
  'running',
  'verifying',
  'succeeded',
  'partial',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type RunStatus = (typeof runStatuses)[number];

export const modes = ['auto', 'incremental', 'full'] as const;
export type Mode = (typeof modes)[number];

export const phases = ['connect', 'relay', 'plan', 'apply', 'verify'] as const;
export type Phase = (typeof phases)[number];

export const jobStatuses = ['pending', 'running', 'completed', 'skipped', 'conflict', 'failed'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Who wrote what a change is of: a run of the sync itself, or anybody else. */
export const changedBy = ['sync', 'others'] as const;
export type ChangedBy = (typeof changedBy)[number];

export const errorDocumentSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
});
export type ErrorDocument = z.infer<typeof errorDocumentSchema>;

/** What holds the relay's horizon back: transactions that are still open on the source server. */
export const heldBackSchema = z.strictObject({
  transactions: z.int(),
  oldest_age_s: z.number().nullable(),
  oldest_pid: z.int().nullable(),
});

export const datasetDocumentSchema = z.strictObject({
  name: z.string(),
  mode: z.enum(['incremental', 'full']).nullable(),
  /** none: never brought into line by a full run; current; gap: only a full run can bring it into line */
  baseline: z.enum(['none', 'current', 'gap']),
  ...countsSchema.shape,
  held_back: heldBackSchema.nullable(),
  duration_ms: z.number(),
  /** null where nothing was verified (a plan) */
  verified: z.boolean().nullable(),
  differences: z.int().nullable(),
  /** keys that differ but have pending changes (verify only) */
  in_flight: z.int().optional(),
  /** of an incremental plan or run: the changes that it took up, and how many rows these are of, also rows that are on neither side */
  changes: z.int().optional(),
  changed_rows: z.int().optional(),
  /** false: its changes are not captured (plan and run), so that every run is a full one until `init` */
  captured: z.boolean().optional(),
  /** which guard withholds the deletes: all rows of the target (as if the source were empty), or more than the guard lets go */
  withheld_by: z.enum(['delete_guard', 'empty_source']).nullable().optional(),
  samples: z.array(z.record(z.string(), z.unknown())).optional(),
  /** of a run: what it could not do and was not stopped by */
  warnings: z.array(z.string()).optional(),
  error: errorDocumentSchema.nullable().optional(),
  phases_ms: z.partialRecord(z.enum(phases), z.number()),
});
export type DatasetDocument = z.infer<typeof datasetDocumentSchema>;

/** What plan, run and verify print with --json: one document, also when they fail. */
export const runDocumentSchema = z.strictObject({
  ok: z.boolean(),
  id: z.string().nullable(),
  status: z.string(),
  datasets: z.array(datasetDocumentSchema),
  phases_ms: z.partialRecord(z.enum(phases), z.number()).optional(),
  error: errorDocumentSchema.nullable(),
});
export type RunDocument = z.infer<typeof runDocumentSchema>;

export const originSchema = z.strictObject({
  database: z.string(),
  application: z.string().nullable(),
  actor: z.string().nullable(),
  session_user: z.string().nullable(),
  client: z.string().nullable(),
  transaction: z.string().nullable(),
  at: z.string(),
  run: z.string().nullable(),
});
export type Origin = z.infer<typeof originSchema>;

/** What is behind a change that a run of the sync wrote itself. */
export const causeSchema = z.strictObject({
  /** the runs through which it came, the one that wrote it first */
  runs: z.array(z.string()),
  /** the change that the last of these runs had carried; null where it cannot be told for certain which one that was */
  change: z.strictObject({ job: z.string(), dataset: z.string(), origin: originSchema }).nullable(),
});
export type Cause = z.infer<typeof causeSchema>;

export const jobSchema = z.strictObject({
  id: z.string(),
  dataset: z.string(),
  job_type: z.string(),
  entity_type: z.string(),
  entity_id: z.string().nullable(),
  entity_key: z.record(z.string(), z.string()),
  status: z.enum(jobStatuses),
  created_at: z.string(),
  executed_at: z.string().nullable(),
  run: z.string().nullable(),
  attempts: z.int(),
  last_error: z.string().nullable(),
  note: z.string().nullable(),
  data: z.strictObject({
    operation: z.string(),
    before: z.record(z.string(), z.string().nullable()).nullable(),
    after: z.record(z.string(), z.string().nullable()).nullable(),
    origin: originSchema,
  }),
  /** null: no run wrote the change; left out in lists */
  cause: causeSchema.nullable().optional(),
});
export type Job = z.infer<typeof jobSchema>;
