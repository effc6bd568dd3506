import { expect, test } from 'vitest';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { noCounts } from '../../../../shared/engine/counts';
import { datasetState } from './dataset-state';

const dataset = (facts: Partial<DatasetStatus> = {}): DatasetStatus => ({
  name: 'bookings',
  source: 'operations public.bookings',
  target: 'cache booking:{id}',
  installed: true,
  baseline: 'current',
  gap_reason: null,
  backlog: 0,
  unrelayed: 0,
  oldest_pending_at: null,
  withheld: 0,
  failed: 0,
  last_run: null,
  last_verified_at: null,
  differences: 0,
  error: null,
  ...facts,
});
const failed = { id: '7', status: 'failed' as const, ended_at: null, counts: noCounts() };

test.each([
  ['In line', 'sync', {}],
  ['Changes wait', 'sync', { unrelayed: 3 }],
  ['Differs', 'preview', { differences: 4 }],
  ['Never synced', 'preview', { baseline: 'none' as const }],
  ['1 row failed', 'look', { failed: 1, differences: 1, backlog: 2 }],
  ['2 deletes withheld', 'preview', { withheld: 2, backlog: 2 }],
  ['Last run failed', 'sync', { last_run: failed, backlog: 9 }],
  ['Gap', 'preview', { baseline: 'gap' as const, last_run: failed }],
  ['Not installed', 'install', { installed: false, baseline: 'none' as const }],
  ['Error', 'look', { installed: false, error: { code: 'TABLE_MISSING', message: 'gone', hint: null } }],
])('says "%s" and proposes to %s', (text, next, facts) => {
  expect(datasetState(dataset(facts), false)).toMatchObject({ text, next });
});

test('says of a dataset that is being synced just that', () => {
  expect(datasetState(dataset({ backlog: 3 }), true)).toMatchObject({ text: 'Syncing', next: 'wait' });
});
