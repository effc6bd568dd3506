import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisServer } from '../../../sandbox/servers/redis';
import { createTestDatabase, createTestRedis } from '../../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../../sandbox/servers/test-databases';
import type { ResolvedDataset } from '../../dataset/resolved';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let database: TestDatabase;
let server: RedisServer;
let bench: TestBench;
let cities: ResolvedDataset;

const definition = {
  name: 'city-cards',
  source: { database: 'operations', table: 'cities' },
  target: {
    database: 'cache',
    hash: 'city:{id}',
    indexes: [
      { zset: 'cities-by-size', score: 'population', member: 'id' },
      { set: 'cities-of:{country}', member: 'id' },
      { string: 'city-name:{name}', value: 'id' },
    ],
  },
};

beforeAll(async () => {
  [database, server] = await Promise.all([createTestDatabase(), createTestRedis()]);
  bench = await openTestBench(database.url, server.url());
});

beforeEach(async () => {
  await bench.reader.flushall();
  bench.rowErrors.length = 0;
  await bench.writer.query(`
    DROP TABLE IF EXISTS cities;
    CREATE TABLE cities (id bigint PRIMARY KEY, name text, country text, population numeric, founded date);
    INSERT INTO cities VALUES (1, 'Ávila', 'ES', 57730, '1085-01-01'), (2, 'Saint-Étienne: 42%', 'FR', 173000.50, NULL),
      (3, 'München 🏔', 'DE', 1512000, '1158-06-14'), (4, NULL, NULL, NULL, NULL)`);
  cities = await bench.dataset(definition);
});

afterAll(async () => {
  await bench.close();
  await Promise.all([database.drop(), server.stop()]);
});

describe('a full run', () => {
  it('writes every entity with its index entries, and a second one writes nothing', async () => {
    const first = await bench.full(cities);
    expect(first).toMatchObject({ inserted: 4, updated: 0, unchanged: 0, verification: { differences: 0 } });
    expect(await bench.reader.hgetall('city:2')).toEqual({
      id: '2',
      name: 'Saint-Étienne: 42%',
      country: 'FR',
      population: '173000.50',
    });
    expect(await bench.reader.hgetall('city:4')).toEqual({ id: '4' });
    expect(await bench.reader.zrange('cities-by-size', 0, '-1', 'WITHSCORES')).toEqual([
      '1',
      '57730',
      '2',
      '173000.5',
      '3',
      '1512000',
    ]);
    expect(await bench.reader.smembers('cities-of:FR')).toEqual(['2']);
    expect(await bench.reader.get('city-name:Saint-Étienne%3A 42%25')).toBe('2');
    const second = await bench.full(cities);
    expect(second).toMatchObject({
      inserted: 0,
      updated: 0,
      deleted: 0,
      unchanged: 4,
      verification: { differences: 0 },
    });
  });

  it('removes entities that the source lost, with their index entries', async () => {
    await bench.full(cities);
    await bench.writer.query('DELETE FROM cities WHERE id IN (1, 4)');
    expect(await bench.full(cities)).toMatchObject({ deleted: 2, unchanged: 2, verification: { differences: 0 } });
    expect(await bench.reader.keys('city:*')).toHaveLength(2);
    expect(await bench.reader.exists('city-name:Ávila', 'cities-of:ES')).toBe(0);
    expect(await bench.reader.zcard('cities-by-size')).toBe(2);
  });

  it('heals entities and index entries that somebody else changed', async () => {
    await bench.full(cities);
    await bench.reader.hset('city:1', 'population', '1', 'extra', 'x');
    await bench.reader.del('city:2');
    await bench.reader.zadd('cities-by-size', 7, '3');
    await bench.reader.del('cities-of:DE');
    const seen = await bench.drive(cities, (driver) => driver.verifyAll(() => false), { write: false });
    expect(seen.differences).toBe(3);
    expect(seen.samples.find(({ key }) => key['id'] === '1')?.columns).toEqual({
      population: ['1', '57730'],
      extra: ['x', null],
    });
    expect(await bench.full(cities)).toMatchObject({ inserted: 1, updated: 2, verification: { differences: 0 } });
    expect(await bench.reader.hgetall('city:1')).toEqual({
      id: '1',
      name: 'Ávila',
      country: 'ES',
      population: '57730',
      founded: '1085-01-01',
    });
    expect(await bench.reader.smembers('cities-of:DE')).toEqual(['3']);
    expect(await bench.reader.zscore('cities-by-size', '3')).toBe('1512000');
  });

  it('heals look-ups that somebody else changed or removed', async () => {
    await bench.full(cities);
    await bench.reader.set('city-name:Ávila', '77');
    await bench.reader.del('city-name:München 🏔');
    const seen = await bench.drive(cities, (driver) => driver.verifyAll(() => false), { write: false });
    expect(seen.differences).toBe(2);
    expect(await bench.full(cities)).toMatchObject({ updated: 2, unchanged: 2, verification: { differences: 0 } });
    expect(await bench.reader.mget('city-name:Ávila', 'city-name:München 🏔')).toEqual(['1', '3']);
  });

  it('takes over what stands there as it should, where the records of the sync were removed', async () => {
    await bench.full(cities);
    const records = await bench.reader.keys('astro_sync:*');
    await bench.reader.del(...records.filter((key) => key.endsWith(':city-cards')));
    const planned = () => bench.drive(cities, (driver) => driver.planAll(), { write: false });
    expect(await planned()).toMatchObject({ inserts: 0, updates: 0, deletes: 0, unchanged: 4, samples: [] });
    // What somebody changed meanwhile is a difference all the same.
    await bench.reader.set('city-name:Ávila', '77');
    await bench.reader.expire('city:3', 1000);
    const { updates, samples } = await planned();
    expect(updates).toBe(2);
    expect(samples).toEqual([
      { key: { id: '1' }, operation: 'update', columns: { '(index entries)': ['not as defined', 'as defined'] } },
      { key: { id: '3' }, operation: 'update', columns: { '(time to live)': ['not as defined', 'as defined'] } },
    ]);
    expect(await bench.full(cities)).toMatchObject({ updated: 2, unchanged: 2, verification: { differences: 0 } });
    expect(await bench.reader.get('city-name:Ávila')).toBe('1');
    expect(await bench.reader.hlen('astro_sync:claims:city-cards')).toBe(3);
    expect(await bench.reader.hlen('astro_sync:owned:city-cards')).toBe(4);
  });

  it('counts beforehand what it would do', async () => {
    await bench.full(cities);
    await bench.writer.query(`
      DELETE FROM cities WHERE id = 4; UPDATE cities SET country = 'PT' WHERE id = 1; INSERT INTO cities VALUES (5, 'Oslo', 'NO', 700000)`);
    const plan = await bench.drive(cities, (driver) => driver.planAll(), { write: false });
    expect(plan).toMatchObject({ inserts: 1, updates: 1, deletes: 1, unchanged: 2 });
    expect(plan.samples).toContainEqual({ key: { id: '1' }, operation: 'update', columns: { country: ['ES', 'PT'] } });
    expect(await bench.reader.exists('city:5')).toBe(0);
  });

  it('shows what it would delete and change beside many inserts', async () => {
    await bench.full(cities);
    await bench.writer.query(`
      INSERT INTO cities SELECT i, 'New ' || i, 'ES', i FROM generate_series(100, 160) AS i;
      DELETE FROM cities WHERE id = 4; UPDATE cities SET country = 'PT' WHERE id = 1`);
    const all = await bench.drive(cities, (driver) => driver.planAll(), { write: false });
    const keys = [...Array.from({ length: 61 }, (_, i) => [String(100 + i)]), ['4'], ['1']];
    const some = await bench.drive(cities, (driver) => driver.planKeys(keys), { write: false });
    for (const { samples } of [all, some]) {
      expect(samples).toHaveLength(20);
      expect(samples.slice(0, 2).map(({ operation, key }) => [operation, key['id']])).toEqual([
        ['delete', '4'],
        ['update', '1'],
      ]);
    }
  });
});

