import type { RunDocument } from '../../shared/engine/documents';
import type { RunDetail } from '../../shared/engine/reports';
import { SyncError } from '../engine/errors';

/**
 * A stored plan as the document that `plan` printed when it was made, without samples.
 * @throws SyncError PLAN_UNKNOWN where the id belongs to something else
 */
export function storedPlanDocument({ run, datasets }: RunDetail): RunDocument {
  if (run.kind !== 'plan') {
    throw new SyncError('PLAN_UNKNOWN', `${run.id} is a ${run.kind}, not a plan`, {
      hint: 'astro-sync plan makes one and prints its id.',
    });
  }
  return {
    ok: run.error === null,
    id: run.id,
    status: run.status,
    datasets: datasets.map((dataset) => ({
      name: dataset.name,
      mode: dataset.mode,
      baseline: dataset.baseline,
      ...dataset.counts,
      held_back: null,
      duration_ms: dataset.duration_ms ?? 0,
      verified: null,
      differences: dataset.differences,
      error: dataset.error,
      phases_ms: dataset.phases_ms,
    })),
    error: run.error,
  };
}
