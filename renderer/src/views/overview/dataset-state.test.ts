import { describe, expect, test } from 'vitest';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { noCounts } from '../../../../shared/engine/counts';
import { captureIsOld, datasetState, isBeforeInstall, isInLine, stateIn, wantLook } from './dataset-state';
import { waitingIn, waitingInAll } from './waiting';

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
  last_run: { id: '6', status: 'succeeded', ended_at: '2026-03-01T10:00:00Z', counts: noCounts() },
  last_verified_at: '2026-03-01T10:00:00Z',
  differences: 0,
  error: null,
  ...facts,
});
const failed = { id: '7', status: 'failed' as const, ended_at: null, counts: noCounts() };

test.each([
  ['In line', 'sync', {}],
  ['Changes wait', 'sync', { unrelayed: 3 }],
  ['Differs', 'compare', { differences: 4 }],
  ['Differs', 'compare', { differences: 1, given_up: 1 }],
  ['Differs', 'compare', { differences: 4, unrelayed: 9 }],
  ['Never synced', 'preview', { baseline: 'none' as const }],
  ['1 row failed', 'failed', { failed: 1, differences: 1, backlog: 2 }],
  ['2 deletes withheld', 'preview', { withheld: 2, backlog: 2 }],
  ['Last run failed', 'run', { last_run: failed, backlog: 9 }],
  ['Entries lost', 'acknowledge', { baseline: 'gap' as const, gap_closed_by: 'acknowledgement' as const }],
  ['Needs a full run', 'full', { baseline: 'gap' as const, last_run: failed }],
  ['Deletes withheld', 'preview', { baseline: 'gap' as const, withheld_by: 'delete_guard' as const, withheld: 3 }],
  ['Never run', 'sync', { last_run: null, last_verified_at: null }],
  ['Not known', 'look', { installed: null }],
  ['Interrupted', 'sync', { last_run: { ...failed, status: 'interrupted' as const } }],
  ['Last run partial', 'run', { last_run: { ...failed, status: 'partial' as const } }],
  ['Not installed', 'install', { installed: false, baseline: 'none' as const }],
  ['Error', 'look', { installed: false, error: { code: 'TABLE_MISSING', message: 'gone', hint: null } }],
])('says "%s" and proposes to %s', (text, next, facts) => {
  expect(datasetState(dataset(facts), false)).toMatchObject({ text, next });
});

test('what a run left is over once all was verified and found equal after it', () => {
  const last_run = { ...failed, ended_at: '2026-03-01T09:00:00Z' };
  expect(datasetState(dataset({ last_run }), false)).toMatchObject({ text: 'In line' });
  expect(datasetState(dataset({ last_run, differences: 1 }), false)).toMatchObject({ text: 'Last run failed' });
});

test('only what was run and has nothing left, waiting or different is counted as in line', () => {
  expect(isInLine({ running: [] }, dataset())).toBe(true);
  expect(isInLine({ running: [] }, dataset({ unrelayed: 240_000 }))).toBe(false);
  expect(isInLine({ running: [] }, dataset({ differences: 120 }))).toBe(false);
  expect(isInLine({ running: [] }, dataset({ last_run: null, last_verified_at: null }))).toBe(false);
  const works = { id: '7', operator: 'o', host: 'h', since: '2026-03-01T10:00:00Z', datasets: ['bookings'] };
  expect(isInLine({ running: [works] }, dataset())).toBe(false);
});

test('before anything is installed nobody can know what waits', () => {
  const none = dataset({ installed: false, backlog: null, unrelayed: null });
  expect(isBeforeInstall({ datasets: [none, dataset({ ...none, installed: null })] })).toBe(true);
  expect(isBeforeInstall({ datasets: [none, dataset()] })).toBe(false);
  // Captured nowhere, with a queue all the same: a full run is possible.
  expect(isBeforeInstall({ datasets: [dataset({ installed: false, backlog: 0 })] })).toBe(false);
  expect(isBeforeInstall({ datasets: [] })).toBe(false);
});

