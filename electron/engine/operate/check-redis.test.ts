import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { environmentSchema } from '../../../shared/definitions/environment';
import type { CheckReport } from '../../../shared/engine/reports';
import { createTestDatabase, createTestRedis } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { RedisServer } from '../../sandbox/servers/redis';
import { openEnvironment } from '../connect/environment';
import type { Engine } from './api';
import { openEngine } from './open';

const cards = {
  name: 'cards',
  source: { database: 'system', table: 'cities' },
  target: { database: 'cache', hash: 'city:{id}', ttl: 600, indexes: [{ set: 'cities:{country}', member: 'id' }] },
};
const seats = {
  name: 'seats-in',
  source: { database: 'cache', stream: 'changes', entity: 'seat', key: ['id'] },
  target: { database: 'system', table: 'seats' },
};

/** A real Redis with a user of its own; what it may do is set by each test. */
describe('check of a Redis user', () => {
  let redis: RedisServer;
  let admin: Redis;
  let system: TestDatabase;

  beforeAll(async () => {
    [redis, system] = await Promise.all([createTestRedis(), createTestDatabase()]);
    admin = new Redis(redis.url());
    const client = await system.client();
    await client.query(
      `CREATE TABLE cities (id bigint PRIMARY KEY, country text); CREATE TABLE seats (id bigint PRIMARY KEY, name text);
       INSERT INTO cities VALUES (1, 'de'), (2, 'fr')`,
    );
  });
  afterAll(async () => {
    admin.disconnect();
    await Promise.all([redis.stop(), system.drop()]);
  });
  beforeEach(async () => {
    await admin.call('ACL', 'SETUSER', 'sync', 'reset', 'on', '>pw', '+select', '+ping');
  });

  function check(identity?: string, url = redis.url()): Promise<CheckReport> {
    return withEngine((engine) => engine.check({ datasets: [] }), identity, url);
  }

  async function withEngine<T>(work: (engine: Engine) => Promise<T>, identity?: string, url = redis.url()): Promise<T> {
    const at = new URL(url);
    [at.username, at.password] = ['sync', 'pw'];
    const environment = await openEnvironment(
      environmentSchema.parse({
        name: 'acl',
        databases: {
          system: { engine: 'postgres', url: system.url },
          cache: { engine: 'redis', url: at.href, ...(identity === undefined ? {} : { identity }) },
        },
      }),
      { folder: '.' },
    );
    const engine = await openEngine({
      environment,
      definitions: [cards, seats].map((definition) => datasetSchema.parse(definition)),
      caller: { operator: 'olga', host: 'test', application: 'test' },
    });
    try {
      return await work(engine);
    } finally {
      await engine.close();
      await environment.close();
    }
  }
  const cacheOf = ({ databases }: CheckReport) => databases.find(({ name }) => name === 'cache')!;
  const lacking = (report: CheckReport, dataset: string): string[] =>
    report.datasets
      .find(({ name }) => name === dataset)!
      .rights.flatMap(({ has, object, privilege }) => (has === false ? [`${privilege} ${object}`] : []));
  const run = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) {
      const [command = '', ...words] = statement.split(' ');
      await admin.call(command, ...words);
    }
  };

  it('names the commands and keys that it lacks, and with what is to be copied it lacks none', async () => {
    await run(['ACL SETUSER sync +@all -evalsha -scan ~city:*']);
    const first = await check();
    expect(first.ok).toBe(false);
    expect(cacheOf(first).hops.at(-1)).toMatchObject({ name: 'rights', ok: false });
    expect(lacking(first, 'cards')).toEqual(
      expect.arrayContaining(['EVALSHA without a key', 'SCAN without a key', 'SADD cities:*', 'HSET astro_sync:*']),
    );
    expect(lacking(first, 'cards').join()).not.toContain('city:*');
    expect(cacheOf(first).grants).toEqual(['ACL SETUSER sync ~astro_sync:* ~changes ~cities:* +evalsha +scan']);
    await run(cacheOf(first).grants);
    const second = await check();
    expect(cacheOf(second)).toMatchObject({ ok: true, grants: [] });
    expect(second.ok).toBe(true);
  });

  it('is told all that it needs in one statement, from nothing but what lets it ask', async () => {
    await run(['ACL SETUSER sync +multi +discard']);
    await run(cacheOf(await check()).grants);
    const report = await check();
    expect(lacking(report, 'cards')).toEqual([]);
    expect(lacking(report, 'seats-in')).toEqual([]);
    expect(cacheOf(report).grants).toEqual([]);
    await withEngine(async (engine) => {
      await engine.init({ datasets: [] });
      expect(await engine.run({ datasets: ['cards'], mode: 'auto' })).toMatchObject({ ok: true });
      await (await system.client()).query(`DELETE FROM cities WHERE id = 2; UPDATE cities SET country = 'nl'`);
      expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ error: null });
      expect(await engine.run({ datasets: ['cards'], mode: 'full', approveDeletes: 'all' })).toMatchObject({
        ok: true,
      });
      expect(await engine.verify({ datasets: ['cards'] })).toMatchObject({ ok: true });
    });
    expect(await admin.hgetall('city:1')).toEqual({ id: '1', country: 'nl' });
  });

  it('is asked by ACL DRYRUN where it may not queue, and where it may neither, that is said', async () => {
    await run(['ACL SETUSER sync +@all -multi -hset allkeys']);
    expect(lacking(await check(), 'cards')).toEqual(
      expect.arrayContaining(['MULTI without a key', 'HSET city:*', 'HSET astro_sync:*']),
    );
    await run(['ACL SETUSER sync -acl']);
    const report = await check();
    expect(cacheOf(report).hops.at(-1)).toMatchObject({ name: 'rights', ok: false });
    expect(report.datasets[0]?.rights).toContainEqual({
      database: 'cache',
      on: 'key',
      object: 'city:*',
      privilege: 'HSET',
      has: null,
    });
  });

  it('writes nothing by asking', async () => {
    await run(['ACL SETUSER sync +@all allkeys']);
    await admin.flushall();
    await check();
    expect(await admin.dbsize()).toBe(0);
  });

  it('is told who answers: nobody yet before init, and another than the expected one', async () => {
    await run(['ACL SETUSER sync +@all allkeys']);
    await admin.flushall();
    const hopOf = (report: CheckReport) => cacheOf(report).hops.find(({ name }) => name === 'identity');
    const before = await check();
    expect(hopOf(before)).toMatchObject({ ok: true, detail: 'none yet: init gives it one' });
    expect(cacheOf(before)).toMatchObject({ version: expect.stringMatching(/^Redis \d/u), identity: null });
    expect(cacheOf(before).round_trip_ms).toBeGreaterThan(0);
    await admin.set('astro_sync:identity', 'one');
    expect(hopOf(await check('one'))).toMatchObject({ ok: true });
    const other = await check('two');
    expect(hopOf(other)).toMatchObject({ ok: false, detail: 'expected two, but one answers' });
    // It has answered all the same: what may be done there is told.
    expect(other.datasets.flatMap(({ rights }) => rights).every(({ has }) => has === true)).toBe(true);
  });

  it('tells all of one database where another is away', async () => {
    await run(['ACL SETUSER sync +@all allkeys']);
    const report = await check(undefined, 'redis://127.0.0.1:1/0');
    expect(cacheOf(report).hops).toMatchObject([
      { name: 'name', ok: true },
      { name: 'connect', ok: false },
    ]);
    const rights = report.datasets.flatMap((dataset) => dataset.rights);
    expect(rights.filter(({ database }) => database === 'system').map(({ has }) => has)).not.toContain(null);
    expect(rights.filter(({ database }) => database === 'cache').map(({ has }) => has)).toContain(null);
    expect(report.warnings.join()).toContain('cache');
  });
});
