import type { DatasetDocument, RunDocument } from '../../../../shared/engine/documents';
import { counted } from '../../format/number';

export interface PlanTotals {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** deletes beyond the guard, which wait for approval */
  readonly withheld: number;
  /** of these, the deletes of all rows of a target, as if its source were empty */
  readonly ofEmptySource: number;
  /** the most that the guard on deletes withholds of one dataset: what has to be approved */
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
    ofEmptySource: datasets.reduce((total, each) => total + (ofEmptySource(each) ? each.withheld : 0), 0),
    mostWithheld: Math.max(0, ...datasets.map((each) => (ofEmptySource(each) ? 0 : each.withheld))),
  };
}

function ofEmptySource({ withheld_by: by }: Pick<DatasetDocument, 'withheld_by'>): boolean {
  return by === 'empty_source';
}

/**
 * What the button says: the consequence in numbers. `approve`: with the deletes beyond the guard; `allowEmpty`: with those of an
 * empty source.
 */
export function consequence(
  { inserted, updated, deleted, withheld, ofEmptySource: empty }: PlanTotals,
  approve: boolean,
  allowEmpty = false,
): string {
  const deletes = deleted + (approve ? withheld - empty : 0) + (allowEmpty ? empty : 0);
  const writes = inserted + updated;
  if (writes === 0 && deletes === 0) return 'Nothing to apply';
  if (deletes === 0) return `Write ${counted(writes, 'row')}`;
  if (writes === 0) return `Delete ${counted(deletes, 'row')}`;
  return `Write ${counted(writes, 'row')} and delete ${counted(deletes, 'row')}`;
}

/**
 * What a plan is still good for that writes nothing: from a first full run on, or one after a gap, a dataset counts as in line; and
 * changes that wait, though their rows are equal by now, wait no more once a run has looked at them. null: for nothing.
 */
export function settles(
  datasets: readonly DatasetDocument[],
): { readonly button: string; readonly why: string } | null {
  const whole = datasets.filter(({ error }) => (error ?? null) === null);
  if (whole.some(({ withheld }) => withheld > 0)) return null;
  if (whole.some(({ mode, baseline }) => mode === 'full' && baseline !== 'current'))
    return {
      button: 'Confirm as in line',
      why: 'No row differs, so none is written. All rows are compared once more; if they are still equal, captured changes are enough from then on.',
    };
  const waiting = whole.reduce((sum, { changes = 0 }) => sum + changes, 0);
  if (waiting === 0) return null;
  return {
    button: `Settle ${counted(waiting, 'change')}`,
    why: 'The rows that were changed are equal on both sides by now, so none is written. They are compared once more; if they are still equal, their changes wait no longer.',
  };
}

/** What the button says where some datasets could not be counted and stay as they are. */
export function without(consequence: string, leftOut: readonly string[]): string {
  const [only, more] = leftOut;
  if (only === undefined || consequence === 'Nothing to apply') return consequence;
  return `${consequence} without ${more === undefined && only.length <= 40 ? only : counted(leftOut.length, 'dataset')}`;
}

/** A dataset that this plan cannot bring into line, and why. */
export function notPossible(
  datasets: readonly DatasetDocument[],
): readonly { readonly name: string; readonly code: string; readonly message: string; readonly hint: string | null }[] {
  return datasets.flatMap(({ name, error }) => (error === null || error === undefined ? [] : [{ name, ...error }]));
}
