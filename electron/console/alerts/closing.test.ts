import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { defaultSettings } from '../../../shared/contract/settings';
import { createHub } from '../events/hub';
import { sessionSecrets } from '../secrets/session-secrets';
import { createAlerts, webhookSecret } from './alerts';
import type { Alerts } from './alerts';

const received: string[] = [];
/** What the receiver waits for before it answers. */
let answer: Promise<void> = Promise.resolve();

const receiver = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    void answer.then(() => {
      received.push((JSON.parse(text) as Alert).reason);
      response.writeHead(200).end();
    });
  });
});
let address: string;

beforeAll(async () => {
  await new Promise<void>((done) => {
    receiver.listen(0, '127.0.0.1', done);
  });
  address = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/`;
});

afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

async function alertsTo(url: string): Promise<Alerts> {
  const secrets = sessionSecrets();
  await secrets.set(webhookSecret, url, false);
  const settings = { ...defaultSettings, webhook: { ...defaultSettings.webhook, enabled: true } };
  return createAlerts({
    hub: createHub(),
    inbox: {
      list: () => [],
      damaged: () => null,
      unread: () => 0,
      add: () => undefined,
      markRead: () => undefined,
      clear: () => undefined,
      newlyTold: () => [],
      seen: () => null,
      newSince: () => [],
    },
    settings: { damaged: () => null, get: () => settings, set: () => settings, changed: () => settings },
    secrets,
    taskOf: () => undefined,
    notice: () => Promise.resolve({ shown: true, detail: '' }),
  });
}

const stall = { environment: 'eu', run: 'r', kind: 'run', datasets: ['cities'], who: 'olga', since: '' } as const;

it('sends before it ends what is on its way and what still waits', async () => {
  let go = (): void => undefined;
  answer = new Promise((resolve) => (go = resolve));
  const alerts = await alertsTo(address);
  alerts.ofStall(stall);
  // The second word about that run would wait for the minute to be over.
  alerts.ofStall({ ...stall, who: 'otto' });
  expect(received).toEqual([]);
  const closed = alerts.close();
  go();
  await closed;
  expect(received).toEqual(['stalled', 'stalled']);
});

it('does not wait for a receiver that never answers', async () => {
  answer = new Promise(() => undefined);
  const alerts = await alertsTo(address);
  alerts.ofStall(stall);
  const start = performance.now();
  await alerts.close();
  // Three seconds, not the ten that a try may take, three times.
  expect(performance.now() - start).toBeLessThan(8000);
});
