import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { postgresDatabase } from '../../connect/postgres';
import { SyncError } from '../../errors';
import { appliedTarget, openFence } from '../fence';
import { openPair, withDriver } from './pair-fixture';
import type { Pair } from './pair-fixture';

let pair: Pair;
let a: pg.Client;
let b: pg.Client;

beforeAll(async () => {
  pair = await openPair(14, 18);
  ({ a, b } = pair);
  await pair.both('CREATE TABLE items (id int PRIMARY KEY, v text)');
});

beforeEach(async () => {
  await pair.both('TRUNCATE items');
  await a.query(`INSERT INTO items SELECT g, 'v' || g FROM generate_series(1, 3000) AS g`);
});

afterAll(() => pair.close());

const count = async (): Promise<number> =>
  Number((await b.query<{ n: string }>('SELECT count(*) AS n FROM items')).rows[0]?.n);

test('writes nothing once another run has taken the fence', async () => {
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  await pair.run(dataset, async (driver) => {
    await openFence(
      await pair.target.connect('other'),
      dataset.name,
      appliedTarget(dataset),
      '00000000-0000-4000-8000-000000000001',
    );
    await expect(driver.upsertAll()).rejects.toMatchObject({ code: 'FENCED_OFF' });
    await expect(driver.upsertKeys([['1']])).rejects.toMatchObject({ code: 'FENCED_OFF' });
  });
  expect(await count()).toBe(0);
});

test('a target without schema astro_sync is not initialised', async () => {
  const client = await pair.source.connect('fence');
  await expect(openFence(client, 'pair', 'x', '00000000-0000-4000-8000-000000000001')).rejects.toMatchObject({
    code: 'NOT_INITIALISED',
  });
  await client.end();
});

test('cancel stops a batch that waits for a lock, and leaves nothing half done', async () => {
  await b.query(`INSERT INTO items VALUES (1, 'locked')`);
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  const cancelling = new AbortController();
  const blocker = await pair.target.connect('blocker');
  await blocker.query('BEGIN; UPDATE items SET v = v WHERE id = 1');
  const started = Date.now();
  await pair.run(
    dataset,
    async (driver) => {
      const running = driver.upsertAll();
      void waitUntilBlocked().then(() => cancelling.abort(new SyncError('CANCELLED', 'Ctrl-C')));
      await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(driver.retrySetAside()).rejects.toMatchObject({ code: 'CANCELLED' });
    },
    { signal: cancelling.signal },
  );
  expect(Date.now() - started).toBeLessThan(10_000);
  await blocker.query('COMMIT');
  await blocker.end();
  expect(await count()).toBe(1);
});

test('cancel stops a COPY in the middle', async () => {
  await a.query(
    'CREATE TABLE slow (id int PRIMARY KEY, v text); INSERT INTO slow SELECT g FROM generate_series(1, 2000) AS g',
  );
  await b.query('CREATE TABLE slow (id int PRIMARY KEY, v text)');
  const dataset = await pair.dataset({
    from: 'slow',
    to: 'slow',
    columns: { id: null, v: { sql: "coalesce(s.v, 'x' || pg_sleep(0.005)::text)" } },
  });
  const cancelling = new AbortController();
  await pair.run(
    dataset,
    async (driver) => {
      setTimeout(() => cancelling.abort(), 500);
      await expect(driver.upsertAll()).rejects.toMatchObject({ code: 'CANCELLED' });
    },
    { signal: cancelling.signal },
  );
  expect((await b.query('SELECT FROM slow')).rows).toHaveLength(0);
});

async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const { rows } = await b.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'astro-sync%'`,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function endWriters(): Promise<void> {
  await b.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'astro-sync pair target%' AND datname = current_database()`,
  );
}

test('a lost connection is told as one that may be tried again, and the next run finishes', async () => {
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  await b.query(`INSERT INTO items VALUES (1, 'locked')`);
  const blocker = await pair.target.connect('blocker');
  await blocker.query('BEGIN; UPDATE items SET v = v WHERE id = 1');
  await pair.run(dataset, async (driver) => {
    void waitUntilBlocked().then(endWriters);
    await expect(driver.upsertAll()).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
  });
  await blocker.query('ROLLBACK');
  await blocker.end();
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertAll()).toMatchObject({ inserted: 2999, updated: 1 });
  });
});

