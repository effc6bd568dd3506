import { expect, test } from 'vitest';
import { duration, relative } from './time';

const now = Date.parse('2026-11-23T12:00:00Z');

test.each([
  ['2026-11-23T11:59:58Z', 'just now'],
  ['2026-11-23T11:59:10Z', '50 s ago'],
  ['2026-11-23T09:01:00Z', '2 h ago'],
  ['2026-11-23T12:03:30Z', 'in 3 min'],
  ['2026-11-20T12:00:00Z', '3 d ago'],
])('%s is %s', (at, text) => {
  expect(relative(at, now)).toBe(text);
});

test('says the date of what is more than a week away', () => {
  expect(relative('2026-11-01T12:00:00Z', now)).toBe('2026-11-01');
});

test.each([
  [12, '12 ms'],
  [1234, '1.2 s'],
  [9999, '10.0 s'],
  [59_400, '59 s'],
  [75_000, '1 min 15 s'],
  [3_720_000, '1 h 2 min'],
])('%d ms last %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
