import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../../../shared/contract/methods/session';
import { useConsole } from './console-store';
import { toast } from './toasts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  useConsole.setState({ toasts: [], session: undefined });
});

const titles = (): string[] => useConsole.getState().toasts.map(({ title }) => title);

/** An environment is open, and nothing else is asked of it here. */
const opened = (at: string): void => useConsole.setState({ session: { opened_at: at } as Session });

test('a note goes by itself, and one with a text that is to be used stays until it is closed', async () => {
  toast({ tone: 'good', title: 'done' });
  toast({ tone: 'warn', title: 'for the administrator', detail: 'GRANT …', stays: true });
  toast({ tone: 'bad', title: 'failed' });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(titles()).toEqual(['for the administrator', 'failed']);
});

test('a note of an environment goes with it, also one that stays; what speaks of none is kept', () => {
  opened('2026-01-01T00:00:00Z');
  toast({ tone: 'good', title: 'removed from orbit', detail: '', stays: true });
  toast({ tone: 'bad', title: 'failed in orbit' });
  toast({ tone: 'warn', title: 'saved as orbit.yaml', detail: 'astro-sync …', stays: true, apart: true });
  useConsole.setState({ overlay: 'keys' });
  expect(titles()).toHaveLength(3);
  opened('2026-01-01T00:01:00Z');
  expect(titles()).toEqual(['saved as orbit.yaml']);
  toast({ tone: 'bad', title: 'failed in station' });
  useConsole.setState({ session: null });
  expect(titles()).toEqual(['saved as orbit.yaml']);
});
