import type { Counts } from '../../../shared/engine/counts';
import { noCounts } from '../../../shared/engine/counts';
import { chosenSamples } from '../compare/choose-samples';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import type { DatasetQueue } from './dataset-queue';
import type { Difference, EntityKey, RowError, TargetDriver } from './driver';
import { withholdingOf } from './guards';
import type { Allowance, Withholding } from './guards';
import { incrementalPass, settlePass } from './incremental-pass';
import { keyOfText, keyText } from '../dataset/key-text';
import type { ProgressTracker } from './progress';

export interface DatasetRunOptions {
  readonly dataset: ResolvedDataset;
  readonly mode: 'incremental' | 'full';
  readonly driver: TargetDriver;
  /** null for a dataset without capture, which has no jobs. */
  readonly queue: DatasetQueue | null;
  readonly tracker: ProgressTracker;
  readonly allowance: Allowance;
  readonly signal: AbortSignal;
}

/** How a dataset stands at the end of a run. */
export interface DatasetOutcome {
  readonly counts: Counts;
  readonly verified: boolean;
  readonly differences: number;
  readonly samples: readonly Difference[];
  /** Why deletes were withheld, or null. */
  readonly withheld: SyncError | null;
  readonly withheldBy: Withholding['by'] | null;
  /** The changes that an incremental run took up, and how many rows they are of. */
  readonly changes?: number;
  readonly changedRows?: number;
}

/**
 * One dataset's way through a run, in steps, because a run does the same step for all datasets of a stage before the next:
 * upserts parents first, then what was set aside, then deletes children first, then the verification.
 */
export interface DatasetRun {
  readonly dataset: ResolvedDataset;
  upsert(): Promise<void>;
  retrySetAside(): Promise<void>;
  remove(): Promise<void>;
  verify(): Promise<void>;
  outcome(): DatasetOutcome;
  /** The driver reports every bad row here. */
  onRowError(error: RowError): void;
}

/** Prepares the steps; nothing happens before the first is called. Each throws what the driver throws. */
export function datasetRun(options: DatasetRunOptions): DatasetRun {
  const { dataset, mode, driver, queue, tracker, allowance, signal } = options;
  const counts = noCounts();
  const failedKeys = new Map<string, string>();
  const failedOperations = new Map<string, RowError['operation']>();
  const withheldKeys = new Set<string>();
  let samples: readonly Difference[] = [];
  let differences = 0;
  let verified = false;
  let claimed = 0;
  let taken: { readonly changes: number; readonly changedRows: number } | null = null;
  let withheld: SyncError | null = null;
  let withheldBy: Withholding['by'] | null = null;

  const ignored = (key: EntityKey): boolean => failedKeys.has(keyText(key)) || withheldKeys.has(keyText(key));
  const found = (verification: { differences: number; samples: readonly Difference[] }): void => {
    differences += verification.differences;
    samples = chosenSamples([...samples, ...verification.samples]);
  };
  const pass = { dataset, driver, tracker, signal, counts, failedKeys, withheldKeys, ignored, found };

  const withhold = async (reason: string, code: 'DELETES_WITHHELD' | 'EMPTY_SOURCE', hint: string): Promise<void> => {
    for await (const keys of driver.withheldKeys()) {
      counts.withheld += keys.length;
      for (const key of keys) withheldKeys.add(keyText(key));
      await queue?.hold(keys, reason);
    }
    withheld = new SyncError(code, `Dataset "${dataset.name}": ${reason}; nothing was deleted`, {
      hint,
      details: { dataset: dataset.name, withheld: counts.withheld },
    });
  };

  /** What failed in a full run has no job that says so yet. */
  const listFailures = async (): Promise<void> => {
    const { definition, name, source } = dataset;
    const failures = [...failedKeys].map(([text, reason]) => {
      return { key: keyOfText(text), operation: failedOperations.get(text) ?? 'update', reason };
    });
    await queue?.recordFailures(failures, {
      jobType: definition.job_type ?? `${name}_sync`,
      entityType: definition.entity ?? name,
      database: source.database,
    });
  };

  return {
    dataset,

    async upsert() {
      if (mode === 'full') {
        try {
          addTally(counts, await driver.upsertAll());
        } catch (error) {
          // What was committed before it stopped has happened all the same.
          addTally(counts, tracker.snapshot().counts);
          throw error;
        }
      } else if (queue !== null) {
        const { entities, changes } = await queue.count();
        claimed = entities;
        taken = { changes, changedRows: entities };
        tracker.left(claimed, 'exact');
        tracker.plan(claimed);
        await incrementalPass(pass, queue);
      }
    },

    async retrySetAside() {
      const { tally } = await tracker.time('apply', () => driver.retrySetAside());
      addTally(counts, tally);
      const rows = tally.inserted + tally.updated + tally.skipped + tally.unchanged + tally.failed;
      // An incremental run knows them as entities, and verifies them last; a full one has not counted them yet.
      if (mode === 'full') tracker.more(rows);
      tracker.advance(mode === 'full' ? rows : rows / 2, tally);
    },

    async remove() {
      const { deletes, targetRows } = await tracker.time('plan', () => driver.pendingDeletes());
      if (deletes === 0) return;
      if (mode === 'full') tracker.more(deletes);
      const withholding = withholdingOf(deletes, targetRows, allowance);
      if (withholding !== null) {
        withheldBy = withholding.by;
        if (withholding.by === 'empty_source') {
          const hint = 'If the source is meant to be empty, allow it: --allow-empty-source.';
          await withhold(withholding.reason, 'EMPTY_SOURCE', hint);
        } else {
          const hint = `Look at them with "astro-sync plan ${dataset.name}", then run again with --approve-deletes ${String(deletes)}.`;
          await withhold(withholding.reason, 'DELETES_WITHHELD', hint);
        }
        return;
      }
      const { tally } = await tracker.time('apply', () => driver.applyDeletes());
      if (mode === 'full') tracker.advance(tally.deleted / 2);
      addTally(counts, tally);
    },

    async verify() {
      verified = true;
      if (mode === 'full') {
        found(await tracker.time('verify', () => driver.verifyAll(ignored)));
        if (failedKeys.size > 0) await listFailures();
        if (differences > 0) return;
        // What was withheld has no job of its own: only another full run finds it again.
        await queue?.settleAll([...failedKeys.keys(), ...withheldKeys].map(keyOfText), withheld === null);
      } else if (queue !== null) {
        await settlePass(pass, queue);
      }
      claimed = 0;
    },

    outcome: () => ({
      counts: addedUp(counts, claimed),
      verified: verified && differences === 0,
      differences,
      samples,
      withheld,
      withheldBy,
      ...taken,
    }),

    onRowError(error) {
      const key = keyText(dataset.key.map((column) => error.key[column.name] ?? ''));
      failedKeys.set(key, error.reason);
      failedOperations.set(key, error.operation);
    },
  };
}

/** Adds a driver's tally to the counts of the run. */
export function addTally(counts: Counts, tally: Partial<Counts>): void {
  for (const [name, value] of Object.entries(tally)) {
    const count = name as keyof Counts;
    counts[count] += value;
  }
}

/** @param claimed entities that were to be looked at, where the run was stopped before the end; else 0 */
function addedUp(counts: Counts, claimed: number): Counts {
  const { inserted, updated, deleted, skipped, withheld, conflicted, failed } = counts;
  const attempted = inserted + updated + deleted + skipped + withheld + conflicted + failed;
  const notAttempted = Math.max(claimed - attempted, 0);
  return { ...counts, not_attempted: notAttempted, planned: attempted + notAttempted };
}
