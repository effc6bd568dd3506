import type { Client } from 'pg';

/** SystemDB's copy of how far a dataset's target has been brought; the authority is `applied` in the target. */
export interface Checkpoint {
  readonly baselineRun: string | null;
  readonly fingerprint: string | null;
  readonly gapReason: string | null;
  readonly lastVerifiedAt: string | null;
  /** the run or verification that did; null where that was not noted */
  readonly verifiedRun: string | null;
  readonly differences: number | null;
  /** entities that differed as well, and whose change waited */
  readonly inFlight: number | null;
  /** The target's own state when it was last seen; null before the first run. */
  readonly applied: AppliedMark | null;
}

/** How far a target says it has been written: a copy of it that is ahead of the target says that the target lost something. */
export interface AppliedMark {
  /** Redis: made when its state was; PostgreSQL: the identity of server and database. */
  readonly epoch: string;
  readonly fence: string;
  readonly batch: string;
}

interface Row {
  readonly baseline_run: string | null;
  readonly fingerprint: string | null;
  readonly gap_reason: string | null;
  readonly last_verified_at: string | null;
  readonly verified_run: string | null;
  readonly differences: number | null;
  readonly in_flight: number | null;
  readonly applied_epoch: string | null;
  readonly applied_fence: string;
  readonly applied_batch: string;
}

const neverRun: Checkpoint = {
  baselineRun: null,
  fingerprint: null,
  gapReason: null,
  lastVerifiedAt: null,
  verifiedRun: null,
  differences: null,
  inFlight: null,
  applied: null,
};

/** The checkpoint of a dataset and its target (by checkpointTarget); all null where it was never run. */
export async function readCheckpoint(system: Client, dataset: string, target: string): Promise<Checkpoint> {
  const { rows } = await system.query<Row>(
    `SELECT baseline_run, fingerprint, gap_reason, last_verified_at, verified_run::text, differences, in_flight,
       applied_epoch, applied_fence, applied_batch
     FROM astro_sync.checkpoint WHERE dataset = $1 AND target = $2`,
    [dataset, target],
  );
  const row = rows[0];
  if (row === undefined) return neverRun;
  return {
    baselineRun: row.baseline_run,
    fingerprint: row.fingerprint,
    gapReason: row.gap_reason,
    lastVerifiedAt: row.last_verified_at,
    verifiedRun: row.verified_run,
    differences: row.differences,
    inFlight: row.in_flight,
    applied:
      row.applied_epoch === null
        ? null
        : { epoch: row.applied_epoch, fence: row.applied_fence, batch: row.applied_batch },
  };
}

/** What a finished dataset leaves behind. */
export interface CheckpointUpdate {
  readonly dataset: string;
  readonly target: string;
  readonly runId: string;
  /** A verified full run: the new baseline, which also ends a gap. */
  readonly baselineFingerprint: string | null;
  readonly differences: number | null;
  /** entities whose change still waits: withheld deletes */
  readonly inFlight: number | null;
  /** True where the differences were counted over all keys, not only the touched ones. */
  readonly wholeTarget: boolean;
  readonly applied: AppliedMark | null;
}

/** Records a finished run; called only after what it says is durable in the target. */
export async function writeCheckpoint(system: Client, update: CheckpointUpdate): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.checkpoint AS c
       (dataset, target, last_run, baseline_run, baseline_at, fingerprint, last_verified_at, verified_run, differences, in_flight,
        applied_epoch, applied_fence, applied_batch)
     VALUES ($1, $2, $3, CASE WHEN $4::text IS NOT NULL THEN $3::uuid END, CASE WHEN $4::text IS NOT NULL THEN now() END, $4,
       CASE WHEN $6 THEN now() END, CASE WHEN $6 THEN $3::uuid END, CASE WHEN $6 THEN $5::int END, CASE WHEN $6 THEN $10::int END, $9, coalesce($7::bigint, 0), coalesce($8::bigint, 0))
     ON CONFLICT (dataset, target) DO UPDATE SET
       last_run = excluded.last_run,
       baseline_run = coalesce(excluded.baseline_run, c.baseline_run),
       baseline_at = coalesce(excluded.baseline_at, c.baseline_at),
       fingerprint = coalesce(excluded.fingerprint, c.fingerprint),
       gap_reason = CASE WHEN excluded.fingerprint IS NULL THEN c.gap_reason END,
       gap_at = CASE WHEN excluded.fingerprint IS NULL THEN c.gap_at END,
       last_verified_at = coalesce(excluded.last_verified_at, c.last_verified_at),
       verified_run = coalesce(excluded.verified_run, c.verified_run),
       differences = CASE WHEN $6 THEN excluded.differences ELSE c.differences END,
       in_flight = CASE WHEN $6 THEN excluded.in_flight ELSE c.in_flight END,
       applied_epoch = coalesce(excluded.applied_epoch, c.applied_epoch),
       applied_fence = CASE WHEN $7::bigint IS NULL THEN c.applied_fence ELSE excluded.applied_fence END,
       applied_batch = CASE WHEN $8::bigint IS NULL THEN c.applied_batch ELSE excluded.applied_batch END`,
    [
      update.dataset,
      update.target,
      update.runId,
      update.baselineFingerprint,
      update.differences,
      update.wholeTarget,
      update.applied?.fence ?? null,
      update.applied?.batch ?? null,
      update.applied?.epoch ?? null,
      update.inFlight,
    ],
  );
}

/**
 * Records how far a target says it has been written. Done before jobs are settled, so that a target which comes back from an earlier
 * state is known to have lost what they stand for.
 */
export async function recordApplied(
  system: Client,
  dataset: string,
  target: string,
  applied: AppliedMark,
): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.checkpoint (dataset, target, applied_epoch, applied_fence, applied_batch) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (dataset, target) DO UPDATE SET
       applied_epoch = excluded.applied_epoch, applied_fence = excluded.applied_fence, applied_batch = excluded.applied_batch`,
    [dataset, target, applied.epoch, applied.fence, applied.batch],
  );
}

/** Records that only a full run can bring the dataset into line; the first reason stays. */
export async function recordGap(system: Client, dataset: string, target: string, reason: string): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.checkpoint AS c (dataset, target, gap_reason, gap_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (dataset, target) DO UPDATE SET gap_reason = coalesce(c.gap_reason, excluded.gap_reason), gap_at = coalesce(c.gap_at, now())`,
    [dataset, target, reason],
  );
}

/** Records the result of a verification over all keys. */
export async function recordVerification(
  system: Client,
  dataset: string,
  target: string,
  { run, differences, inFlight }: { readonly run: string; readonly differences: number; readonly inFlight: number },
): Promise<void> {
  await system.query(
    `INSERT INTO astro_sync.checkpoint (dataset, target, last_verified_at, differences, in_flight, verified_run) VALUES ($1, $2, now(), $3, $4, $5)
     ON CONFLICT (dataset, target) DO UPDATE SET last_verified_at = excluded.last_verified_at, differences = excluded.differences,
       in_flight = excluded.in_flight, verified_run = excluded.verified_run`,
    [dataset, target, differences, inFlight, run],
  );
}
