import { expect, it } from 'vitest';
import { noCounts } from '../../../shared/engine/counts';
import type { DatasetDocument } from '../../../shared/engine/documents';
import { areWithheld, leftOver } from './left-over';

const dataset = (facts: Partial<DatasetDocument>): DatasetDocument => ({
  name: 'orders',
  mode: 'full',
  baseline: 'current',
  ...noCounts(),
  held_back: null,
  duration_ms: 1,
  verified: true,
  differences: 0,
  phases_ms: {},
  ...facts,
});

it('tells what is left over in numbers, over all datasets, and nothing where nothing is left', () => {
  expect(leftOver({ datasets: [dataset({})] })).toBeNull();
  expect(leftOver({ datasets: [dataset({ failed: 120 }), dataset({ withheld: 1, failed: 1 })] })).toBe(
    '121 rows failed, 1 delete withheld',
  );
});

it('never takes withheld deletes for equality: 59,999 rows of a verification are told of', () => {
  const datasets = [dataset({ in_flight: 59_999, withheld_by: 'delete_guard' })];
  expect(leftOver({ datasets })).toBe('59,999 rows differ with a change on the way, withheld deletes among them');
  expect(areWithheld({ datasets })).toBe(true);
  expect(areWithheld({ datasets: [dataset({ in_flight: 4 })] })).toBe(false);
});
