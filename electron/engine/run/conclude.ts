import type { Client } from 'pg';
import { counted } from '../../../shared/format-number';
import { noCounts } from '../../../shared/engine/counts';
import { orCancelled } from '../cancelled';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import { pendingGap } from '../queue/claim';
import { countFailedEntities } from '../queue/failed-jobs';
import { recordGap, writeCheckpoint } from './checkpoint';
import type { DatasetOutcome, DatasetRun } from './dataset-run';
import { asSyncError, ofDataset, overallStatus } from './document';
import type { DatasetFacts } from './document';
import type { Member } from './member';
import type { ProgressTracker } from './progress';
import type { RunRecorder } from './recorder';
import type { DatasetRecord } from '../system/run-dataset';
import { checkpointTarget } from './target-name';
import { withheldGaps } from './withheld-gap';

/** One dataset on its way through the run; an error ends its way, not the others'. */
export interface Traveller {
  readonly dataset: ResolvedDataset;
  readonly tracker: ProgressTracker;
  /** Time of its own steps; the others' are theirs. */
  spentMs: number;
  readonly warnings: string[];
  member: Member | null;
  run: DatasetRun | null;
  error: SyncError | null;
}

/** Writes down how a dataset ended: first in the checkpoint, then in the run's record. */
export async function conclude(
  options: { readonly system: Client; readonly recorder: RunRecorder },
  traveller: Traveller,
): Promise<DatasetFacts> {
  const { dataset, tracker, member, run } = traveller;
  const reasonOf = (thrown: unknown): SyncError =>
    asSyncError(orCancelled(options.recorder.signal, thrown), dataset.masked);
  const start = performance.now();
  const outcome: DatasetOutcome | null = run?.outcome() ?? null;
  const finished = traveller.error === null && outcome !== null && member !== null;
  let failedBefore = 0;
  let baseline = member?.decided.baseline ?? 'none';
  if (finished) {
    const full = member.decided.mode === 'full';
    const inLine = full && outcome.verified && outcome.withheld === null;
    if (inLine) baseline = 'current';
    try {
      await writeCheckpoint(options.system, {
        dataset: dataset.name,
        target: checkpointTarget(dataset),
        runId: options.recorder.runId,
        baselineFingerprint: inLine ? dataset.fingerprint : null,
        // What failed is known by its jobs, and heals with them.
        differences: outcome.differences,
        inFlight: outcome.counts.withheld,
        wholeTarget: full,
        applied: await member.stillApplied(),
      });
      if (full && outcome.withheld !== null) {
        baseline = 'gap';
        const reason = withheldGaps[outcome.withheldBy ?? 'delete_guard'];
        await recordGap(options.system, dataset.name, checkpointTarget(dataset), reason);
      }
      if (changesLost(dataset, member) !== null && (await pendingGap(options.system, dataset.name)) === null)
        await recordGap(options.system, dataset.name, checkpointTarget(dataset), member.decided.gap ?? '');
      failedBefore = await countFailedEntities(options.system, dataset.name, options.recorder.runId);
    } catch (error) {
      traveller.error = ofDataset(dataset.name, reasonOf(error));
    }
  }
  if (traveller.error?.code === 'TARGET_RESET') {
    baseline = 'gap';
    await recordGap(options.system, dataset.name, checkpointTarget(dataset), traveller.error.message).catch(
      () => undefined,
    );
  }
  const concluded = finished && traveller.error === null;
  tracker.settle(outcome?.counts ?? noCounts());
  tracker.flush(concluded);
  const facts: DatasetFacts = {
    name: dataset.name,
    mode: member?.decided.mode ?? null,
    baseline,
    counts: outcome?.counts ?? noCounts(),
    heldBack: member?.source?.relayed?.heldBack ?? null,
    durationMs: traveller.spentMs + (tracker.phasesMs.relay ?? 0) + (performance.now() - start),
    phasesMs: tracker.phasesMs,
    verified: concluded ? outcome.verified : outcome === null ? null : false,
    differences: concluded ? outcome.differences : null,
    withheldBy: outcome?.withheldBy ?? null,
    changes: outcome?.changes,
    changedRows: outcome?.changedRows,
    ...(member === null ? {} : { captured: member.captured }),
    ...(traveller.warnings.length === 0 ? {} : { warnings: traveller.warnings }),
    ...(outcome === null || outcome.samples.length === 0 ? {} : { samples: outcome.samples.map((s) => ({ ...s })) }),
    error:
      traveller.error ??
      outcome?.withheld ??
      unverified(dataset.name, outcome) ??
      changesLost(dataset, member) ??
      failedEarlier(dataset.name, failedBefore),
  };
  try {
    await options.recorder.dataset(dataset.name, recordOf(facts));
  } catch (error) {
    return { ...facts, error: facts.error ?? ofDataset(dataset.name, reasonOf(error)) };
  }
  return facts;
}

/** How a dataset ended, as its run's record keeps it. */
export function recordOf(facts: DatasetFacts): DatasetRecord {
  return {
    ...(facts.mode === null ? {} : { mode: facts.mode }),
    status: overallStatus([facts]),
    counts: facts.counts,
    phasesMs: facts.phasesMs,
    durationMs: facts.durationMs,
    verified: facts.verified,
    differences: facts.differences,
    samples: facts.samples ?? [],
    changes: facts.changes ?? null,
    changedRows: facts.changedRows ?? null,
    error: facts.error,
    baseline: facts.baseline,
    ended: true,
  };
}

/** A stream has no full run that would find what was lost: every run says so, until somebody has taken note of it. */
function changesLost({ name, source }: ResolvedDataset, member: Member | null): SyncError | null {
  const gap = member?.decided.gap ?? null;
  if (gap === null || source.engine !== 'redis') return null;
  return new SyncError('CHANGES_LOST', `Dataset "${name}": changes were lost: ${gap}`, {
    hint: `What is there was applied. Have the lost entries written again, then "astro-sync acknowledge ${name}".`,
    details: { dataset: name, gap },
  });
}

/** No run is a success while entities of the dataset are failed, whoever failed them: what nobody retries is never looked at again. */
function failedEarlier(dataset: string, count: number): SyncError | null {
  if (count === 0) return null;
  const entities = counted(count, 'entity', 'entities');
  return new SyncError(
    'FAILED_EARLIER',
    `Dataset "${dataset}": ${entities} failed in earlier runs and ${count === 1 ? 'is' : 'are'} still not in line`,
    {
      hint: `See why with "astro-sync queue --dataset ${dataset} --status failed"; once that is mended: "astro-sync run ${dataset} --retry-failed"; what is given up: "astro-sync skip ${dataset} --reason …".`,
      details: { dataset, failed: count },
    },
  );
}

function unverified(dataset: string, outcome: DatasetOutcome | null): SyncError | null {
  if (outcome === null || outcome.differences === 0) return null;
  return new SyncError(
    'VERIFICATION_FAILED',
    `Dataset "${dataset}": ${counted(outcome.differences, 'entity', 'entities')} of the target ${outcome.differences === 1 ? 'differs' : 'differ'} from the source after the run`,
    {
      hint: 'Somebody else may be writing to the target; look at the samples, then run again.',
      details: { dataset, differences: outcome.differences },
    },
  );
}
