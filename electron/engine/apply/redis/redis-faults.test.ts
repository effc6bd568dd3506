import { connect as connectSocket, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisServer } from '../../../sandbox/servers/redis';
import { createTestDatabase, createTestRedis } from '../../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../../sandbox/servers/test-databases';
import { SyncError } from '../../errors';
import { appliedState, compareApplied, openRedisFence } from './fence';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let database: TestDatabase;
let server: RedisServer;
let bench: TestBench;

const source = { database: 'operations', table: 'cities' };
const indexed = {
  name: 'cards',
  source,
  target: { database: 'cache', hash: 'city:{id}', indexes: [{ zset: 'by-size', score: 'size', member: 'id' }] },
  batch: 100,
};
const bare = { name: 'cards', source, target: { database: 'cache', hash: 'city:{id}' }, batch: 100 };

beforeAll(async () => {
  [database, server] = await Promise.all([
    createTestDatabase(),
    createTestRedis({ args: ['--enable-protected-configs', 'yes'] }),
  ]);
  bench = await openTestBench(database.url, server.url());
  await bench.writer.query(`CREATE TABLE cities (id bigint PRIMARY KEY, name text, size int);
    INSERT INTO cities SELECT i, 'city ' || i, i FROM generate_series(1, 2000) AS i`);
});

beforeEach(async () => {
  await bench.reader.flushall();
  await bench.reader.config('SET', 'maxmemory', '0');
  await bench.reader.config('SET', 'maxmemory-policy', 'noeviction');
});

afterAll(async () => {
  await bench.close();
  await Promise.all([database.drop(), server.stop()]);
});

describe.each([
  ['with indexes', indexed],
  ['without indexes', bare],
])('a run of cards %s', (_, definition) => {
  it('that another run has fenced off writes nothing more', async () => {
    const cards = await bench.dataset(definition);
    const run = bench.drive(cards, async (driver) => {
      await openRedisFence(bench.reader, 'cards', 'target', 'another-run');
      return driver.upsertAll();
    });
    await expect(run).rejects.toMatchObject({ code: 'FENCED_OFF' });
    expect(await bench.reader.keys('city:*')).toEqual([]);
  });

  it('sees that Redis was emptied in mid-run, and a full run heals it', async () => {
    const cards = await bench.dataset(definition);
    const run = bench.drive(cards, async (driver) => {
      await driver.upsertAll();
      await bench.reader.flushall();
      return driver.upsertKeys([['1']]);
    });
    await expect(run).rejects.toMatchObject({ code: 'TARGET_RESET', retryable: true });
    expect(await bench.full(cards)).toMatchObject({ inserted: 2_000, verification: { differences: 0 } });
  });

  it('sees a failover to a replica that was behind', async () => {
    const cards = await bench.dataset(definition);
    const run = bench.drive(cards, async (driver) => {
      await driver.upsertAll();
      await bench.reader.hincrby('astro_sync:applied:cards', 'batch', -1);
      await bench.writer.query('UPDATE cities SET size = size');
      return driver.upsertKeys([['1']]);
    });
    await expect(run).rejects.toMatchObject({ code: 'TARGET_RESET' });
  });

  it('stops where the memory of Redis is full, and goes on when there is more', async () => {
    const cards = await bench.dataset(definition);
    await bench.reader.config('SET', 'maxmemory', '1mb');
    await expect(bench.full(cards)).rejects.toMatchObject({ code: 'REDIS_OUT_OF_MEMORY' });
    await bench.reader.config('SET', 'maxmemory', '0');
    expect(await bench.full(cards)).toMatchObject({ inserted: 2_000, verification: { differences: 0 } });
  });

  it('stops on a replica', async () => {
    const cards = await bench.dataset(definition);
    const run = bench.drive(cards, async (driver) => {
      await bench.reader.replicaof('127.0.0.1', '1');
      return driver.upsertAll();
    });
    await expect(run.finally(() => bench.reader.replicaof('NO', 'ONE'))).rejects.toMatchObject({
      code: 'REDIS_READONLY',
    });
  });

  it('stops where Redis may not write because it cannot save', async () => {
    const cards = await bench.dataset(definition);
    const [, folder] = (await bench.reader.config('GET', 'dir')) as [string, string];
    const run = bench.drive(cards, async (driver) => {
      await bench.reader.config('SET', 'dir', '/proc');
      await bench.reader.config('SET', 'save', '1 1');
      await bench.reader.bgsave().catch(() => undefined);
      await expect.poll(() => bench.reader.info('persistence')).toContain('rdb_last_bgsave_status:err');
      return driver.upsertAll();
    });
    const healthy = async (): Promise<void> => {
      await bench.reader.config('SET', 'save', '');
      await bench.reader.config('SET', 'dir', folder);
    };
    await expect(run.finally(healthy)).rejects.toMatchObject({ code: 'REDIS_NOT_WRITABLE' });
  });

  it('is told of a lost connection as something to try again, and the next run completes it', async () => {
    const cards = await bench.dataset(definition);
    const run = bench.drive(cards, async (driver) => {
      const killing = pause(5).then(() => bench.reader.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
      try {
        for (;;) {
          await bench.writer.query('UPDATE cities SET size = size + 1');
          await driver.upsertAll();
        }
      } finally {
        await killing;
      }
    });
    await expect(run).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
    expect(await bench.full(cards)).toMatchObject({ verification: { differences: 0 } });
  });

  it('that is cancelled stops within a batch and leaves whole entities', async () => {
    const cards = await bench.dataset(definition);
    const abort = new AbortController();
    const run = bench.drive(
      cards,
      (driver) => {
        abort.abort(new SyncError('CANCELLED', 'The run was cancelled'));
        return driver.upsertAll();
      },
      { signal: abort.signal },
    );
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const key of await bench.reader.keys('city:*')) expect(await bench.reader.hlen(key)).toBe(3);
    expect(await bench.full(cards)).toMatchObject({ verification: { differences: 0 } });
  });

  it('shows readers an old or a new entity, never a mix, and never an index entry beside another entity', async () => {
    await bench.writer.query(`UPDATE cities SET name = 'old', size = 1`);
    const cards = await bench.dataset(definition);
    await bench.full(cards);
    await bench.writer.query(`UPDATE cities SET name = 'new', size = 2`);
    const seen = new Set<string>();
    const reading = { on: true };
    const other = new Redis(server.url());
    const watch = (async () => {
      for (let id = 1; reading.on; id = (id % 2_000) + 1) {
        const script = `return table.concat(redis.call('HMGET', KEYS[1], 'name', 'size'), ' ') .. ' ' .. (redis.call('ZSCORE', KEYS[2], ARGV[1]) or '')`;
        seen.add(String(await other.eval(script, 2, `city:${String(id)}`, 'by-size', String(id))));
      }
    })();
    expect(await bench.full(cards)).toMatchObject({ updated: 2_000, verification: { differences: 0 } });
    reading.on = false;
    await watch;
    other.disconnect();
    const expected = definition === indexed ? ['old 1 1', 'new 2 2'] : ['old 1 ', 'new 2 '];
    expect(expected).toEqual(expect.arrayContaining([...seen]));
  });
});