test('a session that is lost between batches is opened anew, unless it remembered deletes', async () => {
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  await pair.run(dataset, async (driver) => {
    expect(await driver.upsertKeys([['1'], ['2']])).toEqual(['inserted', 'inserted']);
    await endWriters();
    await expect(driver.upsertKeys([['3']])).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await driver.upsertKeys([['3'], ['4']])).toEqual(['inserted', 'inserted']);
    await b.query(`INSERT INTO items VALUES (9000, 'gone')`);
    expect(await driver.upsertKeys([['9000']])).toEqual(['later']);
    await endWriters();
    await expect(driver.applyDeletes()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(driver.applyDeletes()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
  expect(await count()).toBe(5);
});

/** A proxy before the target that can drop the client when it sends COMMIT, before or after the server has got it. */
async function openProxy(): Promise<{ port: number; drop: 'before' | 'after' | 'late' | null; close(): void }> {
  const proxy = { port: 0, drop: null as 'before' | 'after' | 'late' | null, close: () => server.close() };
  const server = createServer((client) => {
    const upstream = connect(pair.target.config.port, pair.target.config.host);
    upstream.pipe(client);
    client.on('data', (data) => {
      if (proxy.drop === null || !data.includes('COMMIT\0')) {
        upstream.write(data);
        return;
      }
      client.destroy();
      if (proxy.drop === 'after') upstream.write(data, () => setTimeout(() => upstream.destroy(), 300));
      // It is under way while the sync asks already.
      else if (proxy.drop === 'late') setTimeout(() => upstream.write(data), 300);
      else upstream.destroy();
      proxy.drop = null;
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => setTimeout(() => upstream.destroy(), 500));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  return proxy;
}

test('where the answer to a COMMIT is lost, the target says whether it happened', async () => {
  const proxy = await openProxy();
  const target = postgresDatabase({ ...pair.target.config, port: proxy.port });
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  try {
    await withDriver(pair.source, target, dataset, async (driver) => {
      expect(await driver.upsertKeys([['1']])).toEqual(['inserted']);
      proxy.drop = 'after';
      expect(await driver.upsertKeys([['2'], ['3']])).toEqual(['inserted', 'inserted']);
      expect(await count()).toBe(3);
      expect(await driver.upsertKeys([['3'], ['4']])).toEqual(['skipped', 'inserted']);
      proxy.drop = 'late';
      expect(await driver.upsertKeys([['5']])).toEqual(['inserted']);
      expect(await count()).toBe(5);
      proxy.drop = 'before';
      await expect(driver.upsertKeys([['6']])).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
      expect(await count()).toBe(5);
      expect(await driver.upsertKeys([['6']])).toEqual(['inserted']);
      expect(await driver.verifyKeys([['1'], ['2'], ['3'], ['4'], ['5'], ['6']], () => false)).toMatchObject({
        differences: 0,
      });
    });
  } finally {
    await target.close();
    proxy.close();
  }
});

test('a deadlock is tried again', async () => {
  const dataset = await pair.dataset({ from: 'items', to: 'items' });
  await pair.run(dataset, (driver) => driver.upsertAll());
  await a.query(`UPDATE items SET v = 'new' WHERE id IN (1, 2)`);
  await b.query(`SET deadlock_timeout = '10s'`);
  const other = await pair.target.connect('other');
  // The other waits long before it looks for a deadlock, so that the sync's statement is the one that is given up.
  await other.query(`SET deadlock_timeout = '30s'; BEGIN; UPDATE items SET v = v WHERE id = 2`);
  await pair.run(dataset, async (driver) => {
    const running = driver.upsertKeys([['1'], ['2']]);
    await waitUntilBlocked();
    const deadly = other.query('UPDATE items SET v = v WHERE id = 1');
    await deadly;
    await other.query('COMMIT');
    expect(await running).toEqual(['updated', 'updated']);
  });
  await other.end();
});
