import { counted } from '../../../shared/format-number';
import type { RunDocument } from '../../../shared/engine/documents';

type Left = 'failed' | 'conflicted' | 'withheld' | 'not_attempted';

type DatasetDocument = RunDocument['datasets'][number];

/** What is asked of a dataset's part in a run; a summary of a run has no differences. */
export type Part = Pick<DatasetDocument, Left> &
  Partial<Pick<DatasetDocument, 'differences' | 'in_flight' | 'withheld_by'>>;

interface Parts {
  readonly datasets: readonly Part[];
}

const words: Readonly<Record<Left, readonly [one: string, many: string]>> = {
  failed: ['row failed', 'rows failed'],
  conflicted: ['conflict', 'conflicts'],
  withheld: ['delete withheld', 'deletes withheld'],
  not_attempted: ['row not attempted', 'rows not attempted'],
};

/** What a run or verification left, in numbers: "120 rows failed, 3 deletes withheld"; null where nothing is left. */
export function leftOver({ datasets }: Parts): string | null {
  const sum = (of: (dataset: Part) => number): number => datasets.reduce((total, dataset) => total + of(dataset), 0);
  const parts = (Object.keys(words) as Left[])
    .map((name) => ({ name, count: sum((dataset) => dataset[name]) }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => counted(count, ...words[name]));
  const differ = sum(({ differences }) => differences ?? 0);
  if (differ > 0) parts.push(counted(differ, 'row differs', 'rows differ'));
  const onTheWay = sum((dataset) => dataset.in_flight ?? 0);
  if (onTheWay > 0) {
    const held = areWithheld({ datasets }) ? ', withheld deletes among them' : '';
    parts.push(`${counted(onTheWay, 'row differs', 'rows differ')} with a change on the way${held}`);
  }
  return parts.length === 0 ? null : parts.join(', ');
}

/** True where a verification found deletes that wait for an approval: nothing but a person brings them about. */
export function areWithheld({ datasets }: Parts): boolean {
  return datasets.some((dataset) => (dataset.in_flight ?? 0) > 0 && (dataset.withheld_by ?? null) !== null);
}
