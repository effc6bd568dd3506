import type { DatasetDocument } from '../../../../shared/engine/documents';
import type { RunSummary } from '../../../../shared/engine/reports';

/** Comparing a row takes about a tenth of the time that writing one takes. */
export const compareFaster = 10;

/** Whatever it does, a run connects, relays and verifies: about so long. */
const atLeastMs = 1000;

type Model = Pick<RunSummary, 'started_at' | 'ended_at' | 'counts'>;

const worth = ({ inserted, updated, deleted, unchanged }: Model['counts']): number =>
  inserted + updated + deleted + unchanged / compareFaster;
const tookMs = ({ started_at: start, ended_at: end }: Model): number =>
  end === null ? 0 : new Date(end).getTime() - new Date(start).getTime();

/** An earlier run that tells a pace: it did enough that starting and ending it do not count for most of its time. */
export function isModel(run: Model): boolean {
  return worth(run.counts) >= 100 && tookMs(run) > 2 * atLeastMs;
}

/** What a run of a plan writes and compares. Deletes that a guard withholds take no time. */
export function plannedWork(
  datasets: readonly Pick<DatasetDocument, 'inserted' | 'updated' | 'deleted' | 'unchanged' | 'mode'>[],
): { readonly planned: number; readonly compared: number } {
  return {
    planned: datasets.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0),
    compared: datasets.reduce((sum, { mode, unchanged }) => sum + (mode === 'full' ? unchanged : 0), 0),
  };
}

/** How long a run may take in milliseconds, at the pace of an earlier one. */
export function estimateMs(
  model: Model,
  { planned, compared }: { readonly planned: number; readonly compared: number },
): number {
  const each = (tookMs(model) - atLeastMs) / worth(model.counts);
  return atLeastMs + each * (planned + compared / compareFaster);
}
