import { expect, test } from 'vitest';
import { consequence, planTotals, settles, without } from './plan-totals';

const dataset = (inserted: number, updated: number, deleted: number, withheld: number) => ({
  name: 'bookings',
  mode: 'full' as const,
  baseline: 'none' as const,
  planned: inserted + updated + deleted + withheld,
  inserted,
  updated,
  deleted,
  unchanged: 0,
  skipped: 0,
  withheld,
  conflicted: 0,
  failed: 0,
  not_attempted: 0,
  held_back: null,
  duration_ms: 1,
  verified: null,
  differences: null,
  phases_ms: {},
});
const totals = (...datasets: ReturnType<typeof dataset>[]) => planTotals({ datasets });

test.each([
  ['Nothing to apply', totals(dataset(0, 0, 0, 0)), false],
  ['Write 1,500 rows', totals(dataset(1000, 500, 0, 0)), false],
  ['Write 1 row and delete 12 rows', totals(dataset(1, 0, 12, 0)), false],
  ['Delete 312 rows', totals(dataset(0, 0, 300, 12)), true],
  ['Delete 300 rows', totals(dataset(0, 0, 300, 12)), false],
])('the button says "%s"', (text, plan, approve) => {
  expect(consequence(plan, approve)).toBe(text);
});

test('where nothing differs, a first full run is confirmed and changes that wait are settled, but not past what a guard withholds', () => {
  const current = { ...dataset(0, 0, 0, 0), mode: 'incremental' as const, baseline: 'current' as const };
  expect(settles([current])).toBeNull();
  expect(
    settles([
      { ...current, changes: 600 },
      { ...current, changes: 2 },
    ])?.button,
  ).toBe('Settle 602 changes');
  expect(settles([dataset(0, 0, 0, 0), current])?.button).toBe('Confirm as in line');
  expect(settles([{ ...current, changes: 600 }, dataset(0, 0, 0, 40)])).toBeNull();
});

test('what has to be approved is the most that one dataset withholds', () => {
  expect(totals(dataset(0, 0, 0, 40), dataset(0, 0, 0, 70))).toMatchObject({ withheld: 110, mostWithheld: 70 });
});

test.each([
  ['Write 2 rows', 'Write 2 rows', []],
  ['Write 2 rows without agencies', 'Write 2 rows', ['agencies']],
  ['Write 2 rows without 2 datasets', 'Write 2 rows', ['agencies', 'bookings']],
  ['Write 2 rows without 1 dataset', 'Write 2 rows', ['x'.repeat(63)]],
  ['Nothing to apply', 'Nothing to apply', ['agencies']],
])('the button says "%s" where some could not be counted', (text, changes, leftOut) => {
  expect(without(changes, leftOut)).toBe(text);
});
