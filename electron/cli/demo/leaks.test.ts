import { Redis } from 'ioredis';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, createTestRedis } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { RedisServer } from '../../sandbox/servers/redis';
import { findLeaks } from './leaks';

const hash = '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA';
let server: RedisServer;
let databases: TestDatabase[];
let operations: pg.Client;
let system: pg.Client;
let cache: Redis;

beforeAll(async () => {
  server = await createTestRedis();
  databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
  [operations, system] = (await Promise.all(databases.map((database) => database.client()))) as [pg.Client, pg.Client];
  for (const client of [operations, system]) {
    await client.query('create schema astro_sync; create table astro_sync.job_queue (id bigint, data jsonb)');
  }
  cache = new Redis(server.url());
});
afterAll(async () => {
  cache.disconnect();
  await Promise.all([...databases.map((database) => database.drop()), server.stop()]);
});
beforeEach(async () => {
  await cache.flushall();
  for (const client of [operations, system]) {
    await client.query(
      `truncate astro_sync.job_queue; insert into astro_sync.job_queue values (1, '{"email": "a@b"}')`,
    );
  }
  await cache.hset('booking:1', { status: 'booked', contact_email: 'a@b' });
  await cache.sadd('traveler-bookings:1', '1', '2');
  await cache.zadd('launches-by-date', 1, 'seven');
  await cache.xadd('astro_sync:changes', '*', 'values', '{"id":"1"}');
});

test('nothing leaks where no credential stands', async () => {
  expect(await findLeaks({ operations, system, cache })).toEqual({ places: [], rows: 2, keys: 4 });
});

test('a credential in a table of the sync is found, by its name or its value', async () => {
  await system.query(`insert into astro_sync.job_queue values (2, '{"password_hash": null}')`);
  await operations.query('insert into astro_sync.job_queue values (2, $1)', [JSON.stringify({ before: { x: hash } })]);
  const { places } = await findLeaks({ operations, system, cache });
  expect(places).toEqual(['operations astro_sync.job_queue', 'system astro_sync.job_queue']);
});

test.each<[string, () => Promise<unknown>]>([
  ['a field', () => cache.hset('leak', 'secret', hash)],
  ["a field's name", () => cache.hset('leak', 'password_hash', 'x')],
  ['a string', () => cache.set('leak', `{"x":"${hash}"}`)],
  ['a member of a set', () => cache.sadd('leak', 'a', hash)],
  ['a member of a sorted set', () => cache.zadd('leak', 1, hash)],
  ['an element of a list', () => cache.rpush('leak', 'a', hash)],
  ['an entry of a stream', () => cache.xadd('leak', '*', 'values', JSON.stringify({ password_hash: 'x' }))],
])('a credential in %s of the cache is found', async (_what, put) => {
  await put();
  expect((await findLeaks({ operations, system, cache })).places).toEqual(['cache leak']);
});
