import type { Counts } from '../../../shared/engine/counts';
import type { ResolvedDataset } from '../dataset/resolved';
import { throwIfCancelled } from '../cancelled';
import type { DatasetQueue, SettledEntity } from './dataset-queue';
import type { EntityKey, EntityResult, TargetDriver, Verification } from './driver';
import { keyText } from '../dataset/key-text';
import type { ProgressTracker } from './progress';

/** What the two passes over a dataset's jobs share. */
export interface IncrementalPass {
  readonly dataset: ResolvedDataset;
  readonly driver: TargetDriver;
  readonly tracker: ProgressTracker;
  readonly signal: AbortSignal;
  readonly counts: Counts;
  readonly failedKeys: ReadonlyMap<string, string>;
  readonly withheldKeys: ReadonlySet<string>;
  readonly ignored: (key: EntityKey) => boolean;
  readonly found: (verification: Verification) => void;
}

const defaultBatch = 10_000;

/**
 * First pass: applies the current image of every entity that has pending jobs, verifies each batch against the snapshot and
 * settles it. What waits (a missing parent, a delete) stays pending for the second pass.
 */
export async function incrementalPass(pass: IncrementalPass, queue: DatasetQueue): Promise<void> {
  const { dataset, driver, tracker } = pass;
  const size = dataset.definition.batch ?? defaultBatch;
  let settled: Promise<void> = Promise.resolve();
  const batches = dataset.source.engine === 'redis' ? queue.imageBatches(size) : queue.batches(size);
  try {
    for await (const batch of batches) {
      throwIfCancelled(pass.signal);
      const keys = batch.map((entity) => ('key' in entity ? entity.key : entity));
      const results = await tracker.time('apply', () =>
        dataset.source.engine === 'redis'
          ? driver.upsertImages(batch.filter((entity) => 'key' in entity))
          : driver.upsertKeys(keys),
      );
      countResults(pass.counts, results);
      const applied = results.filter((result) => result !== 'later').length;
      tracker.advance(applied / 2, tallyOf(results));
      const done = keys.filter((_, i) => isApplied(results[i]));
      const verification = await tracker.time('verify', () => driver.verifyKeys(done, pass.ignored));
      tracker.advance(applied / 2);
      pass.found(verification);
      // The next batch is applied while this one's jobs are settled.
      await settled;
      settled = settleBatch(pass, queue, keys, results, verification);
      settled.catch(() => undefined);
    }
  } catch (error) {
    // What was applied and verified is settled, also where the next batch stops the run.
    await settled.catch(() => undefined);
    throw error;
  }
  await settled;
}

/**
 * Second pass, after what was set aside and the deletes: verifies and settles the entities that were left pending. Those
 * withheld stay pending.
 */
export async function settlePass(pass: IncrementalPass, queue: DatasetQueue): Promise<void> {
  const { dataset, driver, tracker } = pass;
  for await (const keys of queue.batches(dataset.definition.batch ?? defaultBatch)) {
    throwIfCancelled(pass.signal);
    const waiting = keys.filter((key) => !pass.withheldKeys.has(keyText(key)));
    const verification = await tracker.time('verify', () => driver.verifyKeys(waiting, pass.ignored));
    tracker.advance(waiting.length / 2);
    pass.found(verification);
    if (verification.differences > 0) continue;
    await queue.settle(waiting.map((key) => settledEntity(key, pass.failedKeys.get(keyText(key)), 'completed')));
  }
}

async function settleBatch(
  pass: IncrementalPass,
  queue: DatasetQueue,
  keys: readonly EntityKey[],
  results: readonly EntityResult[],
  verification: Verification,
): Promise<void> {
  if (verification.differences > 0) {
    await queue.hold(keys, 'the verification found differences after this entity was applied');
    return;
  }
  const settled = keys.flatMap((key, i) => {
    const result = results[i];
    if (result === undefined || result === 'later' || result === 'withheld') return [];
    return [settledEntity(key, pass.failedKeys.get(keyText(key)), result === 'skipped' ? 'skipped' : 'completed')];
  });
  await queue.settle(settled);
}

function settledEntity(key: EntityKey, failure: string | undefined, status: 'completed' | 'skipped'): SettledEntity {
  return failure === undefined ? { key, status } : { key, status: 'failed', reason: failure };
}

function isApplied(result: EntityResult | undefined): boolean {
  return result === 'inserted' || result === 'updated' || result === 'deleted' || result === 'skipped';
}

function tallyOf(
  results: readonly EntityResult[],
): Partial<Record<'inserted' | 'updated' | 'deleted' | 'skipped' | 'failed', number>> {
  const count = (wanted: EntityResult): number => results.filter((result) => result === wanted).length;
  return {
    inserted: count('inserted'),
    updated: count('updated'),
    deleted: count('deleted'),
    skipped: count('skipped'),
    failed: count('failed'),
  };
}

function countResults(counts: Counts, results: readonly EntityResult[]): void {
  for (const result of results) {
    if (result === 'later' || result === 'withheld') continue;
    counts[result] += 1;
  }
}
