import { expect, test } from 'vitest';
import { backoff } from './backoff';

test('waits longer after each try, and never longer than ten seconds', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 20].map((attempt) => backoff(attempt, () => 1));
  expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('never waits less than half of that', () => {
  expect(backoff(3, () => 0)).toBe(1000);
});
