import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisServer } from '../../sandbox/servers/redis';
import { createTestRedis } from '../../sandbox/servers/test-databases';
import { redisDatabase } from '../connect/redis';
import type { RedisDatabase } from '../connect/redis';
import type { ProjectedColumn, ResolvedDataset } from '../dataset/resolved';
import type { StreamJob } from './parse-entry';
import { readStream } from './read-stream';
import type { ReadStreamResult, StreamGap } from './read-stream';

const stream = 'astro_sync:changes';
let server: RedisServer;
let database: RedisDatabase;
let redis: Redis;
let jobs: StreamJob[];
let logs: string[];
let recorded: StreamGap[];

/** The parts of a resolved stream dataset that the reader looks at. */
function dataset(name: string, entity: string, keys: readonly string[] = ['id']): ResolvedDataset {
  const key = keys.map((column) => ({ name: column, reads: [column] }) as unknown as ProjectedColumn);
  const source = { engine: 'redis', database: 'cache', stream, entity, where: null };
  return { name, key, source } as unknown as ResolvedDataset;
}

const bookings = dataset('bookings-in', 'booking');

function read(
  datasets: readonly ResolvedDataset[] = [bookings],
  options: {
    knownIdentity?: string;
    insertJobs?: (captureId: string, found: readonly StreamJob[]) => Promise<void>;
    recordGap?: (captureId: string, gap: StreamGap) => Promise<void>;
  } = {},
): Promise<ReadStreamResult> {
  return readStream({
    redis: database,
    stream,
    datasets,
    knownIdentity: options.knownIdentity ?? null,
    insertJobs:
      options.insertJobs ??
      ((_, found) => {
        jobs.push(...found);
        return Promise.resolve();
      }),
    recordGap:
      options.recordGap ??
      ((_, gap) => {
        recorded.push(gap);
        return Promise.resolve();
      }),
    log: (_, message) => logs.push(message),
    signal: new AbortController().signal,
  });
}

function append(entry: Readonly<Record<string, string>>): Promise<string | null> {
  return redis.xadd(stream, '*', ...Object.entries(entry).flat());
}

const pendingCount = async (): Promise<number> => Number((await redis.xpending(stream, 'astro_sync'))[0]);

beforeAll(async () => {
  server = await createTestRedis();
  database = redisDatabase({
    name: 'cache',
    host: server.host,
    port: server.port,
    db: 0,
    username: null,
    password: null,
    tls: null,
    connectTimeoutMs: 5_000,
    allowEviction: false,
  });
  redis = new Redis(server.url());
});

beforeEach(async () => {
  await redis.flushall();
  jobs = [];
  logs = [];
  recorded = [];
});

afterAll(async () => {
  redis.disconnect();
  await database.close();
  await server.stop();
});

