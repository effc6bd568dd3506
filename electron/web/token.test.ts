import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anotherTokenMinutes, createDoorkeeper } from './token';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('each token lets one browser in', () => {
  const doorkeeper = createDoorkeeper(7700);
  const another = doorkeeper.anotherToken();
  expect([doorkeeper.spend(another), doorkeeper.spend(another)]).toEqual([true, false]);
  expect([doorkeeper.spend(doorkeeper.token), doorkeeper.spend(doorkeeper.token)]).toEqual([true, false]);
  expect(doorkeeper.spend('')).toBe(false);
});

test('one that was asked for ends soon, the first waits', () => {
  const doorkeeper = createDoorkeeper(7700);
  const [early, late] = [doorkeeper.anotherToken(), doorkeeper.anotherToken()];
  vi.advanceTimersByTime(anotherTokenMinutes * 60_000 - 1);
  expect(doorkeeper.spend(early)).toBe(true);
  vi.advanceTimersByTime(1);
  expect(doorkeeper.spend(late)).toBe(false);
  vi.advanceTimersByTime(24 * 3_600_000);
  expect(doorkeeper.spend(doorkeeper.token)).toBe(true);
});
