import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/engine/counts';
import type { RunStatus } from '../../../shared/engine/documents';
import type { EngineEvent, ProgressEvent } from '../../../shared/engine/events';
import { progressBar, progressLines, progressText } from './lines';
import type { ProgressView } from './view';
import { noProgress, percentOf, withEvent } from './view';

const look = { colors: createColors(false), columns: 100, now: 1000 };

function moved(facts: Partial<ProgressEvent>): ProgressEvent {
  return {
    type: 'progress',
    run: '1',
    dataset: 'bookings',
    phase: 'apply',
    done: 0,
    total: 100,
    total_kind: 'exact',
    rate: null,
    eta_s: null,
    counts: noCounts(),
    at: '2026-01-01T00:00:00Z',
    ...facts,
  };
}

function status(value: RunStatus, dataset: string | null = 'bookings'): EngineEvent {
  return { type: 'status', run: '1', dataset, status: value, at: '2026-01-01T00:00:00Z' };
}

function after(...events: EngineEvent[]): ProgressView {
  return events.reduce((view, event) => withEvent(view, event, 1000), noProgress);
}

const bookings = (...events: EngineEvent[]) => after(...events).get('bookings')!;

describe('the share that is done', () => {
  it('rounds down', () => {
    expect(percentOf(bookings(moved({ done: 459, total: 1000 })))).toBe(45);
  });

  it('is unknown where the total is unknown', () => {
    expect(percentOf(bookings(moved({ done: 5, total: null, total_kind: 'unknown' })))).toBeNull();
    expect(percentOf(bookings(moved({ done: 5, total: 10, total_kind: 'unknown' })))).toBeNull();
    expect(percentOf(bookings(status('running')))).toBeNull();
  });

  it.each(['connect', 'relay', 'plan', 'apply', 'verify'] as const)(
    'is never 100 in phase %s before the verification has ended',
    (phase) => {
      for (const done of [99.9, 100, 150]) {
        expect(percentOf(bookings(status('verifying'), moved({ phase, done })))).toBeLessThan(100);
      }
    },
  );

  it('is 100 once the dataset succeeded, and not where it failed', () => {
    expect(percentOf(bookings(moved({ done: 100 }), status('succeeded')))).toBe(100);
    expect(percentOf(bookings(moved({ done: 100 }), status('failed')))).toBeLessThan(100);
  });

  it('is none where nothing is to be done', () => {
    expect(percentOf(bookings(moved({ done: 0, total: 0 })))).toBeNull();
    expect(percentOf(bookings(moved({ done: 0, total: 0 }), status('succeeded')))).toBe(100);
  });
});

describe('progress', () => {
  it('never goes down', () => {
    expect(bookings(moved({ done: 60 }), moved({ done: 40 })).last?.done).toBe(60);
  });

  it('follows datasets, not the whole run or the log', () => {
    const log: EngineEvent = { type: 'log', run: '1', dataset: 'x', level: 'info', message: 'm', at: '' };
    expect(after(status('running', null), log).size).toBe(0);
  });

  it('remembers when rows last moved', () => {
    const first = withEvent(noProgress, moved({ done: 1 }), 1000);
    const still = withEvent(first, moved({ done: 1 }), 9000);
    expect(still.get('bookings')?.movedAt).toBe(1000);
    expect(withEvent(still, moved({ done: 2 }), 9500).get('bookings')?.movedAt).toBe(9500);
  });
});

describe('progress in words', () => {
  it('gives share, total, rate and time left', () => {
    const text = progressText(bookings(moved({ done: 45_000, total: 100_000, rate: 22_000.4, eta_s: 2.5 })), 1000);
    expect(text).toBe('apply 45 %  45,000 of 100,000, 22,000/s, 3.0 s left');
  });

  it('marks an estimated total', () => {
    const text = progressText(bookings(moved({ done: 5, total: 100, total_kind: 'estimated' })), 1000);
    expect(text).toBe('apply 5 %  5 of ~100');
  });

  it('gives a count and no share where the total is unknown', () => {
    const unknown = moved({ done: 1200, total: null, total_kind: 'unknown', rate: 10, eta_s: 4 });
    expect(progressText(bookings(unknown), 1000)).toBe('apply  1,200 rows, 10/s');
  });

  it('says that nothing is to be done, instead of counting up to nought', () => {
    expect(progressText(bookings(moved({ done: 0, total: 0 })), 1000)).toBe('apply  nothing to do');
  });

  it('says that nothing moves', () => {
    expect(progressText(bookings(moved({ done: 5 })), 43_000)).toContain('! nothing moved for 42 s');
  });

  it('says how a dataset ended', () => {
    expect(progressText(bookings(moved({ done: 1 }), status('partial')), 1000)).toBe('partial, 1 row');
    expect(progressText(bookings(moved({ done: 3, differences: 0 }), status('succeeded')), 1000)).toBe('equal, 3 rows');
    const found = (differences: number) =>
      progressText(bookings(moved({ done: 3001, differences }), status('partial')), 1000);
    expect(found(1)).toBe('1 differs, 3,001 rows compared');
    expect(found(2)).toBe('2 differ, 3,001 rows compared');
    expect(progressText(bookings(moved({ done: 7 }), status('failed')), 1000)).toBe('failed, 7 rows');
  });
});

describe('the live region', () => {
  it('draws a bar only where the total is known', () => {
    const view = after(
      moved({ done: 50 }),
      moved({ dataset: 'travelers', done: 7, total: null, total_kind: 'unknown' }),
    );
    expect(progressLines(view, look, 0, 24)).toEqual([
      '⠋ bookings   ██████████░░░░░░░░░░ apply 50 %  50 of 100',
      '⠋ travelers  apply  7 rows',
    ]);
  });

  it('never fills the bar at 99 %', () => {
    expect(progressBar(99)).toContain('░');
    expect(progressBar(100)).not.toContain('░');
  });

  it('keeps to the height and the width of the terminal', () => {
    const events = Array.from({ length: 40 }, (_, index) => [
      status(index < 10 ? 'succeeded' : index < 30 ? 'running' : 'queued', `dataset-${index}`),
    ]).flat();
    const lines = progressLines(after(...events), { ...look, columns: 20 }, 3, 10);
    expect(lines.length).toBeLessThan(10);
    expect(lines.at(-1)).toBe('10 of 40 datasets done');
    for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThan(20);
  });
});
