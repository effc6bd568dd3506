import type { Redis } from 'ioredis';
import type pg from 'pg';

/** Looks into the databases themselves, past the engine: what the checks compare its words with. */

/** Keeps, for as long as this connection lives, which launch each booking was for. */
export async function rememberLaunches(operations: pg.Client): Promise<void> {
  await operations.query('create temporary table launch_before as select id, launch_id from public.bookings');
}

/** The launches that these bookings left, and those that they are for now, as ids. */
export async function launchesOfMoved(
  operations: pg.Client,
  bookings: readonly string[],
): Promise<{ readonly left: readonly string[]; readonly entered: readonly string[] }> {
  const { rows } = await operations.query<{ before: string; after: string }>(
    `select distinct o.launch_id as before, b.launch_id as after
     from launch_before o join public.bookings b using (id) where id = any($1) and o.launch_id <> b.launch_id`,
    [bookings],
  );
  return { left: [...new Set(rows.map((row) => row.before))], entered: [...new Set(rows.map((row) => row.after))] };
}

/** Seats that are still free on these launches, by id, as a traveler would count them. */
export async function freeSeats(
  operations: pg.Client,
  launches: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await operations.query<{ id: string; free: string }>(
    `select l.id, (r.capacity - coalesce(sum(b.number_of_seats) filter (where b.status in ('pending', 'confirmed')), 0))::text as free
     from public.launches l
     join public.rockets r on r.id = l.rocket_id
     left join public.bookings b on b.launch_id = l.id
     where l.id = any($1)
     group by l.id, r.capacity`,
    [launches],
  );
  return new Map(rows.map(({ id, free }) => [id, free]));
}

export interface BookingRow {
  readonly id: string;
  readonly launch: string;
  readonly status: string;
}

/** Those of these bookings that OperationsDB knows. */
export async function bookingRows(operations: pg.Client, ids: readonly string[]): Promise<readonly BookingRow[]> {
  const { rows } = await operations.query<BookingRow>(
    'select id, launch_id as launch, status from public.bookings where id = any($1) order by id',
    [ids],
  );
  return rows;
}

/** The current address of these accounts, and the one that OperationsDB has of them (null: none, or no such traveler). */
export async function travelerAddresses(
  databases: { readonly operations: pg.Client; readonly system: pg.Client },
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly account: string; readonly traveler: string | null }[]> {
  const { rows: accounts } = await databases.system.query<{ id: string; email: string }>(
    'select id, email from public.users where id = any($1)',
    [ids],
  );
  const { rows: travelers } = await databases.operations.query<{ id: string; email: string | null }>(
    'select user_id as id, contact_email as email from public.travelers where user_id = any($1)',
    [ids],
  );
  const known = new Map(travelers.map(({ id, email }) => [id, email]));
  return accounts.map(({ id, email }) => ({ id, account: email, traveler: known.get(id) ?? null }));
}

/** Dates of these launches in seconds since 1970, and where they stand in the cache's calendar; by id. */
export async function launchDates(
  operations: pg.Client,
  cache: Redis,
  launches: readonly string[],
): Promise<readonly { readonly id: string; readonly date: number; readonly score: number | null }[]> {
  const { rows } = await operations.query<{ id: string; date: number }>(
    'select id, extract(epoch from date)::float8 as date from public.launches where id = any($1)',
    [launches],
  );
  return Promise.all(
    rows.map(async ({ id, date }) => {
      const score = await cache.zscore('launches-by-date', id);
      return { id, date, score: score === null ? null : Number(score) };
    }),
  );
}

/** The tables whose changes are captured in this database. */
export async function capturedTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select table_name as name from astro_sync.captured_table where is_current order by 1',
  );
  return rows.map(({ name }) => name);
}
