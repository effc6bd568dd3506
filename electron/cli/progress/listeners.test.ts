import { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/engine/counts';
import type { EngineEvent } from '../../../shared/engine/events';
import { eventLines, plainLines } from './listeners';

function recorder(): { stream: Writable; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

const progress = (done: number, dataset = 'bookings'): EngineEvent => ({
  type: 'progress',
  run: '1',
  dataset,
  phase: 'apply',
  done,
  total: 100,
  total_kind: 'exact',
  rate: null,
  eta_s: null,
  counts: noCounts(),
  at: '2026-01-01T00:00:00Z',
});

describe('progress with --json', () => {
  it("is the engine's events, one a line", () => {
    const { stream, text } = recorder();
    const { listener } = eventLines(stream);
    const events = [progress(1), progress(2)];
    for (const event of events) listener(event);
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as EngineEvent)).toEqual(events);
  });
});

describe('progress without a terminal', () => {
  it('is a line for each dataset at work every few seconds, and one for each that ended', () => {
    let now = 0;
    const { stream, text } = recorder();
    const { listener } = plainLines(stream, () => ({ colors: createColors(false), columns: 80, now }));
    listener(progress(1));
    listener(progress(2, 'travelers'));
    expect(text()).toBe('');
    now = 3100;
    listener(progress(30));
    now = 3200;
    listener(progress(31));
    listener({ type: 'status', run: '1', dataset: 'travelers', status: 'succeeded', at: '' });
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^\S+ \S+ {2}/, ''))).toEqual([
      'bookings  apply 30 %  30 of 100',
      'travelers  apply 2 %  2 of 100',
      'travelers  succeeded, 2 rows',
    ]);
  });

  it('tells warnings at once and keeps the rest of the log back', () => {
    const { stream, text } = recorder();
    const { listener } = plainLines(stream, () => ({ colors: createColors(false), columns: 80, now: 0 }));
    const log = { type: 'log' as const, run: null, dataset: 'x', at: '' };
    listener({ ...log, level: 'info', message: 'quiet' });
    listener({ ...log, level: 'warn', message: 'loud\u001b' });
    expect(text()).toBe('! warning x: loud⟨U+001B⟩\n');
  });
});
