import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noCounts } from '../../../shared/engine/counts';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { followRuns } from '../../../shared/contract/follow-runs';
import type { LiveRuns } from '../../../shared/contract/live-run';
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
  hub = createHub({ keep: 5 });
});

afterEach(() => {
  hub.close();
});

/** Until everything that was published is with the pages. */
const settled = (): Promise<void> => pause(250);

describe('events of a host', () => {
  it('are numbered one after the other, for every page alike', async () => {
    hub.publish(settings);
    listen();
    hub.publish(settings);
    hub.publish(settings);
    await settled();
    expect(frames[0]).toEqual({ kind: 'subscribed', host: hub.host, seq: 1, complete: true });
    expect(numbers()).toEqual([2, 3]);
  });

  it('go on after the last one that a page saw', async () => {
    for (let i = 0; i < 5; i += 1) hub.publish(settings);
    await settled();
    listen({ host: hub.host, seq: 2 });
    expect(frames[0]).toMatchObject({ seq: 2, complete: true });
    expect(numbers()).toEqual([3, 4, 5]);
    hub.publish(settings);
    expect(numbers()).toEqual([3, 4, 5, 6]);
  });

  it('are incomplete where the host has forgotten some', async () => {
    for (let i = 0; i < 8; i += 1) hub.publish(settings);
    await settled();
    listen({ host: hub.host, seq: 2 });
    expect(frames).toEqual([
      { kind: 'subscribed', host: hub.host, seq: 8, complete: false },
      { kind: 'live', runs: {} },
    ]);
  });

  it.each([
    ['another life of the host', { host: 'another', seq: 2 }],
    ['a number that was never given', { host: '', seq: 99 }],
  ])('are incomplete after %s', async (_what, after) => {
    for (let i = 0; i < 3; i += 1) hub.publish(settings);
    await settled();
    listen({ ...after, host: after.host === '' ? hub.host : after.host });
    expect(frames[0]).toEqual({ kind: 'subscribed', host: hub.host, seq: 3, complete: false });
    expect(numbers()).toEqual([]);
  });

  it('stop when a page ends its subscription', async () => {
    listen()();
    hub.publish(settings);
    await settled();
    expect(numbers()).toEqual([]);
    expect(hub.isHeard()).toBe(false);
  });

  it('of a shape that the contract does not know reach no page, and are said to be a defect, without their values', async () => {
    const defects: string[] = [];
    hub = createHub({ onDefect: (message) => defects.push(message) });
    listen();
    hub.publish({ ...progress('r', 'a', 1), done: 'canary' } as unknown as ConsoleEvent);
    hub.publish(settings);
    await settled();
    expect(seen()).toEqual([settings]);
    expect(numbers()).toEqual([1]);
    expect(defects).toEqual([expect.stringMatching(/"progress".*done/u)]);
    expect(defects[0]).not.toContain('canary');
  });
});

/** Publishes for that long. @returns the most frames with events that came within any one second */
async function mostInASecond(milliseconds: number, publish: (round: number) => void): Promise<number> {
  const at: number[] = [];
  const end = hub.subscribe(null, (frame) => {
    if (frame.kind === 'events') at.push(performance.now());
  });
  const start = performance.now();
  for (let round = 0; performance.now() - start < milliseconds; round += 1) {
    publish(round);
    await pause(4);
  }
  await settled();
  end();
  return Math.max(...at.map((from) => at.filter((each) => each >= from && each < from + 1000).length));
}

describe('a flood of events', () => {
  it('comes in at most ten updates within any one second, whole and in its order, whatever it is made of', async () => {
    hub = createHub({ keep: 100_000 });
    listen();
    let count = 0;
    const most = await mostInASecond(1600, (round) => {
      for (let i = 0; i < 20; i += 1) {
        count += 1;
        hub.publish({ type: 'log', run: 'r', dataset: 'a', level: 'warn', message: String(count), at: '' });
      }
      hub.publish(status('r', 'running', `d${String(round)}`));
      hub.publish({ type: 'stall', run: 'r', since: null });
      hub.publish(progress('r', 'a', round));
    });
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(3);
    const logged = seen().filter((event) => event.type === 'log');
    expect(logged.map(({ message }) => message)).toEqual(Array.from({ length: count }, (_, i) => String(i + 1)));
  });

  it('of 200 datasets of one run comes with the latest of each, no later than one update', async () => {
    listen();
    let last = 0;
    const most = await mostInASecond(1300, (round) => {
      last = round;
      for (let dataset = 0; dataset < 200; dataset += 1) hub.publish(progress('r', `d${String(dataset)}`, round));
    });
    expect(most).toBeLessThanOrEqual(10);
    const latest = new Map(seen().map((event) => (event.type === 'progress' ? [event.dataset, event.done] : ['', 0])));
    expect(latest.size).toBe(200);
    expect(new Set(latest.values())).toEqual(new Set([last]));
  });

  it('does not reach a page that has gone', async () => {
    const end = listen();
    for (let i = 0; i < 30; i += 1) hub.publish(settings);
    expect(seen()).toHaveLength(1);
    end();
    await settled();
    expect(seen()).toHaveLength(1);
  });
});

describe('an event that is alone', () => {
  it('goes out at once', () => {
    listen();
    hub.publish(settings);
    expect(seen()).toEqual([settings]);
  });
});

describe('progress', () => {
  it('comes before the end of its run, and only its latest', async () => {
    listen();
    for (const done of [1, 2, 3]) hub.publish(progress('r', 'a', done));
    hub.publish(status('r', 'succeeded'));
    await settled();
    expect(seen()).toMatchObject([{ done: 1 }, { done: 3 }, { status: 'succeeded' }]);
  });
});

describe('a page that comes later, or is loaded anew', () => {
  it('gets the runs under way as a page knows them that was there from the start', async () => {
    let followed: LiveRuns = {};
    hub.subscribe(null, (frame) => {
      if (frame.kind === 'events') for (const { event } of frame.events) followed = followRuns(followed, event);
    });
    hub.publish(status('r', 'running'));
    hub.publish(progress('r', 'a', 1));
    await settled();
    hub.publish({ ...progress('r', 'a', 2), rate: 7 } as ConsoleEvent);
    hub.publish({ type: 'stall', run: 'r', since: '2026-01-01T00:00:00Z' });
    await settled();
    listen();
    expect(frames.at(-1)).toEqual({ kind: 'live', runs: followed });
    expect(followed['r']).toMatchObject({
      status: 'running',
      stalledSince: '2026-01-01T00:00:00Z',
      datasets: { a: { latest: { done: 2 }, rates: [0, 7] } },
    });
  });

  it('gets none that is over', async () => {
    hub.publish(progress('r', 'a', 1));
    hub.publish(status('r', 'succeeded'));
    await settled();
    listen();
    expect(frames.at(-1)).toEqual({ kind: 'live', runs: {} });
  });
});
