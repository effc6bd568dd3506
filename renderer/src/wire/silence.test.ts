import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchSilence } from './silence';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const told: (boolean | 'probe')[] = [];
  const state = { waits: false };
  const silence = watchSilence(
    () => state.waits,
    () => told.push('probe'),
    (silent) => told.push(silent),
  );
  const ask = (): void => {
    silence.asked();
    state.waits = true;
  };
  return { told, state, silence, ask };
}

test('a host that answers nothing is probed, then told of, and told of again once it is heard', () => {
  const { told, silence, ask } = watched();
  vi.advanceTimersByTime(60_000);
  ask();
  vi.advanceTimersByTime(9_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(told).toEqual(['probe']);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['probe', true]);
  silence.heard();
  expect(told).toEqual(['probe', true, false]);
});

test('an answer that takes long is no silence, as long as the probe is answered', () => {
  const { told, silence, ask } = watched();
  ask();
  for (let seconds = 0; seconds < 60; seconds += 1) {
    vi.advanceTimersByTime(1000);
    if (told.at(-1) === 'probe') {
      silence.heard();
      told.length = 0;
    }
  }
  expect(told).toEqual([]);
});

test('where nothing is asked, nothing is expected', () => {
  const { told } = watched();
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual([]);
});
