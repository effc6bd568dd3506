import { expect, it } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import { blockedPorts } from './blocked-ports';
import { assertWebhookAddress, sendWebhook } from './webhook';

it.each([...blockedPorts])('port %i is one that fetch never calls', async (port) => {
  const refused = fetch(`https://127.0.0.1:${String(port)}/`);
  await expect(refused).rejects.toMatchObject({ cause: { message: 'bad port' } });
});

it('an address with such a port is refused where it is saved, and told where it was saved before', async () => {
  expect(() => assertWebhookAddress('https://hooks.example.com:6000/x')).toThrow(
    'Port 6000 is one that is never called',
  );
  expect(() => assertWebhookAddress('https://hooks.example.com:8443/x')).not.toThrow();
  const settings = { enabled: true, format: 'json', has_url: true, timeout_s: 5, attempts: 3 } as const;
  expect(await sendWebhook('http://127.0.0.1:6000/x', {} as Alert, settings)).toEqual({
    delivered: false,
    status: null,
    attempts: 1,
    detail: 'Port 6000 is one that is never called, since it belongs to another protocol.',
  });
});
