import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/engine/counts';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { createHub } from './hub';
import type { Hub, HubFrame } from './hub';

function progress(run: string, dataset: string, done: number): ConsoleEvent {
  return {
    type: 'progress',
    run,
    dataset,
    phase: 'apply',
    done,
    total: 1000,
    total_kind: 'exact',
    rate: null,
    eta_s: null,
    counts: noCounts(),
    at: '2026-01-01T00:00:00.000Z',
  };
}

function status(run: string, state: 'running' | 'succeeded', dataset: string | null = null): ConsoleEvent {
  return { type: 'status', run, dataset, status: state, at: '2026-01-01T00:00:00.000Z' };
}

const settings: ConsoleEvent = { type: 'settings' };

let hub: Hub;
let frames: HubFrame[];

/** Subscribes; the events come into `frames`. */
function listen(after: { host: string; seq: number } | null = null): () => void {
  frames = [];
  return hub.subscribe(after, (frame) => frames.push(frame));
}

function seen(): ConsoleEvent[] {
  return frames.flatMap((frame) => (frame.kind === 'events' ? frame.events.map(({ event }) => event) : []));
}

function numbers(): number[] {
  return frames.flatMap((frame) => (frame.kind === 'events' ? frame.events.map(({ seq }) => seq) : []));
}

beforeEach(() => {
  hub = createHub(5);
});

afterEach(() => {
  hub.close();
});

describe('events of a host', () => {
  it('are numbered one after the other, for every page alike', () => {
    hub.publish(settings);
    listen();
    hub.publish(settings);
    hub.publish(settings);
    expect(frames[0]).toEqual({ kind: 'subscribed', host: hub.host, seq: 1, complete: true });
    expect(numbers()).toEqual([2, 3]);
  });

  it('go on after the last one that a page saw', () => {
    for (let i = 0; i < 5; i += 1) hub.publish(settings);
    listen({ host: hub.host, seq: 2 });
    expect(frames[0]).toMatchObject({ seq: 2, complete: true });
    expect(numbers()).toEqual([3, 4, 5]);
    hub.publish(settings);
    expect(numbers()).toEqual([3, 4, 5, 6]);
  });

  it('are incomplete where the host has forgotten some', () => {
    for (let i = 0; i < 8; i += 1) hub.publish(settings);
    listen({ host: hub.host, seq: 2 });
    expect(frames).toEqual([{ kind: 'subscribed', host: hub.host, seq: 8, complete: false }]);
  });

  it.each([
    ['another life of the host', { host: 'another', seq: 2 }],
    ['a number that was never given', { host: '', seq: 99 }],
  ])('are incomplete after %s', (_what, after) => {
    for (let i = 0; i < 3; i += 1) hub.publish(settings);
    listen({ ...after, host: after.host === '' ? hub.host : after.host });
    expect(frames).toEqual([{ kind: 'subscribed', host: hub.host, seq: 3, complete: false }]);
  });

  it('stop when a page ends its subscription', () => {
    listen()();
    hub.publish(settings);
    expect(numbers()).toEqual([]);
  });
});

describe('a flood of events', () => {
  it('comes together ten times a second, whole and in its order', async () => {
    hub = createHub(10_000);
    listen();
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < 1000) {
      for (let i = 0; i < 20; i += 1) {
        count += 1;
        hub.publish({ type: 'log', run: 'r', dataset: 'a', level: 'warn', message: String(count), at: '' });
      }
      await pause(4);
    }
    await pause(250);
    expect(count).toBeGreaterThan(500);
    expect(frames.length).toBeLessThanOrEqual(1 + 10 + 13);
    expect(seen().map((event) => (event.type === 'log' ? event.message : event.type))).toEqual(
      Array.from({ length: count }, (_, index) => String(index + 1)),
    );
  });

  it('does not reach a page that has gone', async () => {
    const end = listen();
    for (let i = 0; i < 30; i += 1) hub.publish(settings);
    const before = seen().length;
    expect(before).toBe(10);
    end();
    await pause(200);
    expect(seen()).toHaveLength(before);
  });
});

describe('progress', () => {
  it('comes at most ten times a second for a run, and the latest of each dataset comes in the end', async () => {
    listen();
    const start = performance.now();
    let done = 0;
    while (performance.now() - start < 550) {
      done += 1;
      hub.publish(progress('r', 'a', done));
      hub.publish(progress('r', 'b', done));
      await pause(5);
    }
    const within = seen().length;
    expect(within).toBeGreaterThanOrEqual(3);
    expect(within).toBeLessThanOrEqual(7);
    await pause(350);
    const events = seen();
    expect(events.filter((event) => event.type === 'progress' && event.dataset === 'a').at(-1)).toMatchObject({ done });
    expect(events.filter((event) => event.type === 'progress' && event.dataset === 'b').at(-1)).toMatchObject({ done });
  });

  it('of one run does not hold up that of another, nor anything else', () => {
    listen();
    hub.publish(progress('r1', 'a', 1));
    hub.publish(progress('r1', 'a', 2));
    hub.publish(progress('r2', 'a', 1));
    hub.publish(status('r1', 'running'));
    hub.publish(settings);
    expect(seen().map((event) => ('run' in event ? event.run : event.type))).toEqual(['r1', 'r2', 'r1', 'settings']);
  });

  it('does not come after the end of its run', async () => {
    listen();
    hub.publish(progress('r', 'a', 1));
    hub.publish(progress('r', 'a', 2));
    hub.publish(status('r', 'succeeded'));
    await pause(250);
    expect(seen().map(({ type }) => type)).toEqual(['progress', 'status']);
  });
});
