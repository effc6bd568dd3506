import type { Mode } from '../../../shared/engine/documents';
import { SyncError } from '../errors';

/** What is known about how far a dataset has been brought into line. */
export interface BaselineFacts {
  /** Stream datasets are incremental only: a stream knows nothing of what is absent. */
  readonly stream: boolean;
  /** Capture is installed and covers what the dataset reads. */
  readonly captured: boolean;
  /** A full run of this definition has been verified. */
  readonly baseline: boolean;
  /** Why only a full run can bring it into line, or null. */
  readonly gap: string | null;
}

export interface DecidedMode {
  readonly mode: 'incremental' | 'full';
  readonly baseline: 'none' | 'current' | 'gap';
  /** Why a full run was chosen, for the log; null where it was asked for or not needed. */
  readonly reason: string | null;
  /** Why there is a gap; null where there is none. */
  readonly gap: string | null;
}

/** How far a dataset has been brought into line. A stream has no full run to begin with: without a gap it is current. */
export function baselineOf({ stream, baseline, gap }: Omit<BaselineFacts, 'captured'>): DecidedMode['baseline'] {
  if (gap !== null) return 'gap';
  return baseline || stream ? 'current' : 'none';
}

/**
 * Decides how a dataset is run. auto is incremental where a baseline exists and there is no gap, else full; incremental is
 * never turned into full.
 * @throws SyncError NEEDS_FULL_RUN, NOT_INITIALISED
 */
export function decideMode(dataset: string, requested: Mode, facts: BaselineFacts): DecidedMode {
  const state = baselineOf(facts);
  const { gap } = facts;
  if (facts.stream) return { mode: 'incremental', baseline: state, reason: null, gap };
  if (requested === 'full') return { mode: 'full', baseline: state, reason: null, gap };
  if (requested === 'auto') {
    if (!facts.captured) return { mode: 'full', baseline: state, reason: 'its changes are not captured', gap };
    if (gap !== null) return { mode: 'full', baseline: state, reason: gap, gap };
    if (!facts.baseline) return { mode: 'full', baseline: state, reason: 'no full run has been verified yet', gap };
    return { mode: 'incremental', baseline: state, reason: null, gap };
  }
  if (!facts.captured) {
    throw new SyncError(
      'NOT_INITIALISED',
      `Dataset "${dataset}": its changes are not captured, so there is nothing to run incrementally`,
      {
        hint: 'Install capture with "astro-sync init", or run it with --mode full.',
        details: { dataset },
      },
    );
  }
  if (gap !== null) {
    throw new SyncError('NEEDS_FULL_RUN', `Dataset "${dataset}" needs a full run: ${gap}`, {
      hint: `Run "astro-sync run ${dataset} --mode full".`,
      details: { dataset, reason: gap },
    });
  }
  return { mode: 'incremental', baseline: state, reason: null, gap };
}
