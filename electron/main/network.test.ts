import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchNetwork } from './network';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('tells of sleep, of waking up, and of a network that goes and comes back', () => {
  const power = new EventEmitter();
  const told: string[] = [];
  let online = true;
  const end = watchNetwork(power as unknown as Parameters<typeof watchNetwork>[0], { isOnline: () => online }, (why) =>
    told.push(why),
  );
  power.emit('suspend');
  power.emit('resume');
  vi.advanceTimersByTime(20_000);
  online = false;
  vi.advanceTimersByTime(20_000);
  online = true;
  vi.advanceTimersByTime(20_000);
  expect(told).toEqual(['suspend', 'resume', 'offline', 'online']);
  end();
  online = false;
  vi.advanceTimersByTime(20_000);
  expect(told).toHaveLength(4);
});