describe('an incremental run', () => {
  it('moves index entries with the entity, and says what became of each key', async () => {
    await bench.full(cities);
    await bench.writer.query(`
      UPDATE cities SET country = 'PT', name = 'Ávila II', population = 9 WHERE id = 1; DELETE FROM cities WHERE id = 3;
      INSERT INTO cities VALUES (5, 'Oslo', 'NO', 700000)`);
    const outcome = await bench.keys(cities, [['1'], ['2'], ['3'], ['5'], ['99']]);
    expect(outcome.results).toEqual(['updated', 'skipped', 'later', 'inserted', 'skipped']);
    expect(outcome).toMatchObject({ deleted: 1, verification: { differences: 0, equal: 3 } });
    expect(await bench.reader.exists('cities-of:ES', 'city-name:Ávila', 'cities-of:DE', 'city:3')).toBe(0);
    expect(await bench.reader.zrange('cities-by-size', 0, '-1', 'WITHSCORES')).toEqual([
      '1',
      '9',
      '2',
      '173000.5',
      '5',
      '700000',
    ]);
    expect((await bench.keys(cities, [['1'], ['5'], ['3']])).results).toEqual(['skipped', 'skipped', 'skipped']);
  });

  it('lets two entities swap a look-up', async () => {
    await bench.full(cities);
    await bench.writer.query(
      `UPDATE cities SET name = CASE id WHEN 1 THEN 'München 🏔' ELSE 'Ávila' END WHERE id IN (1, 3)`,
    );
    expect((await bench.keys(cities, [['1'], ['3']])).results).toEqual(['updated', 'updated']);
    expect(await bench.reader.get('city-name:Ávila')).toBe('3');
    expect(await bench.reader.get('city-name:München 🏔')).toBe('1');
  });
});
