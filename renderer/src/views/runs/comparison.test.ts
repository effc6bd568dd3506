import { expect, test } from 'vitest';
import type { RunDetail } from '../../../../shared/engine/reports';
import { noCounts } from '../../../../shared/engine/counts';
import { compareRuns, longestOf } from './comparison';

const start = '2026-11-23T12:00:00.000Z';

function run(seconds: number | null, took: Readonly<Record<string, number>>): RunDetail {
  const counts = { ...noCounts(), planned: 3, inserted: 1, updated: 2 };
  return {
    run: {
      id: 'x',
      kind: 'run',
      mode: 'auto',
      status: 'succeeded',
      operator: 'olga',
      host: 'here',
      application: 'astro-sync',
      started_at: start,
      ended_at: seconds === null ? null : new Date(Date.parse(start) + seconds * 1000).toISOString(),
      datasets: Object.keys(took),
      counts,
      error: null,
    },
    datasets: Object.entries(took).map(([name, ms]) => ({
      name,
      mode: 'full',
      baseline: 'current',
      status: 'succeeded',
      counts,
      progress: { phase: null, done: 0, total: 0, total_kind: 'exact' },
      verified: true,
      differences: 0,
      duration_ms: ms,
      phases_ms: { apply: ms / 2, verify: ms / 2 },
      error: null,
    })),
    events: [],
    row_errors: 0,
    approved: null,
  };
}

test('stands runs side by side: the whole first, then each dataset in the order of the runs', () => {
  const lines = compareRuns([run(10, { rockets: 100, bookings: 1000 }), run(5, { bookings: 4000, launches: 50 })]);
  expect(lines.map(({ dataset }) => dataset)).toEqual([null, 'rockets', 'bookings', 'launches']);
  expect(lines[0]?.taken.map((each) => [each?.ms, each?.change, each?.times.apply])).toEqual([
    [10_000, null, 550],
    [5_000, -0.5, 2025],
  ]);
  expect(lines[2]?.taken.map((each) => each?.change)).toEqual([null, 3]);
  expect(lines[1]?.taken[1]).toBeNull();
  expect(lines[3]?.taken).toMatchObject([
    null,
    {
      ms: 50,
      times: { apply: 25, verify: 25 },
      counts: { inserted: 1, updated: 2 },
      status: 'succeeded',
      change: null,
    },
  ]);
});

test('says nothing of a run that is still under way', () => {
  expect(compareRuns([run(null, {}), run(2, {})])[0]?.taken).toMatchObject([null, { ms: 2000, change: null }]);
});

test('draws a run as a whole and its datasets to one scale', () => {
  expect(longestOf(compareRuns([run(10, { rockets: 428 }), run(2, { rockets: 300 })]))).toBe(10_000);
  expect(longestOf([])).toBe(1);
});