describe('reading the change stream', () => {
  it('takes the time of a change as it was said, and when the entry came where that is no time', async () => {
    const said = [
      '2026-01-02T03:04:05.678901+02:00',
      '2026-01-02T03:04',
      '2026-02-31T00:00:00Z',
      '+012026-01-01T00:00:00Z',
      'noon',
    ];
    const ids: (string | null)[] = [];
    for (const [at, text] of said.entries())
      ids.push(await append({ entity: 'booking', key: String(at), op: 'delete', at: text }));
    await read();
    const came = (at: number): string => new Date(Number(ids[at]?.split('-')[0])).toISOString();
    expect(jobs.map(({ origin }) => origin.at)).toEqual([
      said[0],
      new Date('2026-01-02T03:04').toISOString(),
      came(2),
      came(3),
      came(4),
    ]);
  });

  it('makes a job of every entry, with its origin, and acknowledges it', async () => {
    const id = await append({
      entity: 'booking',
      key: '1000000001',
      op: 'insert',
      values:
        '{"launch_id": 7, "total_price": 12345678901234567890.10, "note": null, "vip": true, "tags": ["a,}", {"b": 1.0}]}',
      application: 'booking-service',
      actor: 'user-42',
      at: '2026-01-02T03:04:05.678901Z',
    });
    expect(await read()).toMatchObject({ entries: 1, jobs: 1, malformed: 0, unwanted: 0, gap: null });
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatchObject({
      changeId: id,
      entityKey: { id: '1000000001' },
      operation: 'insert',
      failure: null,
      values: {
        launch_id: '7',
        total_price: '12345678901234567890.10',
        note: null,
        vip: 'true',
        tags: '["a,}", {"b": 1.0}]',
      },
      origin: {
        database: 'cache',
        application: 'booking-service',
        actor: 'user-42',
        at: '2026-01-02T03:04:05.678901Z',
      },
    });
    expect(await pendingCount()).toBe(0);
    expect(await read()).toMatchObject({ entries: 0, jobs: 0 });
  });

  it('acknowledges nothing before the jobs are committed, and brings what a killed reader had', async () => {
    await append({ entity: 'booking', key: '1', op: 'delete' });
    await append({ entity: 'booking', key: '2', op: 'delete' });
    const failing = read([bookings], { insertJobs: () => Promise.reject(new Error('SystemDB is gone')) });
    await expect(failing).rejects.toThrow('SystemDB is gone');
    expect(await pendingCount()).toBe(2);
    await append({ entity: 'booking', key: '3', op: 'delete' });
    await read();
    expect(jobs.map(({ entityKey }) => entityKey['id'])).toEqual(['1', '2', '3']);
    expect(await pendingCount()).toBe(0);
  });

  it('makes failed jobs of malformed entries, with the reason', async () => {
    await append({ entity: 'booking', op: 'insert', values: '{}' });
    await append({ entity: 'booking', key: '2', op: 'insert', values: '{"a":' });
    await append({ entity: 'booking', key: '3', op: 'upsert', values: '{}' });
    await append({ entity: 'booking', key: '4', op: 'update' });
    await append({ key: '5', op: 'delete' });
    await append({ entity: 'booking', key: '6', op: 'delete' });
    expect(await read()).toMatchObject({ entries: 6, jobs: 6, malformed: 5 });
    expect(jobs.map(({ failure }) => failure?.replace(/^.*?: /u, '') ?? null)).toEqual([
      'it has no key',
      'its values are no JSON object',
      'its op is "upsert", not insert, update or delete',
      'it has no values',
      'it names no entity',
      null,
    ]);
    expect(await pendingCount()).toBe(0);
    expect(logs.join()).toContain('5 entries');
  });

  it('gives each of two datasets on one entity its job, and passes entities by that none wants', async () => {
    await append({ entity: 'booking', key: '1', op: 'delete' });
    await append({ entity: 'seat', key: '{"launch_id": "9", "number": 9007199254740993}', op: 'delete' });
    await append({ entity: 'weather', key: '1', op: 'delete' });
    const seats = dataset('seats-in', 'seat', ['launch_id', 'number']);
    expect(await read([bookings, dataset('bookings-copy', 'booking'), seats])).toMatchObject({ jobs: 3, unwanted: 1 });
    expect(jobs.map((job) => job.dataset.name)).toEqual(['bookings-in', 'bookings-copy', 'seats-in']);
    expect(jobs[2]?.entityKey).toEqual({ launch_id: '9', number: '9007199254740993' });
    expect(logs.join()).toContain('"weather"');
    expect(await pendingCount()).toBe(0);
  });

  it('reads more than one block, in order', async () => {
    const pipeline = redis.pipeline();
    for (let i = 0; i < 2_500; i += 1)
      pipeline.xadd(stream, '*', 'entity', 'booking', 'key', String(i), 'op', 'delete');
    await pipeline.exec();
    expect(await read()).toMatchObject({ entries: 2_500 });
    expect(jobs.map(({ entityKey }) => entityKey['id'])).toEqual(Array.from({ length: 2_500 }, (_, i) => String(i)));
  });

  it('does not read on for ever while a writer never rests', async () => {
    await append({ entity: 'booking', key: '0', op: 'delete' });
    const result = await read([bookings], {
      insertJobs: async () => {
        await append({ entity: 'booking', key: 'later', op: 'delete' });
      },
    });
    expect(result.entries).toBe(1);
  });
});

