import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useConsole } from './console-store';
import { toast } from './toasts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  useConsole.setState({ toasts: [] });
});

const titles = (): string[] => useConsole.getState().toasts.map(({ title }) => title);

test('a note goes by itself, and one with a text that is to be used stays until it is closed', async () => {
  toast({ tone: 'good', title: 'done' });
  toast({ tone: 'warn', title: 'for the administrator', detail: 'GRANT …', stays: true });
  toast({ tone: 'bad', title: 'failed' });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(titles()).toEqual(['for the administrator', 'failed']);
});
