import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events';
import type { RunsLately } from '../../engine/system/runs-lately';
import type { ConsoleBench } from '../testing/console-bench';
import { openConsoleBench } from '../testing/console-bench';
import { readLately } from './lately';
import type { Reading } from './lately';

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await openConsoleBench();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

afterAll(() => bench.close());

/** A session that somebody may open and lose, and how often its history was asked. */
function followed(active: RunsLately['active'] = []) {
  vi.useFakeTimers();
  const state = { openedAt: 'first', lost: false, asked: 0, fails: false };
  const listeners: ((event: ConsoleEvent) => void)[] = [];
  const lately = (): Promise<RunsLately> => {
    state.asked += 1;
    return state.fails ? Promise.reject(new Error('away')) : Promise.resolve({ newest: null, active });
  };
  const reader = readLately({
    hub: { isHeard: () => true, onPublish: (listener) => void listeners.push(listener) },
    session: {
      current: () => ({ opened_at: state.openedAt }) as Reading['opened'],
      engine: () => ({ lately }) as unknown as Reading['engine'],
      unreachable: () => (state.lost ? { message: 'away', retry_at: null } : null),
    },
    isOwn: (run) => run === 'own',
  });
  const publish = (event: ConsoleEvent): void => listeners.forEach((listener) => listener(event));
  return { state, reader, publish };
}

const run = { kind: 'run' as const, operator: 'cron', host: 'db1', datasets: ['cities'], moved: '1' };

it('asks once for all who follow, every second and a half, and every second while others work', async () => {
  const { state, reader } = followed();
  const seen: string[] = [];
  for (const name of ['alerts', 'pages'])
    reader.onReading(() => {
      seen.push(name);
      return Promise.resolve();
    });
  await vi.advanceTimersByTimeAsync(6000);
  expect(state.asked).toBe(4);
  expect(seen).toEqual(Array.from({ length: 4 }, () => ['alerts', 'pages']).flat());
  reader.end();
  await vi.advanceTimersByTimeAsync(6000);
  expect(state.asked).toBe(4);

  const others = followed([{ ...run, id: 'theirs' }]);
  await vi.advanceTimersByTimeAsync(6500);
  expect(others.state.asked).toBe(6);
  const own = followed([{ ...run, id: 'own' }]);
  await vi.advanceTimersByTimeAsync(6000);
  expect(own.state.asked).toBe(4);
});

it('asks at once where another environment is opened, not while its servers are away, and goes on after a failure', async () => {
  const { state, reader, publish } = followed();
  const places: string[] = [];
  reader.onReading(({ opened }) => {
    places.push(opened.opened_at);
    return Promise.reject(new Error('its own'));
  });
  await vi.advanceTimersByTimeAsync(1500);
  state.openedAt = 'second';
  publish({ type: 'session' });
  await vi.advanceTimersByTimeAsync(0);
  expect(places).toEqual(['first', 'second']);
  state.lost = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(state.asked).toBe(2);
  state.lost = false;
  state.fails = true;
  await vi.advanceTimersByTimeAsync(3000);
  expect(state.asked).toBe(4);
  state.fails = false;
  await vi.advanceTimersByTimeAsync(1500);
  expect(places).toEqual(['first', 'second', 'second']);
});

it('gives who is still at work with a reading the one that comes after, and keeps nobody else waiting', async () => {
  const { reader } = followed();
  let slow = 0;
  let quick = 0;
  reader.onReading(() => {
    slow += 1;
    return new Promise((resolve) => setTimeout(resolve, 4000));
  });
  reader.onReading(() => {
    quick += 1;
    return Promise.resolve();
  });
  await vi.advanceTimersByTimeAsync(6000);
  expect({ slow, quick }).toEqual({ slow: 2, quick: 4 });
});

it('asks an open environment at most four statements at each look, with a page that looks on', async () => {
  await bench.console.open(bench.opening());
  await bench.call('environment.init', { take_over: false, confirm: null });
  const asked = vi.spyOn(pg.Client.prototype, 'query');
  const statements = (): readonly string[] =>
    asked.mock.calls.map(([first]: readonly unknown[]) =>
      typeof first === 'string' ? first : ((first as { readonly text?: string }).text ?? ''),
    );
  const looks = (): number => statements().filter((text) => text.includes('AS newest')).length;
  const comeTo = (count: number) => expect.poll(looks, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  // What is read once, when it is opened, is over by the second look.
  await comeTo(2);
  asked.mockClear();
  await comeTo(3);
  const ofHistory = statements().filter((text) => /astro_sync\.(run|migration)/.test(text));
  expect(ofHistory.length).toBeLessThanOrEqual(looks() * 4 + 3);
});
