import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startRedis } from './redis';
import type { RedisServer } from './redis';

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await question(client);
  } finally {
    client.disconnect();
  }
}

describe('a Redis of its own', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => ask(server.url(), (client) => client.flushall()));

  test('tells its version and keeps nothing on disk', async () => {
    expect(server.version).toMatch(/^\d+\.\d+/);
    expect(await ask(server.url(), (client) => client.config('GET', 'save'))).toEqual(['save', '']);
    expect(await ask(server.url(), (client) => client.config('GET', 'appendonly'))).toEqual(['appendonly', 'no']);
  });

  test('gives urls for its databases', async () => {
    await ask(server.url(3), (client) => client.set('a', '3'));
    expect(await ask(server.url(3), (client) => client.get('a'))).toBe('3');
    expect(await ask(server.url(), (client) => client.get('a'))).toBeNull();
  });

  test('restarts on the same port with its data, or empty', async () => {
    await ask(server.url(), (client) => client.set('a', '1'));
    await server.restart({ empty: false });
    expect(await ask(server.url(), (client) => client.get('a'))).toBe('1');
    await server.restart({ empty: true });
    expect(await ask(server.url(), (client) => client.get('a'))).toBeNull();
  });

  test('loses everything by kill -9, also what an earlier restart had kept', async () => {
    await ask(server.url(), (client) => client.set('a', '1'));
    await server.restart({ empty: false });
    await server.kill9();
    await expect(ask(server.url(), (client) => client.get('a'))).rejects.toThrow();
    await server.restart({ empty: false });
    expect(await ask(server.url(), (client) => client.get('a'))).toBeNull();
  });
});

test('passes arguments on, and says in the words of the server why it did not start', async () => {
  const server = await startRedis({ args: ['--maxmemory', '64mb'] });
  expect(await ask(server.url(), (client) => client.config('GET', 'maxmemory'))).toEqual(['maxmemory', '67108864']);
  await server.stop();
  await expect(startRedis({ args: ['--maxmemory', 'plenty'] })).rejects.toMatchObject({
    code: 'SERVER_FAILED',
    message: expect.stringContaining('maxmemory') as string,
  });
});

describe('on a machine without Redis and without apt', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubEnv('PATH', '/nowhere');
  });
  afterEach(() => vi.unstubAllEnvs());

  test('names the package to install', async () => {
    const fresh = await import('./redis');
    await expect(fresh.startRedis()).rejects.toMatchObject({
      code: 'SERVER_MISSING',
      hint: expect.stringContaining('redis-server') as string,
    });
  });
});
