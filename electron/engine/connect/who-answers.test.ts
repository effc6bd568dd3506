import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, createTestRedis } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { RedisServer } from '../../sandbox/servers/redis';
import { postgresDatabase } from './postgres';
import { redisDatabase } from './redis';
import { answersAs } from './who-answers';

let database: TestDatabase;
let redis: RedisServer;

beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
});
afterAll(() => Promise.allSettled([database.drop(), redis.stop()]));

const addressOf = (url: string): { host: string; port: number } => ({
  host: new URL(url).hostname,
  port: Number(new URL(url).port),
});

it('tells a Redis from a PostgreSQL and from nobody', async () => {
  const [postgres, cache] = [addressOf(database.url), addressOf(redis.url())];
  expect(await answersAs('postgres', postgres)).toBe(true);
  expect(await answersAs('redis', postgres)).toBe(false);
  expect(await answersAs('redis', cache)).toBe(true);
  expect(await answersAs('postgres', cache)).toBe(false);
  expect(await answersAs('redis', { host: '127.0.0.1', port: 1 })).toBe(false);
});

const wrong = { password: null, tls: null, connectTimeoutMs: 1_500 };

it('is named where a database of the environment points at a server of the other engine', async () => {
  const ops = postgresDatabase({
    ...wrong,
    ...addressOf(redis.url()),
    name: 'operations',
    database: 'ops',
    user: 'sync',
  });
  await expect(ops.connect('test')).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringMatching(
      /^Could not connect to operations \(.*\): a Redis answers there, no PostgreSQL$/,
    ) as string,
    hint: expect.stringContaining('Correct databases.operations') as string,
  });
  const cache = redisDatabase({
    ...wrong,
    ...addressOf(database.url),
    name: 'cache',
    db: 0,
    username: null,
    allowEviction: false,
  });
  await expect(cache.connect('test')).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringMatching(
      /^Could not connect to cache \(.*\): a PostgreSQL answers there, no Redis$/,
    ) as string,
    hint: expect.stringContaining('Correct databases.cache') as string,
  });
});
