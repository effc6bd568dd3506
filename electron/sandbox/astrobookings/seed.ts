import type pg from 'pg';
import { generateBilling, generateBookings } from './bookings';
import { copyRows } from './copy-rows';
import type { Row } from './copy-rows';
import { generateFlights } from './launches';
import { generatePeople } from './people';
import type { PeopleDrift } from './people';
import { createConstraints, createTables } from './schema';
import type { AstroBookingsDatabases } from './schema';
import { generateEntryLog, generateNotifications } from './system-records';

export const astroBookingsTables = [
  'agencies',
  'rockets',
  'launches',
  'travelers',
  'bookings',
  'invoices',
  'payments',
  'users',
  'entry_log',
  'notifications',
] as const;

export type AstroBookingsTable = (typeof astroBookingsTables)[number];

export interface SeedOptions extends AstroBookingsDatabases {
  /** 1 is about 100,000 bookings, 2,000 launches and 20,000 travelers; all else in proportion. 1 unless said. */
  readonly scale?: number;
  /** Another seed, other data; the same seed and scale, the same data to the last byte. 1 unless said. */
  readonly seed?: number;
  readonly onProgress?: (progress: SeedProgress) => void;
}

export interface SeedProgress {
  readonly table: AstroBookingsTable;
  readonly done: number;
  /** Rows of this table in all; null where that is known only at its end. */
  readonly total: number | null;
}

export interface SeedResult {
  /** Rows of each table. */
  readonly rows: Readonly<Record<AstroBookingsTable, number>>;
  readonly drift: PeopleDrift;
}

/**
 * Creates AstroBookings' tables in two empty databases and fills them with believable, reproducible data. Travelers and agencies
 * are out of line with the accounts by what `drift` tells; the cache is left as it is (empty).
 */
export async function seedAstroBookings(options: SeedOptions): Promise<SeedResult> {
  const { operations, system, scale = 1, seed = 1, onProgress = () => undefined } = options;
  const count = (atScaleOne: number, least: number): number => Math.max(least, Math.round(atScaleOne * scale));
  const people = generatePeople(seed, { staff: 40, agencies: count(64, 5), travelers: count(20_000, 100) });
  const flights = generateFlights(seed, people.agencyIds, { rockets: count(200, 8), launches: count(2000, 20) });
  const bookings = count(100_000, 100);

  const rows: Partial<Record<AstroBookingsTable, number>> = {};
  const load = async (
    client: pg.Client,
    table: AstroBookingsTable,
    columns: string,
    source: Iterable<Row>,
    total?: number,
  ) => {
    const known = total ?? (Array.isArray(source) ? source.length : null);
    rows[table] = await copyRows(client, `${table} (${columns})`, source, (done) =>
      onProgress({ table, done, total: known }),
    );
  };

  await createTables(options);
  const loadOperations = async (): Promise<void> => {
    await load(
      operations,
      'agencies',
      'user_id, description, contact_info, contact_email, legal_name, legal_tax_id, legal_address',
      people.agencies,
    );
    await load(operations, 'rockets', 'id, agency_id, name, capacity, range', flights.rockets);
    const launchColumns = 'id, agency_id, rocket_id, date, mission, destination, price_per_seat, status';
    await load(operations, 'launches', launchColumns, flights.launchRows);
    const travelerColumns = 'user_id, contact_phone, contact_email, emergency_contact, travel_preferences';
    await load(operations, 'travelers', travelerColumns, people.travelers);
    const sold = new Map<number, number>();
    const made = generateBookings(seed, bookings, people.travelerIds, flights.launches, sold);
    await load(
      operations,
      'bookings',
      'id, traveler_id, launch_id, number_of_seats, total_price, status',
      made,
      bookings,
    );
    const billing = generateBilling(seed, flights.launches, sold);
    await load(operations, 'invoices', 'id, number, agency_id, launch_id, amount, issued_at, status', billing.invoices);
    await load(operations, 'payments', 'id, invoice_id, amount, paid_at', billing.payments);
  };
  const loadSystem = async (): Promise<void> => {
    const users = people.users.length;
    const log = generateEntryLog(seed, count(20_000, 100), { users, bookings, launches: flights.launches.length });
    const notices = generateNotifications(seed, count(15_000, 100), users);
    await load(system, 'users', 'id, email, password_hash, name, role', people.users);
    await load(
      system,
      'entry_log',
      'id, level, message, timestamp, entity_type, entity_id, user_id, data',
      log,
      count(20_000, 100),
    );
    await load(system, 'notifications', 'id, user_id, message, timestamp, status', notices, count(15_000, 100));
  };
  await Promise.all([loadOperations(), loadSystem()]);
  await createConstraints(options);
  await Promise.all([advanceIdentities(operations), advanceIdentities(system)]);
  // An id of an account that is gone is not given again: OperationsDB may still have a traveler under it.
  await system.query(`select setval(pg_get_serial_sequence('users', 'id'), $1)`, [people.lastId]);
  await Promise.all([operations.query('analyze'), system.query('analyze')]);
  return { rows: rows as Record<AstroBookingsTable, number>, drift: people.drift };
}

/** The rows were loaded with their ids: the next one that an application makes must come after them. */
async function advanceIdentities(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    `select attrelid::regclass::text as table from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = 'public'::regnamespace and attname = 'id' and attidentity = 'd'`,
  );
  for (const { table } of rows) {
    await client.query(`select setval(pg_get_serial_sequence('${table}', 'id'), max(id)) from ${table}`);
  }
}
