import { expect, test } from 'vitest';
import { others, partAt, stackBars, unnamed } from './stack-bars';

const at = '2026-11-23T12:00:00Z';
const asked = { since: '2026-11-23T11:59:00Z', until: '2026-11-23T12:02:00Z', bucket_s: 60 };

test('stacks the applications of a bucket, the busiest below', () => {
  const { applications, bars, columns } = stackBars({
    ...asked,
    series: [
      { at, application: 'portal', changes: 2 },
      { at, application: null, changes: 1 },
      { at, application: 'bookings', changes: 5 },
    ],
  });
  expect(applications).toEqual(['bookings', 'portal', unnamed]);
  expect(bars.map(({ total }) => total)).toEqual([0, 8, 0]);
  expect(bars[1]).toEqual({
    at: Date.parse(at),
    total: 8,
    parts: [
      { application: 'bookings', from: 0, changes: 5 },
      { application: 'portal', from: 5, changes: 2 },
      { application: unnamed, from: 7, changes: 1 },
    ],
  });
  expect([0, 4.9, 5, 7.5, 8].map((changes) => partAt(bars[1], changes))).toEqual([
    'bookings',
    'bookings',
    'portal',
    unnamed,
    undefined,
  ]);
  expect(columns[0]).toEqual([-30, 30, 90].map((seconds) => Date.parse(at) / 1000 + seconds));
  // Drawn from the tallest to the lowest: unnamed, portal, bookings.
  expect(columns.slice(1)).toEqual([
    [0, 8, 0],
    [0, 7, 0],
    [0, 5, 0],
  ]);
});

test('puts the rest together where there are many, and loses none', () => {
  const series = Array.from({ length: 12 }, (_, index) => ({
    at,
    application: `app-${index.toString()}`,
    changes: 12 - index,
  }));
  const { applications, bars } = stackBars({ ...asked, series });
  expect(applications).toHaveLength(8);
  expect(applications.at(-1)).toBe(others);
  expect(bars[1]?.total).toBe(78);
  expect(bars[1]?.parts.at(-1)?.changes).toBe(5 + 4 + 3 + 2 + 1);
});
