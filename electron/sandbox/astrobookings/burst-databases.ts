import type pg from 'pg';
import type { Application } from './applications';
import { generatePeople } from './people';
import type { BurstResult } from './burst-result';

/** The ids that a query gives; those below choose by hash, in an order that looks random and follows from the seed. */
async function ids(client: pg.Client, query: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(query, [...values]);
  return rows.map(({ id }) => id);
}

/** Launches to come that have seats for anybody. */
const launchesWithSeats = `
  select l.id
  from launches l
  join rockets r on r.id = l.rocket_id
  left join bookings b on b.launch_id = l.id and b.status <> 'canceled'
  where l.status in ('scheduled', 'confirmed')
  group by l.id, r.capacity
  having r.capacity - coalesce(sum(b.number_of_seats), 0) >= 12
  order by hashint8extended(l.id, $1)
  limit $2`;

const bookingsToCome = `
  select b.id
  from bookings b
  join launches l on l.id = b.launch_id
  where b.status in ('pending', 'confirmed') and l.status in ('scheduled', 'confirmed')
  order by hashint8extended(b.id, $1)
  limit $2`;

/** Bookings made, moved to another launch, canceled, deleted; accounts registered, addresses changed. */
export async function bookingServiceAtWork(
  { transaction }: Application,
  seed: number,
): Promise<
  Pick<
    BurstResult,
    | 'bookingsMade'
    | 'bookingsMoved'
    | 'bookingsCanceled'
    | 'bookingsDeleted'
    | 'travelersRegistered'
    | 'travelerEmailsChanged'
  >
> {
  const bookings = await transaction('operations', async (client) => {
    const launches = await ids(client, launchesWithSeats, [seed, 10]);
    const chosen = await ids(client, bookingsToCome, [seed, 29]);
    const travelers = await ids(
      client,
      'select user_id as id from travelers order by hashint8extended(user_id, $1) limit 40',
      [seed],
    );
    const made: string[] = [];
    for (const [index, traveler] of travelers.entries()) {
      const [id = ''] = await ids(
        client,
        `insert into bookings (traveler_id, launch_id, number_of_seats, total_price, status)
         select $1, id, $3::integer, price_per_seat * $3::integer, 'pending' from launches where id = $2
         returning id`,
        [traveler, launches[index % launches.length], (index % 3) + 1],
      );
      made.push(id);
    }
    const moved = chosen.slice(0, 10);
    for (const [index, id] of moved.entries()) {
      await client.query(
        `update bookings b set launch_id = l.id, total_price = b.number_of_seats * l.price_per_seat
         from launches l where b.id = $1 and l.id = $2`,
        [id, launches[(index + 5) % launches.length]],
      );
    }
    const canceled = chosen.slice(10, 25);
    await client.query(`update bookings set status = 'canceled' where id = any($1)`, [canceled]);
    const deleted = chosen.slice(25);
    await client.query('delete from bookings where id = any($1)', [deleted]);
    return { bookingsMade: made, bookingsMoved: moved, bookingsCanceled: canceled, bookingsDeleted: deleted };
  });
  const accounts = await transaction('system', async (client) => {
    const changed = await ids(
      client,
      `update users set email = split_part(email, '@', 1) || '@moved-' || id || '.example'
       where id in (select id from users where role = 'traveler' order by hashint8extended(id, $1) limit 20)
       returning id`,
      [seed],
    );
    const registered: string[] = [];
    for (const [, , passwordHash, name] of generatePeople(seed, { staff: 3, agencies: 0, travelers: 0 }).users) {
      const [id = ''] = await ids(
        client,
        `insert into users (email, password_hash, name, role)
         values ('newcomer' || (select max(id) + 1 from users) || '@mail.example', $1, $2, 'traveler') returning id`,
        [passwordHash, name],
      );
      registered.push(id);
    }
    return { travelersRegistered: registered, travelerEmailsChanged: changed };
  });
  return { ...bookings, ...accounts };
}

/** Launches delayed by a week, a rocket with more seats, an agency under another name (its account and its legal name). */
export async function agencyPortalAtWork(
  { transaction }: Application,
  seed: number,
): Promise<Pick<BurstResult, 'launchesDelayed' | 'rocketsRefitted' | 'agenciesRenamed'>> {
  const flights = await transaction('operations', async (client) => ({
    launchesDelayed: await ids(
      client,
      `update launches set date = date + interval '7 days', status = 'delayed'
       where id in (
         select id from launches where status in ('scheduled', 'confirmed') order by hashint8extended(id, $1) desc limit 8)
       returning id`,
      [seed],
    ),
    rocketsRefitted: await ids(
      client,
      `update rockets set capacity = capacity + 24
       where id = (select id from rockets order by hashint8extended(id, $1) limit 1)
       returning id`,
      [seed],
    ),
    agenciesRenamed: await ids(
      client,
      `update agencies set legal_name = 'Grupo ' || legal_name
       where user_id = (select user_id from agencies order by hashint8extended(user_id, $1) limit 1)
       returning user_id as id`,
      [seed],
    ),
  }));
  await transaction('system', (client) =>
    client.query(`update users set name = 'Grupo ' || name where id = any($1)`, [flights.agenciesRenamed]),
  );
  return flights;
}

/** Seats made dearer by five per cent. */
export function financeDeskAtWork(
  { transaction }: Application,
  seed: number,
): Promise<Pick<BurstResult, 'pricesChanged'>> {
  return transaction('operations', async (client) => ({
    pricesChanged: await ids(
      client,
      `update launches set price_per_seat = round(price_per_seat * 1.05, 2)
       where id in (select id from launches where status = 'scheduled' order by hashint8extended(id, $1 + 1) limit 12)
       returning id`,
      [seed],
    ),
  }));
}
