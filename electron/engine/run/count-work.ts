import type { Client } from 'pg';
import { grouped } from '../../../shared/format-number';
import { chosenSamples } from '../compare/choose-samples';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import type { DatasetQueue } from './dataset-queue';
import type { PlanTally, TargetDriver } from './driver';
import { throwIfCancelled } from '../cancelled';
import type { ProgressTracker } from './progress';
import { exceedsPlan } from './guards';

const batchSize = 10_000;

/**
 * Counts what a run would do, writing nothing. For a stream, whose entries carry the work themselves, every pending entity
 * counts as an update.
 */
export async function countWork(options: {
  readonly dataset: ResolvedDataset;
  readonly mode: 'incremental' | 'full';
  readonly driver: TargetDriver;
  readonly queue: DatasetQueue | null;
  readonly tracker: ProgressTracker;
  readonly signal: AbortSignal;
}): Promise<PlanTally> {
  const { dataset, mode, driver, queue, tracker, signal } = options;
  if (mode === 'full') return withTargetRows(driver, await driver.planAll());
  const none: PlanTally = { inserts: 0, updates: 0, deletes: 0, unchanged: 0, skipped: 0, samples: [] };
  if (queue === null) return none;
  const { entities, changes } = await queue.count();
  let total: PlanTally = { ...none, changes, changedRows: entities };
  if (dataset.source.engine === 'redis') return { ...total, updates: entities };
  tracker.left(entities, 'exact');
  for await (const keys of queue.batches(dataset.definition.batch ?? batchSize)) {
    throwIfCancelled(signal);
    total = sum(total, await driver.planKeys(keys));
    tracker.advance(keys.length);
  }
  return withTargetRows(driver, total);
}

/** The guard looks at the target after the inserts, before the deletes. */
async function withTargetRows(driver: TargetDriver, tally: PlanTally): Promise<PlanTally> {
  if (tally.deletes === 0) return tally;
  return { ...tally, targetRows: (await driver.targetRows()) + tally.inserts };
}

/** The operations of which there are more than was approved. */
export function beyondPlan(actual: PlanTally, planned: PlanTally): readonly ('inserts' | 'updates')[] {
  return (['inserts', 'updates'] as const).filter((name) => exceedsPlan(actual[name], planned[name]));
}

/**
 * How many entities of a dataset the run itself has changed, by what its earlier stages wrote into the tables that the dataset reads.
 * They follow from what was approved, and no plan can count them.
 */
export async function changedByRun(system: Client, dataset: string, runId: string): Promise<number> {
  const { rows } = await system.query<{ count: number }>(
    `SELECT count(DISTINCT entity_key)::int AS count FROM astro_sync.job_queue
     WHERE dataset = $1 AND status IN ('pending', 'running') AND data #>> '{origin,run}' = $2`,
    [dataset, runId],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Refuses to run what has become something else than what was approved.
 * @param own entities that the run itself has changed
 * @throws SyncError PLAN_EXCEEDED
 */
export function assertWithinPlan(dataset: string, actual: PlanTally, planned: PlanTally, own: number): void {
  const exceeded = beyondPlan(actual, { ...planned, inserts: planned.inserts + own, updates: planned.updates + own });
  if (exceeded.length === 0) return;
  const words = exceeded
    .map((name) => `${grouped(actual[name])} ${name} instead of ${grouped(planned[name])}`)
    .join(', ');
  throw new SyncError('PLAN_EXCEEDED', `Dataset "${dataset}" has drifted since it was planned: ${words}`, {
    hint: 'Plan again and look at what changed.',
    details: { dataset, actual: { ...actual, samples: undefined }, planned: { ...planned, samples: undefined } },
  });
}

function sum(a: PlanTally, b: PlanTally): PlanTally {
  return {
    ...a,
    inserts: a.inserts + b.inserts,
    updates: a.updates + b.updates,
    deletes: a.deletes + b.deletes,
    unchanged: a.unchanged + b.unchanged,
    skipped: a.skipped + b.skipped,
    samples: chosenSamples([...a.samples, ...b.samples]),
  };
}
