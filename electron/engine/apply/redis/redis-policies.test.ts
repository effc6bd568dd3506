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

const source = { database: 'operations', table: 'cities' };

function dataset(target: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<ResolvedDataset> {
  return bench.dataset({ name: 'cards', source, target: { database: 'cache', ...target }, ...more });
}

beforeAll(async () => {
  [database, server] = await Promise.all([createTestDatabase(), createTestRedis()]);
  bench = await openTestBench(database.url, server.url());
});

beforeEach(async () => {
  await bench.reader.flushall();
  bench.rowErrors.length = 0;
  bench.logs.length = 0;
  await bench.writer.query(`
    DROP TABLE IF EXISTS cities;
    CREATE TABLE cities (id bigint PRIMARY KEY, name text, size numeric);
    INSERT INTO cities VALUES (1, 'Ávila', 57), (2, 'Graz', 290), (3, NULL, 7)`);
});

afterAll(async () => {
  await bench.close();
  await Promise.all([database.drop(), server.stop()]);
});

describe('kinds of entities', () => {
  it('writes JSON objects of texts, without what is NULL', async () => {
    await bench.full(await dataset({ json: 'city:{id}' }));
    expect(await bench.reader.get('city:1')).toBe('{"id":"1","name":"Ávila","size":"57"}');
    expect(await bench.reader.get('city:3')).toBe('{"id":"3","size":"7"}');
  });

  it('writes one column as a string, and nothing where it is NULL', async () => {
    const names = await dataset({ string: 'city-name:{id}', value: 'name' });
    expect(await bench.full(names)).toMatchObject({ inserted: 2, verification: { differences: 0 } });
    expect(await bench.reader.mget('city-name:1', 'city-name:2', 'city-name:3')).toEqual(['Ávila', 'Graz', null]);
    await bench.writer.query('UPDATE cities SET name = CASE id WHEN 3 THEN $$Oslo$$ END WHERE id IN (2, 3)');
    expect((await bench.keys(names, [['2'], ['3']])).results).toEqual(['updated', 'inserted']);
    expect(await bench.reader.mget('city-name:1', 'city-name:2', 'city-name:3')).toEqual(['Ávila', null, 'Oslo']);
    expect(await bench.full(names)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  });

  it('encodes what could be read as part of a template in keys, and finds the entity again', async () => {
    await bench.writer.query(`DROP TABLE cities; CREATE TABLE cities (id text PRIMARY KEY, name text);
      INSERT INTO cities VALUES ('a:b', '1'), ('50%', '2'), ('{x}', '3'), ('a*?[b]\\c', '4'), ('two words é🚀', '5'), ('', '6')`);
    const cards = await dataset({ hash: 'city:{id}' });
    expect(await bench.full(cards)).toMatchObject({ inserted: 6 });
    expect((await bench.reader.keys('city:*')).sort()).toEqual(
      ['city:', 'city:50%25', 'city:a%2A%3F%5Bb%5D%5Cc', 'city:a%3Ab', 'city:two words é🚀', 'city:%7Bx%7D'].sort(),
    );
    await bench.writer.query(`DELETE FROM cities WHERE id IN ('a:b', '{x}')`);
    expect(await bench.full(cards)).toMatchObject({ deleted: 2, unchanged: 4 });
    expect(await bench.reader.exists('city:a%3Ab', 'city:%7Bx%7D')).toBe(0);
  });
});

describe('on_delete', () => {
  it('keep leaves the entity, its index entries, and calls that no difference', async () => {
    const cards = await dataset(
      { hash: 'city:{id}', indexes: [{ zset: 'by-size', score: 'size', member: 'id' }] },
      { on_delete: 'keep' },
    );
    await bench.full(cards);
    await bench.writer.query('DELETE FROM cities WHERE id = 1');
    expect(await bench.full(cards)).toMatchObject({ deleted: 0, verification: { differences: 0 } });
    expect((await bench.keys(cards, [['1']])).results).toEqual(['skipped']);
    expect(await bench.reader.hget('city:1', 'name')).toBe('Ávila');
    expect(await bench.reader.zcard('by-size')).toBe(3);
  });

  it.each([
    ['hash', { state: 'gone', id: '1', name: 'Ávila', size: '57' }],
    ['json', '{"id":"1","name":"Ávila","size":"57","state":"gone"}'],
  ] as const)('mark sets the column once in a %s, and clears it when the entity is back', async (kind, marked) => {
    const mark = { column: 'state', value: 'gone', clear: 'here' };
    const cards = await dataset({ [kind]: 'city:{id}' }, { on_delete: { mark } });
    const read = () => (kind === 'hash' ? bench.reader.hgetall('city:1') : bench.reader.get('city:1'));
    await bench.full(cards);
    const before = await read();
    expect(JSON.stringify(before)).toContain('here');
    await bench.writer.query('DELETE FROM cities WHERE id = 1');
    const plan = await bench.drive(cards, (driver) => driver.planAll(), { write: false });
    expect(plan).toMatchObject({ deletes: 1 });
    expect(await bench.full(cards)).toMatchObject({ deleted: 1, verification: { differences: 0 } });
    expect(await read()).toEqual(marked);
    expect(await bench.full(cards)).toMatchObject({ deleted: 0, updated: 0, verification: { differences: 0 } });
    expect((await bench.keys(cards, [['1']])).results).toEqual(['skipped']);
    await bench.writer.query(`INSERT INTO cities VALUES (1, 'Ávila', 57)`);
    expect((await bench.keys(cards, [['1']])).results).toEqual(['updated']);
    expect(await read()).toEqual(before);
  });
});

describe('write', () => {
  it('insert never changes what is there', async () => {
    const cards = await dataset({ hash: 'city:{id}' }, { write: 'insert' });
    await bench.full(cards);
    await bench.writer.query(`UPDATE cities SET name = 'x' WHERE id = 1; INSERT INTO cities VALUES (4, 'Linz', 1)`);
    expect(await bench.full(cards)).toMatchObject({
      inserted: 1,
      updated: 0,
      skipped: 1,
      verification: { differences: 0 },
    });
    expect(await bench.reader.hget('city:1', 'name')).toBe('Ávila');
  });

  it('update never makes what is not there', async () => {
    const cards = await dataset({ hash: 'city:{id}' }, { write: 'update' });
    await bench.reader.hset('city:1', 'id', '1');
    expect(await bench.full(cards)).toMatchObject({
      inserted: 0,
      updated: 1,
      skipped: 2,
      verification: { differences: 0 },
    });
    expect(await bench.reader.keys('city:*')).toEqual(['city:1']);
  });
});

describe('a time to live', () => {
  it('is set on write; an entity that expired is no difference until its row changes', async () => {
    const cards = await dataset({
      hash: 'city:{id}',
      ttl: 3,
      indexes: [{ zset: 'by-size', score: 'size', member: 'id' }],
    });
    expect(await bench.full(cards)).toMatchObject({ inserted: 3, verification: { differences: 0 } });
    expect(await bench.reader.pttl('city:1')).toBeGreaterThan(0);
    await expect.poll(() => bench.reader.exists('city:1', 'city:2', 'city:3'), { timeout: 20_000 }).toBe(0);
    const seen = await bench.drive(cards, (driver) => driver.verifyAll(() => false), { write: false });
    expect(seen.differences).toBe(0);
    expect(await bench.full(cards)).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 });
    await bench.writer.query('UPDATE cities SET size = 58 WHERE id = 1; DELETE FROM cities WHERE id = 2');
    expect((await bench.keys(cards, [['1'], ['2'], ['3']])).results).toEqual(['inserted', 'later', 'skipped']);
    expect(await bench.reader.hget('city:1', 'size')).toBe('58');
    expect(await bench.reader.zrange('by-size', 0, '-1', 'WITHSCORES')).toEqual(['3', '7', '1', '58']);
  });

  it('that somebody removed, or that is not wanted, is a difference', async () => {
    const lasting = await dataset({ hash: 'city:{id}' });
    await bench.full(lasting);
    await bench.reader.expire('city:1', 1_000);
    expect(await bench.full(lasting)).toMatchObject({ updated: 1, unchanged: 2 });
    expect(await bench.reader.ttl('city:1')).toBe(-1);
    const passing = await dataset({ hash: 'city:{id}', ttl: 500 });
    expect(await bench.full(passing)).toMatchObject({ updated: 3 });
    await bench.reader.persist('city:2');
    expect(await bench.full(passing)).toMatchObject({ updated: 1, unchanged: 2, verification: { differences: 0 } });
    expect(await bench.reader.ttl('city:2')).toBeGreaterThan(490);
    await bench.reader.del('city:3');
    expect(await bench.full(passing)).toMatchObject({ inserted: 1, unchanged: 2 });
  });
});

