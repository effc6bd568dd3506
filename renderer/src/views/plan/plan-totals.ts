import type { DatasetDocument, RunDocument } from '../../../../shared/engine/documents';
import { counted } from '../../format/number';

export interface PlanTotals {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** deletes beyond the guard, which wait for approval */
  readonly withheld: number;
  /** the most that one dataset withholds: what has to be approved */
  readonly mostWithheld: number;
}

export function planTotals({ datasets }: Pick<RunDocument, 'datasets'>): PlanTotals {
  const sum = (name: 'inserted' | 'updated' | 'deleted' | 'withheld'): number =>
    datasets.reduce((total, dataset) => total + dataset[name], 0);
  return {
    inserted: sum('inserted'),
    updated: sum('updated'),
    deleted: sum('deleted'),
    withheld: sum('withheld'),
    mostWithheld: Math.max(0, ...datasets.map(({ withheld }) => withheld)),
  };
}

/** What the button says: the consequence in numbers. `approve`: with the deletes beyond the guard. */
export function consequence({ inserted, updated, deleted, withheld }: PlanTotals, approve: boolean): string {
  const deletes = deleted + (approve ? withheld : 0);
  const writes = inserted + updated;
  if (writes === 0 && deletes === 0) return 'Nothing to apply';
  if (deletes === 0) return `Apply ${counted(writes, 'change')}`;
  if (writes === 0) return `Delete ${counted(deletes, 'row')}`;
  return `Apply ${counted(writes, 'change')} and delete ${counted(deletes, 'row')}`;
}

/** A dataset that this plan cannot bring into line, and why. */
export function notPossible(
  datasets: readonly DatasetDocument[],
): readonly { readonly name: string; readonly code: string; readonly message: string; readonly hint: string | null }[] {
  return datasets.flatMap(({ name, error }) => (error === null || error === undefined ? [] : [{ name, ...error }]));
}