test('rows that a verification found with a change on the way are named beside what waits', () => {
  const state = datasetState(dataset({ backlog: 60_000, in_flight: 59_999 }), false);
  expect(state).toMatchObject({ text: 'Changes wait', detail: expect.stringContaining('59,999 rows differed') });
});

test('a gap that installing again puts right says so without the command of the terminal', () => {
  const gap_reason = 'captured columns changed their type: name since capture was installed; run "astro-sync init"';
  const old = dataset({ baseline: 'gap', gap_reason });
  expect(captureIsOld(old)).toBe(true);
  expect(datasetState(old, false)).toMatchObject({
    next: 'full',
    detail: 'captured columns changed their type: name since capture was installed',
  });
});

test('says of a dataset that is being synced just that', () => {
  expect(datasetState(dataset({ backlog: 3 }), true)).toMatchObject({ text: 'Syncing', next: 'wait' });
});

test('a run that gives no sign of life is not under way, and the dataset is not in line', () => {
  const run = { id: '6', operator: 'olga', host: 'there', since: '2026-03-01T10:00:00Z', datasets: ['bookings'] };
  const silent = { ...run, silent_since: '2026-03-01T10:00:05Z' };
  const last = { ...failed, id: '6', status: 'running' as const };
  expect(stateIn({ running: [run] }, dataset({ last_run: last })).text).toBe('Syncing');
  expect(stateIn({ running: [silent] }, dataset({ last_run: last }))).toMatchObject({
    text: 'Probably interrupted',
    next: 'run',
  });
  expect(isInLine({ running: [silent] }, dataset({ last_run: last }))).toBe(false);
  // Another one works on it, or what is worse is told.
  expect(stateIn({ running: [silent, { ...run, id: '7' }] }, dataset({ last_run: last })).text).toBe('Syncing');
  expect(stateIn({ running: [silent] }, dataset({ last_run: last, failed: 1 })).text).toBe('1 row failed');
  expect(stateIn({ running: [{ ...silent, id: 'verification' }] }, dataset()).text).toBe('In line');
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
      dataset({ name: 'bookings', backlog: 3, backlog_rows: 2, unrelayed: 4 }),
      dataset({ name: 'launches', source: 'operations public.launches', unrelayed: 5 }),
      dataset({ name: 'users', source: 'system public.users', unrelayed: 2 }),
    ],
  };

  test('count each captured change once, however many datasets read it', () => {
    const all = { queued: 3, rows: 2, captured: 5 + 2, exact: true };
    expect(waitingIn(report, ['bookings', 'launches', 'users'])).toEqual(all);
    expect(waitingInAll(report)).toEqual(all);
    expect(waitingIn(report, ['bookings', 'users'])).toEqual({ ...all, captured: 4 + 2 });
  });

  test('are told as a limit where it is not known how many concern the chosen datasets', () => {
    const more = { ...report, sources: [source('operations', 8), source('system', 2)] };
    expect(waitingIn(more, ['bookings', 'launches'])).toMatchObject({ queued: 3, captured: 8, exact: false });
  });

  test('say of how many rows they are only where those of each dataset were counted', () => {
    const [bookings, ...others] = report.datasets;
    const many = { ...report, datasets: [{ ...bookings!, backlog: 900_000, backlog_rows: null }, ...others] };
    expect(waitingInAll(many)).toMatchObject({ queued: 900_000, rows: null });
    expect(waitingIn(many, ['users'])).toMatchObject({ queued: 0, rows: 0 });
  });

  test('lead to the preview where a dataset wants a look first', () => {
    const { datasets } = report;
    expect(wantLook({ datasets }, [])).toEqual([]);
    const gap = dataset({ name: 'gap', baseline: 'gap' });
    expect(wantLook({ datasets: [...datasets, gap] }, [])).toEqual([gap]);
    expect(wantLook({ datasets: [...datasets, gap] }, ['users'])).toEqual([]);
  });
});