describe('keys that the sync did not write', () => {
  it.each([
    ['bigint', `(1), (2)`, ['weird', '99999999999999999999', '01', ' 1', '-0']],
    ['int', `(1), (2)`, ['3000000000', '1.0', '']],
    ['uuid', `('00000000-0000-4000-8000-00000000000a')`, ['x', '00000000-0000-4000-8000-00000000000A']],
    ['date', `('2026-02-28')`, ['2026-02-31', 'tomorrow', '28.2.2026']],
    ['timestamptz', `('2026-02-28 10:00:00+00')`, ['never', '2026-13-01 00:00:00+00']],
    ['numeric', `(1.5)`, ['1,5', 'NaNa']],
  ])('are removed with adopt also where a key of type %s cannot hold what they are called', async (type, rows, odd) => {
    await bench.writer.query(`DROP TABLE cities; CREATE TABLE cities (id ${type} PRIMARY KEY, name text);
      INSERT INTO cities VALUES ${rows}`);
    const adopting = await dataset({ hash: 'city:{id}', adopt: true });
    const all = rows.split('), (').length;
    expect(await bench.full(adopting)).toMatchObject({ inserted: all, verification: { differences: 0 } });
    for (const text of odd) await bench.reader.hset(`city:${text.replaceAll(':', '%3A')}`, 'name', 'mine');
    expect(await bench.full(adopting)).toMatchObject({
      deleted: odd.length,
      unchanged: all,
      verification: { differences: 0 },
    });
    expect(await bench.reader.keys('city:*')).toHaveLength(all);
  });

  it('are reported and left alone, removed only with adopt', async () => {
    const indexes = [
      { set: 'named:{name}', member: 'id' },
      { string: 'size:{size}', value: 'id' },
    ];
    await bench.reader.hset('city:99', 'name', 'theirs');
    await bench.reader.set('city:7:notes', 'of another shape');
    await bench.reader.sadd('named:Theirs', '5');
    await bench.reader.set('size:12345', 'theirs');
    const careful = await dataset({ hash: 'city:{id}', indexes });
    expect(await bench.full(careful)).toMatchObject({ inserted: 3, deleted: 0, verification: { differences: 0 } });
    expect(bench.logs.filter((line) => line.includes('not written by the sync'))).toHaveLength(3);
    expect(await bench.reader.exists('city:99', 'city:7:notes', 'named:Theirs', 'size:12345')).toBe(4);
    const adopting = await dataset({ hash: 'city:{id}', indexes, adopt: true });
    expect(await bench.full(adopting)).toMatchObject({ deleted: 3, unchanged: 3, verification: { differences: 0 } });
    expect(await bench.reader.exists('city:99', 'named:Theirs', 'size:12345')).toBe(0);
    expect(await bench.reader.get('city:7:notes')).toBe('of another shape');
  });

  it('are taken over where the source has their entity', async () => {
    const cards = await dataset({ hash: 'city:{id}' });
    await bench.reader.hset('city:1', { id: '1', name: 'Ávila', size: '57' });
    await bench.reader.hset('city:2', { id: '2', name: 'wrong', more: 'x' });
    await bench.reader.lpush('city:3', 'a list');
    expect(await bench.full(cards)).toMatchObject({ updated: 2, unchanged: 1, verification: { differences: 0 } });
    expect(await bench.reader.hgetall('city:2')).toEqual({ id: '2', name: 'Graz', size: '290' });
    expect(await bench.reader.hgetall('city:3')).toEqual({ id: '3', size: '7' });
    await bench.writer.query('DELETE FROM cities');
    expect(await bench.full(cards)).toMatchObject({ deleted: 3 });
  });
});

