import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { readAsset } from '../electron/main/page-protocol';

const builtPage = resolve(import.meta.dirname, '../out/renderer');

const server = createServer((request, response) => {
  void readAsset(builtPage, new URL(request.url ?? '/', 'http://localhost').pathname).then(
    ({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    },
  );
});

test.beforeAll(() => new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready)));
test.afterAll(() => new Promise((closed) => server.close(closed)));

test('the built page loads under its content security policy', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`content security policy: ${event.violatedDirective} refused ${event.blockedURI}`);
    });
  });

  const answer = await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);

  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'");
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('AstroBookings Sync Console');
  expect(complaints).toEqual([]);
});
