import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/engine/counts';
import type { EngineEvent, ProgressEvent } from '../../../shared/engine/events';
import { trackProgress } from './progress';

function recorded(): { events: ProgressEvent[]; listener: (event: EngineEvent) => void } {
  const events: ProgressEvent[] = [];
  return {
    events,
    listener: (event) => {
      if (event.type === 'progress') events.push(event);
    },
  };
}

const share = ({ done, total }: ProgressEvent): number => (total === null || total === 0 ? 0 : done / total);

describe('trackProgress', () => {
  const step = fc.oneof(
    fc.record({ rows: fc.integer({ min: -5, max: 500 }), ms: fc.nat(400) }),
    fc.record({ left: fc.nat(2_000), kind: fc.constantFrom('exact', 'estimated', 'unknown') }),
    fc.record({ more: fc.nat(500) }),
  );

  it('goes down neither in rows nor in its share, and never shows 100 % before the verification ended', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let clock = 0;
        const { events, listener } = recorded();
        const tracker = trackProgress('r', 'd', listener, () => clock);
        for (const one of steps) {
          if ('left' in one) tracker.left(one.left, one.kind);
          else if ('more' in one) tracker.more(one.more);
          else {
            clock += one.ms;
            tracker.advance(one.rows / 2);
          }
          tracker.flush(false);
        }
        const doneValues = events.map((event) => event.done);
        expect(doneValues).toEqual([...doneValues].sort((a, b) => a - b));
        const shares = events.filter(({ total }) => total !== null).map(share);
        expect(shares).toEqual([...shares].sort((a, b) => a - b));
        for (const { done, total } of events) expect(total === 0 ? done === 0 : done < (total ?? Infinity)).toBe(true);
        const known = events.at(-1)?.total_kind;
        tracker.flush(true);
        if (known === 'exact') expect(events.at(-1)?.done).toBe(events.at(-1)?.total);
      }),
    );
  });

  it('says that half is done where a table is written and not yet verified', () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    tracker.left(1_000, 'estimated');
    tracker.advance(500);
    tracker.left(500, 'exact');
    tracker.flush(false);
    expect(events.at(-1)).toMatchObject({ done: 500, total: 1_000 });
  });

  it('tells how long the rest takes, by the time that was spent on this dataset', async () => {
    let clock = 0;
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => clock);
    tracker.left(1_000, 'exact');
    for (let i = 0; i < 10; i += 1) {
      clock += 100;
      tracker.advance(10);
    }
    expect(events.at(-1)).toMatchObject({ rate: 100, eta_s: 9 });
    // An hour passes in which other datasets have their turn.
    clock += 3_600_000;
    await tracker.time('verify', () => {
      clock += 1_000;
      tracker.advance(100);
      return Promise.resolve();
    });
    expect(events.at(-1)).toMatchObject({ done: 200, rate: 100, eta_s: 8 });
  });

  it('has all that is planned from the start, and takes what is done from what is left', () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    tracker.plan(100);
    for (const rows of [10, 60, 40]) {
      tracker.advance(rows, { updated: rows });
      tracker.flush(false);
    }
    expect(events.map(({ counts }) => [counts.planned, counts.updated, counts.not_attempted])).toEqual([
      [100, 10, 90],
      [100, 70, 30],
      // More than was planned is what happened.
      [110, 110, 0],
    ]);
    tracker.settle({ ...noCounts(), planned: 90, updated: 90 });
    tracker.flush(true);
    expect(events.at(-1)?.counts).toMatchObject({ planned: 90, not_attempted: 0 });
  });

  it('gets slower while nothing moves, and counts only the time of its own steps', async () => {
    let clock = 0;
    const { events, listener } = recorded();
    const tracker = trackProgress(
      'r',
      'd',
      listener,
      () => clock,
      () => clock,
    );
    tracker.left(1_000, 'exact');
    clock += 1_000;
    tracker.advance(100);
    clock += 4_000;
    tracker.flush(false);
    expect(events.at(-1)).toMatchObject({ rate: 20, eta_s: 45 });
    expect(tracker.snapshot().spent_ms).toBe(0);
    await tracker.time('apply', () => {
      clock += 60;
      expect(tracker.snapshot().spent_ms).toBe(60);
      return Promise.resolve();
    });
  });

  it('counts what is planned again before a run as a part of it', async () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    await tracker.asMuchAgain(() => {
      tracker.left(100, 'estimated');
      tracker.advance(100);
      return Promise.resolve();
    });
    tracker.left(100, 'estimated');
    tracker.flush(false);
    expect(events.at(-1)).toMatchObject({ done: 50, total: 100 });
    tracker.advance(100);
    tracker.settle({ ...noCounts(), unchanged: 100 });
    tracker.flush(true);
    expect(events.at(-1)).toMatchObject({ done: 100, total: 100, total_kind: 'exact' });
  });

  it('gives up an estimate that was far too low instead of standing at 99 %', () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    tracker.left(100, 'estimated');
    tracker.advance(105);
    tracker.flush(false);
    expect(events.at(-1)).toMatchObject({ done: 105, total: 106, total_kind: 'estimated' });
    tracker.advance(500);
    tracker.flush(false);
    expect(events.at(-1)).toMatchObject({ done: 605, total: null, total_kind: 'unknown', eta_s: null });
  });

  it('has a total of 0 where nothing is pending', () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    tracker.left(0, 'exact');
    tracker.flush(false);
    tracker.flush(true);
    expect(events.length).toBeGreaterThan(1);
    for (const event of events) expect(event).toMatchObject({ done: 0, total: 0, total_kind: 'exact' });
  });

  it('gives no total where it is unknown', () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    tracker.left(0, 'unknown');
    tracker.advance(5);
    tracker.flush(true);
    expect(events.at(-1)).toMatchObject({ done: 5, total: null, total_kind: 'unknown', eta_s: null });
  });

  it('emits at most ten events a second', () => {
    let clock = 0;
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => clock);
    for (; clock < 1_000; clock += 1) tracker.advance(1);
    expect(events.length).toBeLessThanOrEqual(10);
  });
});
