import { expect, test } from 'vitest';
import { noCounts } from '../../../../shared/engine/counts';
import { estimateMs, isModel, plannedWork } from './estimate-time';

const run = (seconds: number, inserted: number, unchanged = 0) => ({
  started_at: '2026-11-23T12:00:00.000Z',
  ended_at: new Date(Date.parse('2026-11-23T12:00:00.000Z') + seconds * 1000).toISOString(),
  counts: { ...noCounts(), planned: inserted, inserted, unchanged },
});

test('a run of a second tells no pace: most of it was connecting and verifying', () => {
  expect(isModel(run(1, 200))).toBe(false);
  expect(isModel(run(60, 50))).toBe(false);
  expect(isModel(run(11, 100_000))).toBe(true);
  expect(isModel({ ...run(11, 100_000), ended_at: null })).toBe(false);
});

test('ten times the rows take about ten times as long, a few rows about a second', () => {
  const model = run(11, 100_000);
  expect(estimateMs(model, { planned: 1_000_000, compared: 0 })).toBe(101_000);
  expect(estimateMs(model, { planned: 10, compared: 0 })).toBeLessThan(1100);
  expect(estimateMs(model, { planned: 0, compared: 1_000_000 })).toBe(11_000);
});

test('deletes that a guard withholds take no time, and rows that are equal only where all are compared', () => {
  const full = { mode: 'full' as const, inserted: 5, updated: 3, deleted: 2, withheld: 900, unchanged: 40 };
  expect(plannedWork([full, { ...full, mode: 'incremental' }])).toEqual({ planned: 20, compared: 40 });
});