describe('a gap', () => {
  it('is reported once where unread entries were trimmed', async () => {
    const { captureId } = await read();
    for (const key of ['1', '2', '3', '4']) await append({ entity: 'booking', key, op: 'delete' });
    await redis.xtrim(stream, 'MAXLEN', 1);
    expect((await read([bookings], { knownIdentity: captureId })).gap).toContain('3 entries');
    expect((await read([bookings], { knownIdentity: captureId })).gap).toBeNull();
    await append({ entity: 'booking', key: '5', op: 'delete' });
    await redis.xtrim(stream, 'MAXLEN', 0);
    expect((await read([bookings], { knownIdentity: captureId })).gap).toContain('1 entry');
    expect((await read([bookings], { knownIdentity: captureId })).gap).toBeNull();
  });

  it('is found again, as the same, until it was recorded', async () => {
    const { captureId } = await read();
    await append({ entity: 'booking', key: '1', op: 'delete' });
    await redis.xtrim(stream, 'MAXLEN', 0);
    const down = () => Promise.reject(new Error('SystemDB is down'));
    await expect(read([bookings], { knownIdentity: captureId, recordGap: down })).rejects.toThrow('SystemDB is down');
    const offered: StreamGap[] = [];
    const half = (_: string, gap: StreamGap) => {
      offered.push(gap);
      return Promise.reject(new Error('killed before it was forgotten'));
    };
    await expect(read([bookings], { knownIdentity: captureId, recordGap: half })).rejects.toThrow('killed');
    expect((await read([bookings], { knownIdentity: captureId })).gap).toContain('1 entry');
    expect(recorded).toEqual(offered);
    expect((await read([bookings], { knownIdentity: captureId })).gap).toBeNull();
  });

  it('is not reported where entries were trimmed after they had been read', async () => {
    const { captureId } = await read();
    for (const key of ['1', '2', '3']) await append({ entity: 'booking', key, op: 'delete' });
    await read([bookings], { knownIdentity: captureId });
    await redis.xtrim(stream, 'MAXLEN', 0);
    await append({ entity: 'booking', key: '4', op: 'delete' });
    expect(await read([bookings], { knownIdentity: captureId })).toMatchObject({ entries: 1, gap: null });
  });

  it('is reported where Redis came back empty, under a new identity', async () => {
    const { captureId } = await read();
    await server.restart({ empty: true });
    await expect.poll(() => redis.ping().catch(() => '')).toBe('PONG');
    await append({ entity: 'booking', key: '4', op: 'delete' });
    const after = await read([bookings], { knownIdentity: captureId });
    expect(after).toMatchObject({ entries: 1 });
    expect(after.captureId).not.toBe(captureId);
    expect(after.gap).toContain('emptied');
  });

  it('is reported where the consumer group was removed', async () => {
    const { captureId } = await read();
    await append({ entity: 'booking', key: '4', op: 'delete' });
    await redis.xgroup('DESTROY', stream, 'astro_sync');
    const after = await read([bookings], { knownIdentity: captureId });
    expect(after).toMatchObject({ entries: 1 });
    expect(after.gap).toContain('consumer group');
  });

  it('is reported where an entry was deleted while a killed reader had it', async () => {
    const { captureId } = await read();
    const id = await append({ entity: 'booking', key: '4', op: 'delete' });
    await redis.xreadgroup('GROUP', 'astro_sync', 'relay', 'STREAMS', stream, '>');
    await redis.xdel(stream, id!);
    expect((await read([bookings], { knownIdentity: captureId })).gap).toContain('1 entry');
    expect(await pendingCount()).toBe(0);
  });
});