describe('a target', () => {
  it('that may evict is refused by name', async () => {
    await bench.reader.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(bench.full(await bench.dataset(bare))).rejects.toMatchObject({ code: 'REDIS_EVICTING' });
  });

  it('that is a cluster is refused by name', async () => {
    const cluster = await createTestRedis({ args: ['--cluster-enabled', 'yes'] });
    const there = await openTestBench(database.url, cluster.url());
    const cards = await there.dataset(bare);
    await expect(there.drive(cards, (driver) => driver.planAll(), { write: false })).rejects.toMatchObject({
      code: 'REDIS_CLUSTER',
    });
    await there.close();
    await cluster.stop();
  });

  it('says what was applied to it; emptied it is lost, ahead it is believed', async () => {
    const cards = await bench.dataset(bare);
    expect(await appliedState(bench.reader, 'cards')).toBeNull();
    await bench.full(cards);
    const first = (await appliedState(bench.reader, 'cards'))!;
    expect(compareApplied(first, first)).toBe('same');
    expect(compareApplied(first, null)).toBe('ahead');
    await bench.writer.query('UPDATE cities SET size = size + 1 WHERE id < 10');
    await bench.full(cards);
    const second = (await appliedState(bench.reader, 'cards'))!;
    expect(compareApplied(second, first)).toBe('ahead');
    expect(compareApplied(first, second)).toBe('lost');
    await bench.reader.flushall();
    expect(compareApplied(await appliedState(bench.reader, 'cards'), second)).toBe('lost');
    expect(await openRedisFence(bench.reader, 'cards', 'target', 'run', second.fence)).toBe(
      String(Number(second.fence) + 1),
    );
    expect(compareApplied(await appliedState(bench.reader, 'cards'), second)).toBe('lost');
  });
});

describe('an answer that is lost', () => {
  let proxy: Server;
  let cut: boolean;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    cut = false;
    proxy = createServer((client) => {
      const upstream = connectSocket(server.port, server.host);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
      }
      client.on('data', (bytes) => {
        upstream.write(bytes);
        // The server gets the script and runs it; nobody hears of it.
        if (cut && bytes.includes('EVALSHA')) upstream.removeAllListeners('data').once('data', () => client.destroy());
      });
      upstream.on('data', (bytes) => client.write(bytes));
      client.on('close', () => upstream.destroy());
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  });

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  it('is not assumed: the next run finds what was written and writes nothing twice', async () => {
    const { port } = proxy.address() as AddressInfo;
    const there = await openTestBench(database.url, `redis://127.0.0.1:${String(port)}/0`);
    const cards = await there.dataset(indexed);
    await there.writer.query('UPDATE cities SET size = id');
    const run = there.drive(cards, (driver) => {
      cut = true;
      return driver.upsertKeys([['1'], ['2']]);
    });
    await expect(run).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    cut = false;
    expect(await bench.reader.hlen('city:1')).toBe(3);
    expect((await there.keys(cards, [['1'], ['2'], ['3']])).results).toEqual(['skipped', 'skipped', 'inserted']);
    expect(await bench.reader.zrange('by-size', 0, '-1', 'WITHSCORES')).toEqual(['1', '1', '2', '2', '3', '3']);
    await there.close();
  });
});
