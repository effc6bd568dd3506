import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

describe('trackProgress', () => {
  it('never goes down and never shows 100 % before the verification ended', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ rows: fc.integer({ min: -5, max: 500 }), ms: fc.nat(400) }), { maxLength: 40 }),
        fc.nat(2_000),
        (steps, total) => {
          let clock = 0;
          const { events, listener } = recorded();
          const tracker = trackProgress('r', 'd', listener, () => clock);
          tracker.total(total, 'estimated');
          for (const step of steps) {
            clock += step.ms;
            tracker.advance(step.rows);
            tracker.flush(false);
          }
          const doneValues = events.map((event) => event.done);
          expect(doneValues).toEqual([...doneValues].sort((a, b) => a - b));
          for (const event of events) expect(event.done).toBeLessThan(event.total ?? Infinity);
          tracker.flush(true);
          expect(events.at(-1)?.done).toBe(events.at(-1)?.total);
        },
      ),
    );
  });

  it('gives no total where it is unknown', () => {
    const { events, listener } = recorded();
    const tracker = trackProgress('r', 'd', listener, () => 0);
    tracker.total(0, 'unknown');
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
