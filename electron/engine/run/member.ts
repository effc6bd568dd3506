import type { Mode } from '../../../shared/engine/documents';
import type { Environment } from '../connect/environment';
import type { ResolvedDataset } from '../dataset/resolved';
import { lastJobId } from '../queue/last-job-id';
import { pendingGap } from '../queue/claim';
import { openQueue } from '../queue/open-queue';
import type { OpenQueue } from '../queue/open-queue';
import type { Client } from 'pg';
import type { AppliedMark, Checkpoint } from './checkpoint';
import { readCheckpoint, recordApplied } from './checkpoint';
import type { DriverContext, RowError, TargetDriver } from './driver';
import { decideMode } from './mode';
import type { DecidedMode } from './mode';
import type { ProgressTracker } from './progress';
import { SyncError } from '../errors';
import { capturedGuard, driftOf, isCaptured, isGuardCaptured } from './stage-sources';
import type { StageSource } from './stage-sources';
import { hasLost, openTarget } from './target';
import type { OpenTarget } from './target';
import { checkpointTarget, targetIdentity } from './target-name';

const rowErrorLimit = 10_000;

/** One dataset opened for a plan, a run or a verification: its mode is decided, its target and its jobs are at hand. */
export interface Member {
  readonly dataset: ResolvedDataset;
  readonly decided: DecidedMode;
  /** Its changes are captured, so that it can be run incrementally. */
  readonly captured: boolean;
  readonly target: OpenTarget;
  readonly checkpoint: Checkpoint;
  readonly driver: TargetDriver;
  readonly queue: OpenQueue | null;
  readonly source: StageSource | null;
  /** Highest job id that belongs to the run; null without capture. */
  readonly throughJobId: string | null;
  /**
   * What the target says was applied to it.
   * @throws SyncError TARGET_RESET where it has lost what this run wrote
   */
  stillApplied(): Promise<AppliedMark | null>;
  /** Gives back the connections that hold nothing, until its next step; none may be going on. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export interface MemberOptions {
  readonly environment: Environment;
  readonly dataset: ResolvedDataset;
  readonly mode: Mode;
  /** A connection to SystemDB for short statements. */
  readonly system: Client;
  readonly source: StageSource | null;
  readonly runId: string;
  /** null for a plan or a verification. */
  readonly write: {
    readonly operator: string;
    readonly onRowError: (error: RowError) => void;
    readonly others: NonNullable<DriverContext['write']>['others'];
    readonly onWarning: (text: string) => void;
    /** Called once the target is known, before anything is written. @throws SyncError LEASE_HELD */
    readonly lease: (targetIdentity: string) => Promise<void>;
  } | null;
  readonly tracker: ProgressTracker;
  readonly signal: AbortSignal;
  readonly log: DriverContext['log'];
}

/**
 * Opens one dataset. Nothing of the dataset is written yet, but other writers of its target are fenced off where it is opened
 * for writing.
 * @throws SyncError of connecting, NEEDS_FULL_RUN, NOT_INITIALISED, LEASE_HELD
 */
export async function openMember(options: MemberOptions): Promise<Member> {
  const { environment, dataset, system, source, runId, write, tracker, signal } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.allSettled(closers.reverse().map((closer) => closer()));
  };
  try {
    const target = await openTarget(environment, dataset);
    closers.push(() => target.close());
    if (write !== null) await write.lease(targetIdentity(dataset, await target.serverIdentity()));
    const checkpoint = await readCheckpoint(system, dataset.name, checkpointTarget(dataset));
    const stream = dataset.source.engine === 'redis';
    const guard = stream ? null : await capturedGuard(environment, dataset);
    const captured =
      stream ||
      (source?.relayed !== null && source !== null && isCaptured(dataset, source) && isGuardCaptured(dataset, guard));
    const decided = decideMode(dataset.name, options.mode, {
      stream,
      captured,
      baseline: checkpoint.baselineRun !== null,
      gap:
        (source === null ? null : driftOf(dataset, source)) ??
        (guard === null ? null : driftOf(dataset, guard)) ??
        (await findGap(system, dataset, checkpoint, target, source?.relayed?.throughJobId ?? null)),
    });
    const throughJobId = !captured ? null : stream ? await lastJobId(system) : (source?.relayed?.throughJobId ?? null);
    let opened: AppliedMark | null = null;
    const stillApplied = async (): Promise<AppliedMark | null> => {
      const applied = await target.applied();
      if (!hasLost(applied, opened)) return applied;
      throw new SyncError('TARGET_RESET', `Dataset "${dataset.name}": the target lost its data while the run went on`, {
        hint: 'Run it again with --mode full.',
        retryable: true,
        details: { dataset: dataset.name },
      });
    };
    const beforeSettling = async (settler: Client): Promise<void> => {
      const applied = await stillApplied();
      if (applied !== null) await recordApplied(settler, dataset.name, checkpointTarget(dataset), applied);
    };
    const keyNames = dataset.key.map((column) => column.name);
    const scope = { dataset: dataset.name, keyNames, runId };
    const queue =
      throughJobId === null ? null : openQueue(environment.system, { ...scope, throughJobId }, beforeSettling);
    if (queue !== null) closers.push(() => queue.close());
    const fence = write === null ? null : await target.takeFence(runId, checkpoint.applied?.fence ?? '0');
    opened = write === null ? null : await target.applied();
    const driver = await target.openDriver({
      write:
        write === null || fence === null
          ? null
          : {
              runId,
              operator: write.operator,
              fence,
              rowErrorLimit,
              onRowError: write.onRowError,
              others: write.others,
              onWarning: write.onWarning,
            },
      source: source === null ? null : { database: source.database, snapshot: source.snapshot },
      signal,
      time: tracker.time,
      progress: { left: tracker.left, advance: tracker.advance },
      log: options.log,
    });
    closers.push(() => driver.close());
    const rest = async (): Promise<void> => {
      target.rest();
      queue?.rest();
      await driver.rest();
    };
    const opens = { dataset, decided, captured, target, checkpoint, driver, queue, source, throughJobId };
    return { ...opens, stillApplied, rest, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function findGap(
  system: Client,
  dataset: ResolvedDataset,
  checkpoint: Checkpoint,
  target: OpenTarget,
  throughJobId: string | null,
): Promise<string | null> {
  if (checkpoint.gapReason !== null) return checkpoint.gapReason;
  const pending = await pendingGap(system, dataset.name, throughJobId);
  if (pending !== null) return pending;
  if (hasLost(await target.applied(), checkpoint.applied))
    return 'the target has lost what was applied to it (restarted empty, or restored)';
  if (checkpoint.baselineRun !== null && checkpoint.fingerprint !== dataset.fingerprint) {
    return 'its definition or a table changed since the last full run';
  }
  return null;
}
