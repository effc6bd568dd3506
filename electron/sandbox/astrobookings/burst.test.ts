import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedisServer } from '../servers/redis';
import { createTestDatabase, createTestRedis } from '../servers/test-databases';
import type { TestDatabase } from '../servers/test-databases';
import { runBurst } from './burst';
import { countBurst } from './burst-result';
import type { BurstResult } from './burst-result';
import { changeStream } from './burst-stream';
import { createSandboxRoles, dropSandboxRoles, urlAsRole } from './roles';
import type { SandboxRoles } from './roles';
import { seedAstroBookings } from './seed';

/** What a stand-in for capture sees of each statement: who, and how many rows of what. */
const witness = (tables: readonly string[]): string => `
  create table seen (n serial, tab text, op text, application_name text, application text, actor text, session_user_name text);
  create function witness() returns trigger language plpgsql security definer as $$
  begin
    insert into seen (tab, op, application_name, application, actor, session_user_name)
    values (tg_table_name, tg_op, current_setting('application_name'), nullif(current_setting('astro_sync.application', true), ''),
            nullif(current_setting('astro_sync.actor', true), ''), session_user);
    return null;
  end $$;
  ${tables
    .map(
      (table) =>
        `create trigger w after insert or update or delete on ${table} for each row execute function witness();`,
    )
    .join('\n')}`;

let operationsDb: TestDatabase;
let systemDb: TestDatabase;
let redis: RedisServer;
let operations: pg.Client;
let system: pg.Client;
let roles: SandboxRoles;
let result: BurstResult;

beforeAll(async () => {
  [operationsDb, systemDb, redis] = await Promise.all([createTestDatabase(), createTestDatabase(), createTestRedis()]);
  [operations, system] = [await operationsDb.client(), await systemDb.client()];
  await seedAstroBookings({ operations, system, scale: 0.1 });
  roles = await createSandboxRoles({ operations, system, suffix: `_${randomBytes(4).toString('hex')}` });
  await operations.query(witness(['bookings', 'launches', 'rockets', 'agencies']));
  await system.query(witness(['users']));
  const urls = { operations: operationsDb.url, system: systemDb.url, cache: redis.url() };
  result = await runBurst({ ...urls, roles, unknownLaunch: true });
});
afterAll(async () => {
  await dropSandboxRoles({ operations, system }, roles);
  await Promise.all([operationsDb.drop(), systemDb.drop(), redis.stop()]);
});

