import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../servers/test-databases';
import type { TestDatabase } from '../servers/test-databases';
import { firstIdOfCacheBookings } from './schema';
import type { AstroBookingsDatabases } from './schema';
import { astroBookingsTables, seedAstroBookings } from './seed';
import type { SeedProgress, SeedResult } from './seed';

const systemTables: readonly string[] = ['users', 'entry_log', 'notifications'];
let databases: TestDatabase[] = [];

async function emptyDatabases(version: 18 | 14 = 18): Promise<AstroBookingsDatabases> {
  const made = await Promise.all([createTestDatabase(version), createTestDatabase(version)]);
  databases = [...databases, ...made];
  return { operations: await made[0].client(), system: await made[1].client() };
}
afterAll(() => Promise.all(databases.map((database) => database.drop())));

/** One word for every byte of every table. */
async function fingerprints({ operations, system }: AstroBookingsDatabases): Promise<unknown[]> {
  const hashes: unknown[] = [];
  for (const table of astroBookingsTables) {
    const client = systemTables.includes(table) ? system : operations;
    const shown = await client.query<{ hash: string }>(
      `select md5(string_agg(t::text, '|' order by t::text collate "C")) as hash from ${table} t`,
    );
    hashes.push(shown.rows[0]?.hash);
  }
  return hashes;
}

describe('AstroBookings at a tenth of its size', () => {
  let operations: AstroBookingsDatabases['operations'];
  let system: AstroBookingsDatabases['system'];
  let result: SeedResult;
  const progress: SeedProgress[] = [];
  const count = async (client: typeof operations, query: string): Promise<number> =>
    Number((await client.query<{ n: string }>(`select count(*) as n from ${query}`)).rows[0]?.n);

  beforeAll(async () => {
    ({ operations, system } = await emptyDatabases());
    result = await seedAstroBookings({ operations, system, scale: 0.1, onProgress: (step) => progress.push(step) });
  });

  test('has the rows that it says, in proportion', async () => {
    expect(result.rows).toMatchObject({ bookings: 10_000, launches: 200, rockets: 20, agencies: 6, users: 2046 });
    for (const table of astroBookingsTables) {
      expect(await count(systemTables.includes(table) ? system : operations, table)).toBe(result.rows[table]);
    }
  });

  test('tells its progress, up to the last row of each table', () => {
    for (const table of astroBookingsTables) {
      expect(progress.findLast((step) => step.table === table)).toMatchObject({
        done: result.rows[table],
        total: result.rows[table],
      });
    }
  });

  test('sells no seat twice: no launch has more than its rocket', async () => {
    const oversold = await count(
      operations,
      `(select 1 from bookings b join launches l on l.id = b.launch_id join rockets r on r.id = l.rocket_id
        where b.status <> 'canceled' group by l.id, r.capacity having sum(b.number_of_seats) > r.capacity) oversold`,
    );
    expect(oversold).toBe(0);
  });

  test('has drifted apart by what it says', async () => {
    const users = (await system.query<{ id: string; email: string; name: string; role: string }>('select * from users'))
      .rows;
    const accounts = new Map(users.map((user) => [user.id, user]));
    const known = (await operations.query<{ user_id: string; contact_email: string | null }>('select * from travelers'))
      .rows;
    const agencies = (await operations.query<Record<string, string>>('select * from agencies')).rows;
    const travelers = new Set(known.map((traveler) => traveler.user_id));
    expect(result.drift).toEqual({
      missingTravelers: users.filter((user) => user.role === 'traveler' && !travelers.has(user.id)).length,
      extraTravelers: known.filter((traveler) => !accounts.has(traveler.user_id)).length,
      staleTravelers: known.filter((traveler) => {
        const account = accounts.get(traveler.user_id);
        return account !== undefined && account.email !== traveler.contact_email;
      }).length,
      staleAgencies: agencies.filter((agency) => {
        const account = accounts.get(agency['user_id']!);
        return account?.email !== agency['contact_email'] || account?.name !== agency['contact_info'];
      }).length,
    });
    expect(Math.min(...Object.values<number>({ ...result.drift }))).toBeGreaterThan(0);
  });

  test('holds accents, apostrophes, emoji and other scripts', async () => {
    for (const pattern of ['[łŁ]', "'", '[佐鈴高]', '[а-я]', '[ا-ي]']) {
      expect(await count(system, `users where name ~ $$${pattern}$$`)).toBeGreaterThan(0);
    }
    expect(await count(operations, `launches where mission like '%✨%' or mission like '%💍%'`)).toBeGreaterThan(0);
    expect(await count(operations, `agencies where description ~ E'[\\n\\t]'`)).toBeGreaterThan(0);
  });

  test('gives new rows ids after those that it loaded, and never those of accounts that are gone', async () => {
    const booking = await operations.query<{ id: string }>(
      `insert into bookings (traveler_id, launch_id, number_of_seats, total_price, status)
       select traveler_id, launch_id, 1, 1, 'pending' from bookings limit 1 returning id`,
    );
    expect(booking.rows[0]?.id).toBe('10001');
    const user = await system.query<{ id: string }>(
      `insert into users (email, password_hash, name, role) values ('a@b.example', '', 'New', 'traveler') returning id`,
    );
    const highest = await operations.query<{ id: string }>('select max(user_id) as id from travelers');
    expect(Number(user.rows[0]?.id)).toBe(Number(highest.rows[0]?.id) + 1);
  });

  test('takes bookings of the cache under their own ids, and never gives such an id itself', async () => {
    const insert = (column: string, id: string): Promise<unknown> =>
      operations.query(
        `insert into bookings (${column} traveler_id, launch_id, number_of_seats, total_price, status)
         select ${id} traveler_id, launch_id, 1, 1, 'pending' from bookings limit 1`,
      );
    await insert('id,', `${String(firstIdOfCacheBookings)},`);
    await operations.query(
      `select setval(pg_get_serial_sequence('bookings', 'id'), ${String(firstIdOfCacheBookings - 1)})`,
    );
    await expect(insert('', '')).rejects.toMatchObject({ code: '2200H' });
  });
});

test('is the same to the last byte for the same seed, on PostgreSQL 18 and 14, and other for another', async () => {
  const [one, again, other] = [await emptyDatabases(), await emptyDatabases(14), await emptyDatabases()];
  await seedAstroBookings({ ...one, scale: 0.01 });
  await seedAstroBookings({ ...again, scale: 0.01, seed: 1 });
  await seedAstroBookings({ ...other, scale: 0.01, seed: 2 });
  const [first, second, third] = [await fingerprints(one), await fingerprints(again), await fingerprints(other)];
  expect(second).toEqual(first);
  for (const [index, fingerprint] of third.entries()) expect(fingerprint).not.toEqual(first[index]);
});
