import { expect, it } from 'vitest';
import { datasetInLine } from '../../../shared/engine/testing/dataset-in-line';
import { areWithheld, leftOver } from './left-over';

it('tells what is left over in numbers, over all datasets, and nothing where nothing is left', () => {
  expect(leftOver({ datasets: [datasetInLine({})] })).toBeNull();
  expect(leftOver({ datasets: [datasetInLine({ failed: 120 }), datasetInLine({ withheld: 1, failed: 1 })] })).toBe(
    '121 rows failed, 1 delete withheld',
  );
});

it('never takes withheld deletes for equality: 59,999 rows of a verification are told of', () => {
  const datasets = [datasetInLine({ in_flight: 59_999, withheld_by: 'delete_guard' })];
  expect(leftOver({ datasets })).toBe('59,999 rows differ with a change on the way, withheld deletes among them');
  expect(areWithheld({ datasets })).toBe(true);
  expect(areWithheld({ datasets: [datasetInLine({ in_flight: 4 })] })).toBe(false);
});