test('does a bit of everything, on rows that are all different', () => {
  expect(countBurst(result)).toEqual({
    bookingsMade: 40,
    bookingsMoved: 10,
    bookingsCanceled: 15,
    bookingsDeleted: 4,
    travelersRegistered: 3,
    travelerEmailsChanged: 20,
    launchesDelayed: 8,
    rocketsRefitted: 1,
    agenciesRenamed: 1,
    pricesChanged: 12,
    cacheBookingsMade: 6,
    cacheBookingsCancelled: 2,
    cacheBookingsOnUnknownLaunch: 1,
  });
  for (const kinds of [
    ['bookingsMade', 'bookingsMoved', 'bookingsCanceled', 'bookingsDeleted'],
    ['launchesDelayed', 'pricesChanged'],
  ] as const) {
    const ids = kinds.flatMap((kind) => result[kind]);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('is written by three applications and two actors, each under its own role, and each names itself in its own way', async () => {
  const { rows } = await operations.query(
    `select tab, op, application_name, application, actor, session_user_name as role, count(*)::int as n from seen
     group by 1, 2, 3, 4, 5, 6 order by min(n)`,
  );
  const bookingService = {
    application_name: 'booking-service',
    application: null,
    actor: 'lucia.fernandez',
    role: roles.bookingService.name,
  };
  const agencyPortal = {
    application_name: 'node',
    application: 'agency-portal',
    actor: 'marek.zolkiewski',
    role: roles.agencyPortal.name,
  };
  expect(rows).toEqual([
    { tab: 'bookings', op: 'INSERT', ...bookingService, n: 40 },
    { tab: 'bookings', op: 'UPDATE', ...bookingService, n: 25 },
    { tab: 'bookings', op: 'DELETE', ...bookingService, n: 4 },
    { tab: 'launches', op: 'UPDATE', ...agencyPortal, n: 8 },
    { tab: 'rockets', op: 'UPDATE', ...agencyPortal, n: 1 },
    { tab: 'agencies', op: 'UPDATE', ...agencyPortal, n: 1 },
    {
      tab: 'launches',
      op: 'UPDATE',
      application_name: 'finance-desk',
      application: null,
      actor: null,
      role: roles.financeDesk.name,
      n: 12,
    },
  ]);
  expect((await system.query(`select actor, op, count(*)::int as n from seen group by 1, 2 order by 3`)).rows).toEqual([
    { actor: 'marek.zolkiewski', op: 'UPDATE', n: 1 },
    { actor: 'lucia.fernandez', op: 'INSERT', n: 3 },
    { actor: 'lucia.fernandez', op: 'UPDATE', n: 20 },
  ]);
});

test('sells no seat twice, also where bookings move', async () => {
  const oversold = await operations.query(
    `select 1 from bookings b join launches l on l.id = b.launch_id join rockets r on r.id = l.rocket_id
     where b.status <> 'canceled' group by l.id, r.capacity having sum(b.number_of_seats) > r.capacity`,
  );
  expect(oversold.rowCount).toBe(0);
});

describe('bookings of the cache', () => {
  test('stand in the stream with their origin and their values, under ids from 1,000,000,000 up', async () => {
    const cache = new Redis(redis.url());
    const entries = await cache.xrange(changeStream, '-', '+');
    cache.disconnect();
    const changes = entries.map(([, list]) =>
      Object.fromEntries(list.flatMap((field, index) => (index % 2 === 0 ? [[field, list[index + 1]!] as const] : []))),
    );
    expect(changes.map((change) => [change['op'], change['key']])).toEqual([
      ...result.cacheBookingsMade.map((id) => ['insert', id]),
      ...result.cacheBookingsCancelled.map((id) => ['update', id]),
      ...result.cacheBookingsOnUnknownLaunch.map((id) => ['insert', id]),
    ]);
    expect(changes[0]).toMatchObject({
      entity: 'booking',
      key: '1000000000',
      application: 'booking-service',
      actor: 'lucia.fernandez',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
    const values = changes.map((change) => JSON.parse(change['values']!) as Record<string, unknown>);
    expect(values[0]).toMatchObject({ id: '1000000000', number_of_seats: 2, status: 'booked' });
    expect(values.slice(6, 8).map((booking) => booking['status'])).toEqual(['cancelled', 'cancelled']);
    const known = await operations.query(
      'select 1 from launches l, travelers t where l.id = $1 and t.user_id = $2 and $3 = l.price_per_seat * 2',
      [values[0]!['launch_id'], values[0]!['traveler_id'], values[0]!['total_price']],
    );
    expect(known.rowCount).toBe(1);
    const unknown = await operations.query('select 1 from launches where id = $1', [values.at(-1)!['launch_id']]);
    expect(unknown.rowCount).toBe(0);
  });
});

test('another burst finds other work, and gives no id of the cache again', async () => {
  const urls = { operations: operationsDb.url, system: systemDb.url, cache: redis.url() };
  const second = await runBurst({ ...urls, roles, seed: 2 });
  expect(second.cacheBookingsMade[0]).toBe('1000000007');
  expect(second.bookingsMade[0]).not.toBe(result.bookingsMade[0]);
  expect(countBurst(second)).toMatchObject({ bookingsMade: 40, launchesDelayed: 8, cacheBookingsOnUnknownLaunch: 0 });
});

describe('roles', () => {
  const asRole = async (role: keyof SandboxRoles, statement: string): Promise<unknown> => {
    const { default: postgres } = await import('pg');
    const client = new postgres.Client({ connectionString: urlAsRole(operationsDb.url, roles[role]) });
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  };

  test('may do what their application does, and no more', async () => {
    await asRole('bookingService', 'select 1 from bookings limit 1');
    await asRole('financeDesk', 'update launches set price_per_seat = price_per_seat where false');
    await expect(asRole('financeDesk', 'update launches set date = date where false')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(asRole('agencyPortal', 'delete from bookings where false')).rejects.toMatchObject({ code: '42501' });
    await expect(asRole('bookingService', 'alter table bookings add a int')).rejects.toMatchObject({ code: '42501' });
  });

  test('give the operator nothing but the door', async () => {
    await asRole('operator', 'select 1');
    await expect(asRole('operator', 'select 1 from bookings')).rejects.toMatchObject({ code: '42501' });
  });
});
