import { describe, expect, test } from 'vitest';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { noCounts } from '../../../../shared/engine/counts';
import { datasetState, waitingIn, wantLook } from './dataset-state';

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
  ['Entries lost', 'acknowledge', { baseline: 'gap' as const, gap_closed_by: 'acknowledgement' as const }],
  ['Gap', 'preview', { baseline: 'gap' as const, last_run: failed }],
  ['Not installed', 'install', { installed: false, baseline: 'none' as const }],
  ['Error', 'look', { installed: false, error: { code: 'TABLE_MISSING', message: 'gone', hint: null } }],
])('says "%s" and proposes to %s', (text, next, facts) => {
  expect(datasetState(dataset(facts), false)).toMatchObject({ text, next });
});

test('says of a dataset that is being synced just that', () => {
  expect(datasetState(dataset({ backlog: 3 }), true)).toMatchObject({ text: 'Syncing', next: 'wait' });
});

describe('changes that wait before a sync', () => {
  const source = (database: string, unrelayed: number) => ({
    database,
    label: database,
    installed: true,
    unrelayed,
    change_log_rows: null,
    change_log_bytes: null,
    oldest_change_at: null,
    held_back: null,
    warnings: [],
  });
  const report = {
    environment: { name: 'test', level: 'development', read_only: false },
    running: [],
    warnings: [],
    sources: [source('operations', 5), source('system', 2)],
    datasets: [
      dataset({ name: 'bookings', backlog: 3, unrelayed: 4 }),
      dataset({ name: 'launches', source: 'operations public.launches', unrelayed: 5 }),
      dataset({ name: 'users', source: 'system public.users', unrelayed: 2 }),
    ],
  };

  test('count each captured change once, however many datasets read it', () => {
    expect(waitingIn(report, ['bookings', 'launches', 'users'])).toEqual({ count: 3 + 5 + 2, exact: true });
    expect(waitingIn(report, ['bookings', 'users'])).toEqual({ count: 3 + 4 + 2, exact: true });
  });

  test('are told as a limit where it is not known how many concern the chosen datasets', () => {
    const more = { ...report, sources: [source('operations', 8), source('system', 2)] };
    expect(waitingIn(more, ['bookings', 'launches'])).toEqual({ count: 3 + 8, exact: false });
  });

  test('lead to the preview where a dataset wants a look first', () => {
    const { datasets } = report;
    expect(wantLook({ datasets }, [])).toEqual([]);
    const gap = dataset({ name: 'gap', baseline: 'gap' });
    expect(wantLook({ datasets: [...datasets, gap] }, [])).toEqual([gap]);
    expect(wantLook({ datasets: [...datasets, gap] }, ['users'])).toEqual([]);
  });
});
