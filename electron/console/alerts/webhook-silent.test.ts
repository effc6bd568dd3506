import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { defaultSettings } from '../../../shared/contract/settings';
import { sendWebhook } from './webhook';

const alert: Alert = {
  id: '1',
  at: '2026-01-01T00:00:00.000Z',
  environment: 'eu',
  run: null,
  datasets: [],
  reason: 'failed',
  title: 'one',
  body: 'two',
  read: false,
};

it('gives up on a receiver that takes the alert and says nothing, also where memory was collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const server = createServer((request) => request.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const collecting = setInterval(collect, 50);
  try {
    const settings = { ...defaultSettings.webhook, timeout_s: 0.5, attempts: 1 };
    const stop = new AbortController();
    expect(await sendWebhook(`http://127.0.0.1:${String(port)}/`, alert, settings, stop.signal)).toEqual({
      delivered: false,
      status: null,
      attempts: 1,
      detail: 'The receiver did not answer within 0.5 s.',
    });
  } finally {
    clearInterval(collecting);
    server.closeAllConnections();
    server.close();
  }
});
