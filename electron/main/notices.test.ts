import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Alert } from '../../shared/contract/alert';
import { noticesOf } from './notices';
import type { Notices } from './notices';

/** Stands for the system's notice: keeps what it was made of, and is clicked by the test. */
class Notice extends EventEmitter {
  static made: Notice[] = [];
  static supported = true;
  static outcome: 'show' | 'failed' | 'silence' = 'show';
  static isSupported = () => Notice.supported;
  readonly options: { readonly title: string; readonly body: string; readonly silent?: boolean };
  constructor(options: { readonly title: string; readonly body: string; readonly silent?: boolean }) {
    super();
    this.options = options;
    Notice.made.push(this);
  }
  show() {
    if (Notice.outcome === 'show') this.emit('show', {});
    if (Notice.outcome === 'failed') this.emit('failed', {}, 'no server');
  }
}

const Notification = Notice as unknown as Notices['Notification'];
const alert: Alert = {
  id: '1',
  at: '2026-01-01T00:00:00Z',
  environment: 'eu',
  run: '42',
  datasets: ['bookings'],
  reason: 'failed',
  title: 'Run 42 failed in eu',
  body: 'bookings: a foreign key is missing',
  read: false,
};

beforeEach(() => {
  Notice.made = [];
  Notice.supported = true;
  Notice.outcome = 'show';
});

test('a click on a notice opens its run', async () => {
  const opened: string[] = [];
  const notice = noticesOf({ Notification, open: (place) => opened.push(place) });
  expect(await notice(alert, true)).toMatchObject({ shown: true });
  expect(Notice.made[0]?.options).toEqual({
    title: alert.title,
    body: alert.body,
    silent: false,
    urgency: 'critical',
  });
  Notice.made[0]?.emit('click');
  await notice({ ...alert, run: null }, false);
  Notice.made[1]?.emit('click');
  expect(opened).toEqual(['run/42', '/alerts']);
});

test('says why none was shown', async () => {
  const notice = noticesOf({ Notification, open: () => undefined });
  Notice.outcome = 'failed';
  expect(await notice(alert, true)).toEqual({ shown: false, detail: 'no server' });
  Notice.supported = false;
  expect(await notice(alert, true)).toMatchObject({ shown: false });
});

test('does not wait for a system that says nothing', async () => {
  vi.useFakeTimers();
  Notice.outcome = 'silence';
  const answer = noticesOf({ Notification, open: () => undefined })(alert, true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await answer).toEqual({ shown: true, detail: 'Handed to the system' });
  vi.useRealTimers();
});
