import { expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { defaultSettings } from '../../../shared/contract/settings';
import { createHub } from '../events/hub';
import { sessionSecrets } from '../secrets/session-secrets';
import { createAlerts } from './alerts';

it('an alert that cannot be kept is told of all the same', () => {
  const hub = createHub();
  const notices: Alert[] = [];
  const seen: ConsoleEvent[] = [];
  hub.onPublish((event) => seen.push(event));
  const full = (): never => {
    throw new Error('ENOSPC');
  };
  createAlerts({
    hub,
    inbox: {
      list: () => [],
      damaged: () => null,
      unread: () => 0,
      add: full,
      markRead: full,
      clear: full,
      newlyTold: full,
      seen: () => null,
      newSince: full,
    },
    settings: { damaged: () => null, get: () => defaultSettings, set: full, changed: full },
    secrets: sessionSecrets(),
    taskOf: () => undefined,
    notice: (alert) => {
      notices.push(alert);
      return Promise.resolve({ shown: true, detail: '' });
    },
  });
  hub.publish({
    type: 'task',
    task: {
      id: '1',
      kind: 'run',
      environment: 'eu',
      datasets: ['cities'],
      state: 'failed',
      run: null,
      started_at: '2026-01-01T00:00:00.000Z',
      ended_at: '2026-01-01T00:00:01.000Z',
      document: null,
      error: { code: 'CONNECT_FAILED', message: 'no way', hint: null, retryable: true, details: {} },
    },
  });
  expect(notices).toMatchObject([{ reason: 'failed', body: 'no way' }]);
  expect(seen.map(({ type }) => type)).toEqual(expect.arrayContaining(['alert', 'log']));
  hub.close();
});
