import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDownloads } from './downloads';

const downloads = createDownloads();
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (!downloads.answer(request.url ?? '', response)) response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function offered(bytes: number): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'astro-sync-download-'));
  const file = join(folder, 'export.csv');
  writeFileSync(file, Buffer.alloc(bytes, 'x'));
  return { folder, path: downloads.offer(file, 'runs.csv') };
}

test('a file goes with what was offered once it is fetched', async () => {
  const { folder, path } = offered(1000);
  const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`);
  expect(answer.headers.get('content-length')).toBe('1000');
  expect((await answer.text()).length).toBe(1000);
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false));
});

test('a download that is cut in the middle leaves nothing behind', async () => {
  const { folder, path } = offered(200_000_000);
  await new Promise<void>((cut) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      response.once('data', () => {
        response.destroy();
        cut();
      });
    });
  });
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), 5000);
});

test('a file that has gone ends its download, not the host', async () => {
  const { folder, path } = offered(10);
  rmSync(folder, { recursive: true });
  await expect(fetch(`http://127.0.0.1:${String(port)}${path}`)).rejects.toThrow();
  expect((await fetch(`http://127.0.0.1:${String(port)}${path}`)).status).toBe(404);
});