describe('an index', () => {
  const indexes = [{ zset: 'by-size', score: 'size', member: 'id' }];

  it('that was lost is rebuilt under another name: no reader sees it half full', async () => {
    const cards = await dataset({ hash: 'city:{id}', indexes }, { batch: 50 });
    await bench.writer.query('INSERT INTO cities SELECT i, $$c$$, i FROM generate_series(10, 3000) AS i');
    await bench.full(cards);
    await bench.reader.del('by-size');
    const sizes = new Set<number>();
    const reading = { on: true };
    const watch = (async () => {
      while (reading.on) sizes.add(await bench.reader.zcard('by-size'));
    })();
    expect(await bench.full(cards)).toMatchObject({ inserted: 0, updated: 0, verification: { differences: 0 } });
    reading.on = false;
    await watch;
    expect([...sizes].sort((a, b) => a - b)).toEqual([0, 2_994]);
    expect(bench.logs.join()).toContain('is rebuilt');
    expect(await bench.reader.ttl('by-size')).toBe(-1);
    expect(await bench.reader.keys('astro_sync:rebuild:*')).toEqual([]);
  });

  it('loses the members that no entity has, and what a dropped index left behind', async () => {
    await bench.full(await dataset({ hash: 'city:{id}', indexes }));
    await bench.reader.zadd('by-size', 1, 'stray');
    const seen = await bench.drive(
      await dataset({ hash: 'city:{id}', indexes }),
      (driver) => driver.verifyAll(() => false),
      { write: false },
    );
    expect(seen).toMatchObject({ differences: 1, samples: [{ key: { index: 'by-size', member: 'stray' } }] });
    await bench.full(await dataset({ hash: 'city:{id}', indexes }));
    expect(await bench.reader.zrange('by-size', 0, '-1')).toEqual(['3', '1', '2']);
    const renamed = await dataset({ hash: 'city:{id}', indexes: [{ zset: 'sizes', score: 'size', member: 'id' }] });
    await bench.full(renamed);
    expect(await bench.reader.exists('by-size')).toBe(0);
    expect(await bench.reader.zcard('sizes')).toBe(3);
  });

  it('scores dates as seconds since 1970', async () => {
    await bench.writer.query(`ALTER TABLE cities ADD at timestamptz, ADD day date;
      UPDATE cities SET at = '2026-01-02 03:04:05.678901+00', day = '1969-12-31' WHERE id = 1`);
    const cards = await dataset({
      hash: 'city:{id}',
      indexes: [
        { zset: 'by-time', score: 'at', member: 'id' },
        { zset: 'by-day', score: 'day', member: 'id' },
      ],
    });
    expect(await bench.full(cards)).toMatchObject({ verification: { differences: 0 } });
    expect(await bench.reader.zscore('by-time', '1')).toBe('1767323045.678901');
    expect(await bench.reader.zscore('by-day', '1')).toBe('-86400');
    expect(await bench.full(cards)).toMatchObject({ updated: 0 });
  });

  it('refuses a score that is no number: that row fails alone, with key, column and reason', async () => {
    await bench.writer.query(`UPDATE cities SET size = 'NaN' WHERE id = 2`);
    const cards = await dataset({ hash: 'city:{id}', indexes });
    expect(await bench.full(cards)).toMatchObject({ inserted: 2, failed: 1, verification: { differences: 0 } });
    expect(bench.rowErrors).toEqual([
      expect.objectContaining({ key: { id: '2' }, column: 'size', value: 'NaN', dataset: 'cards' }),
    ]);
    bench.rowErrors.length = 0;
    expect((await bench.keys(cards, [['2'], ['1']])).results).toEqual(['failed', 'skipped']);
    expect(bench.rowErrors).toHaveLength(1);
  });

  it('says insert of an entity that is not there and update of one that is, in a full run and by keys', async () => {
    const cards = await dataset({ hash: 'city:{id}', indexes });
    expect(await bench.full(cards)).toMatchObject({ inserted: 3, failed: 0 });
    await bench.writer.query(
      `UPDATE cities SET size = 'NaN' WHERE id = 2; INSERT INTO cities (id, size) VALUES (9, 'NaN')`,
    );
    const told = [
      { key: { id: '2' }, operation: 'update' },
      { key: { id: '9' }, operation: 'insert' },
    ];
    expect(await bench.full(cards)).toMatchObject({ failed: 2 });
    expect(bench.rowErrors.map(({ key, operation }) => ({ key, operation }))).toEqual(told);
    bench.rowErrors.length = 0;
    expect((await bench.keys(cards, [['2'], ['9']])).results).toEqual(['failed', 'failed']);
    expect(bench.rowErrors.map(({ key, operation }) => ({ key, operation }))).toEqual(told);
  });

  it('says which database, and what to do, where the source table is renamed under it', async () => {
    const cards = await dataset({ hash: 'city:{id}', indexes });
    await bench.writer.query('ALTER TABLE cities RENAME TO towns');
    const lost = {
      code: 'STATEMENT_FAILED',
      message: expect.stringMatching(/^Dataset "cards" on \S+ \(.*relation .* does not exist/) as string,
    };
    const gone = { ...lost, hint: expect.stringContaining('A table is gone since the dataset was checked') as string };
    await expect(bench.drive(cards, (driver) => driver.upsertAll())).rejects.toMatchObject(gone);
    await expect(bench.drive(cards, (driver) => driver.upsertKeys([['1']]))).rejects.toMatchObject(gone);
    await bench.writer.query('ALTER TABLE towns RENAME TO cities');
  });

  it('stops at a limit of row errors', async () => {
    await bench.writer.query(`UPDATE cities SET size = 'NaN'`);
    const cards = await dataset({ hash: 'city:{id}', indexes });
    const run = bench.drive(cards, (driver) => driver.upsertAll(), { rowErrorLimit: 2 });
    await expect(run).rejects.toMatchObject({ code: 'ROW_ERROR_LIMIT' });
  });
});

describe('what is shown', () => {
  it('hides masked columns in differences and row errors', async () => {
    const cards = await dataset(
      { hash: 'city:{id}', indexes: [{ zset: 'by-size', score: 'size', member: 'id' }] },
      { mask: ['name', 'size'] },
    );
    await bench.full(cards);
    await bench.writer.query(
      `UPDATE cities SET name = 'secret' WHERE id = 1; UPDATE cities SET size = 'NaN' WHERE id = 2`,
    );
    const plan = await bench.drive(cards, (driver) => driver.planAll(), { write: false });
    expect(plan.samples[0]?.columns).toEqual({ name: ['•••', '•••'] });
    await bench.full(cards);
    expect(JSON.stringify([plan, bench.rowErrors, bench.logs])).not.toMatch(/secret|NaN/u);
  });

  it('names a source with several rows of one key', async () => {
    await bench.writer.query('CREATE VIEW twins AS SELECT * FROM cities UNION ALL SELECT * FROM cities');
    const query = { database: 'operations', query: 'SELECT * FROM twins', key: ['id'] };
    const twins = await bench.dataset({
      name: 'twins',
      source: query,
      target: { database: 'cache', hash: 'twin:{id}' },
      depends_on: [{ table: 'cities' }],
    });
    await expect(bench.full(twins)).rejects.toMatchObject({ code: 'NO_KEY' });
    await bench.writer.query('DROP VIEW twins');
  });
});
