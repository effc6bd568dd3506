import { expect, test, vi } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { SyncError } from '../../engine/errors';
import { createHub } from '../events/hub';
import { watchReachability } from './reachability';

test('waits twice as long after each failure, up to half a minute, and begins anew after a success', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let answers = false;
    const ping = vi.fn(() => (answers ? Promise.resolve() : Promise.reject(new Error('no route'))));
    const { end, unreachable } = watchReachability(createHub(), ping);
    const waits: number[] = [];
    const untilAsked = async (): Promise<number> => {
      const before = ping.mock.calls.length;
      for (let seconds = 0; ; seconds += 1) {
        if (ping.mock.calls.length > before) return seconds;
        await vi.advanceTimersByTimeAsync(1000);
      }
    };
    await vi.advanceTimersByTimeAsync(0);
    for (let failure = 0; failure < 7; failure += 1) waits.push(await untilAsked());
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
    // Whoever comes while they are away is told so, without waiting for the next event.
    expect(unreachable()).toMatchObject({ message: 'no route' });
    answers = true;
    expect(await untilAsked()).toBe(30);
    expect(await untilAsked()).toBe(15);
    expect(unreachable()).toBeNull();
    answers = false;
    expect(await untilAsked()).toBe(15);
    expect(await untilAsked()).toBe(1);
    end();
  } finally {
    vi.useRealTimers();
  }
});

test('asks at once when told to, also while it waits to try again, and once more where it was asking just then', async () => {
  const told: ConsoleEvent[] = [];
  const hub = createHub();
  hub.onPublish((event) => told.push(event));
  let answers = false;
  const ping = vi.fn(() => (answers ? Promise.resolve() : Promise.reject(new Error('no route'))));
  const { lookNow, end } = watchReachability(hub, ping);
  await vi.waitFor(() => expect(told).toMatchObject([{ type: 'reachability', state: 'unreachable' }]));
  answers = true;
  lookNow();
  lookNow();
  await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ type: 'reachability', state: 'reachable' }), {
    timeout: 500,
  });
  // What it was hearing then may have been of before the computer slept.
  await vi.waitFor(() => expect(ping).toHaveBeenCalledTimes(3));
  end();
  lookNow();
  expect(ping).toHaveBeenCalledTimes(3);
});

test('does not ask again by itself where a login is refused, and does when told to', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const refusal = new SyncError('CONNECT_FAILED', 'wrong password', { details: { login: 'refused' } });
    const ping = vi.fn(() => Promise.reject(refusal));
    const { lookNow, unreachable, end } = watchReachability(createHub(), ping);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ping).toHaveBeenCalledTimes(1);
    expect(unreachable()).toEqual({ message: 'wrong password', retry_at: null });
    lookNow();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ping).toHaveBeenCalledTimes(2);
    end();
  } finally {
    vi.useRealTimers();
  }
});
