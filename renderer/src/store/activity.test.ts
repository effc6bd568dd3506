import { expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { noCounts } from '../../../shared/engine/counts';
import { applyToActivity, noActivity } from './activity';

const progress = (run: string, done: number): ConsoleEvent => ({
  type: 'progress',
  run,
  dataset: 'bookings',
  phase: 'apply',
  done,
  total: 100,
  total_kind: 'exact',
  rate: done,
  eta_s: null,
  counts: noCounts(),
  at: '2026-11-23T12:00:00Z',
});
const after = (events: readonly ConsoleEvent[]) => events.reduce(applyToActivity, noActivity);

test('keeps the latest progress of a dataset and a bounded past of its rates', () => {
  const live = after(Array.from({ length: 100 }, (_, done) => progress('1', done))).runs['1']?.datasets['bookings'];
  expect(live?.latest).toMatchObject({ done: 99 });
  expect(live?.rates).toHaveLength(60);
  expect(live?.rates.at(-1)).toBe(99);
});

test('forgets the runs that were silent longest', () => {
  const runs = Array.from({ length: 30 }, (_, run) => progress(`r${run.toString()}`, 1));
  const { runs: known } = after([...runs, progress('r12', 2)]);
  expect(Object.keys(known)).toHaveLength(20);
  expect(known['r12']).toBeDefined();
  expect(known['r3']).toBeUndefined();
});

test('a run that stands still is not forgotten for others that were heard since and are over', () => {
  const over = Array.from({ length: 30 }, (_, run): ConsoleEvent => ({
    type: 'status',
    run: `r${run.toString()}`,
    dataset: null,
    status: 'succeeded',
    at: '2026-11-23T12:00:00Z',
  }));
  const { runs } = after([{ type: 'stall', run: 'still', since: '2026-11-23T12:00:00Z' }, ...over]);
  expect(Object.keys(runs)).toHaveLength(20);
  expect(runs['still']?.stalledSince).toBe('2026-11-23T12:00:00Z');
});

test('an event about something else changes nothing', () => {
  expect(applyToActivity(noActivity, { type: 'profiles' })).toBe(noActivity);
});
