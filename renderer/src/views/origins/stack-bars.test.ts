import { expect, test } from 'vitest';
import { others, stackBars, unnamed } from './stack-bars';

const at = '2026-11-23T12:00:00Z';

test('stacks the applications of a bucket, the busiest below', () => {
  const { applications, bars, most } = stackBars({
    series: [
      { at, application: 'portal', changes: 2 },
      { at, application: null, changes: 1 },
      { at, application: 'bookings', changes: 5 },
    ],
  });
  expect(applications).toEqual(['bookings', 'portal', unnamed]);
  expect(most).toBe(8);
  expect(bars).toEqual([
    {
      at: Date.parse(at),
      total: 8,
      parts: [
        { application: 'bookings', from: 0, changes: 5 },
        { application: 'portal', from: 5, changes: 2 },
        { application: unnamed, from: 7, changes: 1 },
      ],
    },
  ]);
});

test('puts the rest together where there are many, and loses none', () => {
  const series = Array.from({ length: 12 }, (_, index) => ({
    at,
    application: `app-${index.toString()}`,
    changes: 12 - index,
  }));
  const { applications, bars } = stackBars({ series });
  expect(applications).toHaveLength(8);
  expect(applications.at(-1)).toBe(others);
  expect(bars[0]?.total).toBe(78);
  expect(bars[0]?.parts.at(-1)?.changes).toBe(5 + 4 + 3 + 2 + 1);
});
