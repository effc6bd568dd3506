import { counted, grouped } from '../format-number';
import type { DatasetDocument } from './documents';

/** Changes that wait for a run. A job is a change of one row for one dataset: a change that concerns several datasets counts in each. */
export interface Waiting {
  /** jobs pending in the queue */
  readonly queued: number;
  /** how many rows these are of, each once for each dataset; null where they were too many to be counted */
  readonly rows: number | null;
  /** captured and not yet in the queue: of how many rows is not known before they are */
  readonly captured: number;
  /** false: the number captured is a limit */
  readonly exact: boolean;
}

/** How many changes wait, and of how many rows as far as that is known: `25 changes wait: 18 in the queue, of 7 rows, and 7 captured since`. */
export function waitingWords({ queued, rows, captured, exact }: Waiting): string {
  const count = queued + captured;
  if (count === 0) return 'no change waits';
  const upTo = exact ? '' : 'up to ';
  const waits = `${upTo}${counted(count, 'change')} ${count === 1 && exact ? 'waits' : 'wait'}`;
  const ofRows = rows === null ? '' : `, of ${counted(rows, 'row')}`;
  if (captured === 0) return waits + ofRows;
  if (queued === 0) return `${waits}, captured and not yet in the queue`;
  return `${waits}: ${grouped(queued)} in the queue${ofRows}, and ${upTo}${grouped(captured)} captured since`;
}

type Planned = Pick<
  DatasetDocument,
  'changes' | 'changed_rows' | 'inserted' | 'updated' | 'deleted' | 'withheld' | 'skipped' | 'unchanged'
>;

type Run = Pick<
  DatasetDocument,
  'inserted' | 'updated' | 'deleted' | 'skipped' | 'withheld' | 'conflicted' | 'failed' | 'not_attempted'
> &
  TakenUp;

const became = [
  ['inserted', 'inserted'],
  ['updated', 'updated'],
  ['deleted', 'deleted'],
  ['withheld', 'withheld'],
  ['conflicted', 'in conflict'],
  ['failed', 'failed'],
  ['not_attempted', 'not attempted'],
  // Equal already, on neither side, or left alone by a policy: a run does not tell these apart.
  ['skipped', 'with nothing to write'],
] as const;

/**
 * What the changes that an incremental run took up came to: `25 changes came to 7 rows: 3 updated, 4 with nothing to write`. Null where it
 * took up none, or where it is not known how many.
 */
export function doneWords(datasets: readonly Run[]): string | null {
  const taken = takenUp(datasets);
  if (taken === null) return null;
  const { sum, changes, rows, each } = taken;
  const told = became
    .map(([name, words]) => ({ count: sum((dataset) => dataset[name]), words }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${grouped(count)} ${words}`);
  return `${counted(changes, 'change')}${each} came to ${counted(rows, 'row')}: ${told.join(', ')}`;
}

/**
 * What the changes that an incremental plan took up come to: `25 changes come to 7 rows: 3 updates, 4 equal already`. Null where it took
 * up none, or where it is not known how many.
 */
export function plannedWords(datasets: readonly Planned[]): string | null {
  const taken = takenUp(datasets);
  if (taken === null) return null;
  const { sum, changes, rows, each } = taken;
  const found = [
    { count: sum(({ inserted }) => inserted), one: 'insert', many: 'inserts' },
    { count: sum(({ updated }) => updated), one: 'update', many: 'updates' },
    { count: sum(({ deleted }) => deleted), one: 'delete', many: 'deletes' },
    { count: sum(({ withheld }) => withheld), one: 'delete withheld', many: 'deletes withheld' },
    { count: sum(({ skipped }) => skipped), one: 'left alone by a policy', many: 'left alone by a policy' },
    { count: sum(({ unchanged }) => unchanged), one: 'equal already', many: 'equal already' },
  ];
  // Such as one that came and went, or that is no part of the dataset.
  const rest = rows - found.reduce((total, { count }) => total + count, 0);
  const told = [...found, { count: rest, one: 'on neither side', many: 'on neither side' }]
    .filter(({ count }) => count > 0)
    .map(({ count, one, many }) => counted(count, one, many));
  return `${counted(changes, 'change')}${each} ${changes === 1 ? 'comes' : 'come'} to ${counted(rows, 'row')}: ${told.join(', ')}`;
}

interface TakenUp {
  readonly changes?: number | null | undefined;
  readonly changed_rows?: number | null | undefined;
}

/** The changes that datasets took up together, of those of which it is known; null where there are none. */
function takenUp<Dataset extends TakenUp>(datasets: readonly Dataset[]) {
  const known = datasets.filter(({ changes, changed_rows: rows }) => (changes ?? 0) > 0 && (rows ?? null) !== null);
  if (known.length === 0) return null;
  const sum = (of: (dataset: Dataset) => number): number => known.reduce((total, each) => total + of(each), 0);
  return {
    sum,
    changes: sum((dataset) => dataset.changes ?? 0),
    rows: sum((dataset) => dataset.changed_rows ?? 0),
    each: known.length > 1 ? ' (one for each dataset that it concerns)' : '',
  };
}
