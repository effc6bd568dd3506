import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { createDigest } from './digest';
import type { Digest } from './digest';

const second = 1000;

let shown: Alert[];
let digest: Digest;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  digest = createDigest((alert) => shown.push(alert));
});

afterEach(() => {
  digest.close();
  vi.useRealTimers();
});

function alert(run: string, reason: Alert['reason'] = 'failed'): Alert {
  return {
    id: `${run} ${reason}`,
    at: '',
    environment: 'test',
    run,
    datasets: [`data of ${run}`],
    reason,
    title: `${run} ${reason}`,
    body: '',
    read: false,
  };
}

const titles = (): string[] => shown.map(({ title }) => title);

it('tells of a run that stalled and then failed twice, the second time when the minute is over', () => {
  digest.add(alert('a', 'stalled'));
  vi.advanceTimersByTime(30 * second);
  digest.add(alert('a', 'failed'));
  expect(titles()).toEqual(['a stalled']);
  vi.advanceTimersByTime(29 * second);
  expect(titles()).toEqual(['a stalled']);
  vi.advanceTimersByTime(second);
  expect(titles()).toEqual(['a stalled', 'a failed']);
  vi.advanceTimersByTime(300 * second);
  expect(shown).toHaveLength(2);
});

it('keeps of a run that waits the last word', () => {
  for (const reason of ['stalled', 'partial', 'interrupted'] as const) digest.add(alert('a', reason));
  vi.advanceTimersByTime(60 * second);
  expect(titles()).toEqual(['a stalled', 'a interrupted']);
});

it('does not hold up one run for another', () => {
  digest.add(alert('a', 'stalled'));
  digest.add(alert('a', 'failed'));
  digest.add(alert('b'));
  expect(titles()).toEqual(['a stalled', 'b failed']);
});

it('tells of a storm as one, with how many, how and of what', () => {
  for (const run of ['a', 'b', 'c']) digest.add(alert(run));
  expect(titles()).toEqual(['a failed', 'b failed', 'c failed']);
  vi.advanceTimersByTime(59 * second);
  for (let i = 0; i < 50; i += 1) digest.add(alert(`storm ${String(i)}`));
  digest.add(alert('storm 1', 'interrupted'));
  expect(shown).toHaveLength(3);
  vi.advanceTimersByTime(second);
  expect(shown[3]).toMatchObject({
    run: null,
    title: 'test: 50 runs need a look',
    body: '49 failed, 1 interrupted: data of storm 0, data of storm 1, data of storm 2 and 47 more',
  });
  // Whoever was told of in it is not told of again within the minute.
  digest.add(alert('storm 2', 'partial'));
  vi.advanceTimersByTime(59 * second);
  expect(shown).toHaveLength(4);
  vi.advanceTimersByTime(second);
  expect(titles()[4]).toBe('storm 2 partial');
});

it('tells at its end of what still waits', () => {
  digest.add(alert('a', 'stalled'));
  digest.add(alert('a', 'failed'));
  digest.close();
  expect(titles()).toEqual(['a stalled', 'a failed']);
  vi.advanceTimersByTime(120 * second);
  expect(shown).toHaveLength(2);
});
