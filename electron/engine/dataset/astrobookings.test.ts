import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from 'pg';
import { createAstroBookingsSchema } from '../../sandbox/astrobookings/schema';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import { keysIn } from './key-predicates';
import { loadDatasets } from './load';
import { sourceSelect, textColumns } from './projection';
import { resolveDatasets } from './resolve';
import type { Resolution } from './resolve';
import type { ResolvedDataset } from './resolved';

const folder = resolve(import.meta.dirname, '../../../resources/datasets/astrobookings');

describe('the datasets of AstroBookings', () => {
  let operationsServer: TestDatabase;
  let systemServer: TestDatabase;
  let environment: Environment;
  let operations: Client;
  let resolution: Resolution;

  beforeAll(async () => {
    [operationsServer, systemServer] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    operations = await operationsServer.client();
    await createAstroBookingsSchema({ operations, system: await systemServer.client() });
    environment = await testEnvironment({
      operations: operationsServer.url,
      system: systemServer.url,
      cache: 'redis://127.0.0.1:6379/0',
    });
    resolution = await resolveDatasets(environment, await loadDatasets(folder));
  });

  afterAll(async () => {
    await environment.close();
    await Promise.all([operationsServer.drop(), systemServer.drop()]);
  });

  const dataset = (name: string): ResolvedDataset => resolution.resolved.find((each) => each.name === name)!;

  it('resolve without a problem or a warning', () => {
    expect(resolution.problems.map(({ error }) => error.message)).toEqual([]);
    expect(resolution.warnings).toEqual([]);
    expect(resolution.resolved.map(({ name, jobType }) => [name, jobType])).toEqual([
      ['agencies', 'agency_sync'],
      ['bookings-in', 'booking_sync'],
      ['bookings', 'booking_sync'],
      ['launches', 'launch_sync'],
      ['travelers', 'traveler_sync'],
    ]);
  });

  it('never read a credential', () => {
    expect(resolution.resolved.flatMap(({ reads }) => reads)).not.toContain('password_hash');
    expect(dataset('travelers').reads).toEqual(['id', 'email', 'role']);
  });

  it('hide what identifies a traveler', () => {
    expect(dataset('bookings').masked).toEqual(['contact_email', 'contact_phone']);
    expect(dataset('travelers').masked).toEqual(['contact_email', 'email']);
  });

  it('make of a launch what the web site shows', async () => {
    await operations.query(`
      insert into agencies (user_id, legal_name, legal_tax_id, legal_address) values (7, 'Órbita & Söhne', 'x', 'y');
      insert into travelers (user_id, contact_email) values (1, 'a@b.example');
      insert into rockets (id, agency_id, name, capacity, range) values (3, 7, 'Águila ''9''', 10, 'moon');
      insert into launches (id, agency_id, rocket_id, date, mission, destination, price_per_seat, status)
        values (5, 7, 3, '2030-01-02 03:04:05.123456+02', 'Misión Ñandú — 2', 'Mare  Tranquillitatis!', 1234.50, 'scheduled'),
               (6, 7, 3, '2031-01-02', 'Empty', 'Mars', 1, 'aborted');
      insert into bookings (traveler_id, launch_id, number_of_seats, total_price, status)
        values (1, 5, 2, 1, 'pending'), (1, 5, 3, 1, 'confirmed'), (1, 5, 4, 1, 'canceled')`);
    const launches = dataset('launches');
    const client = await environment.postgres('operations').connect('test');
    const { rows } = await client.query(
      sourceSelect(launches, { columns: textColumns(launches), predicate: keysIn(launches, 'source', [['5']]) }),
    );
    await client.end();
    expect(rows).toEqual([
      {
        id: '5',
        mission: 'Misión Ñandú — 2',
        destination: 'Mare  Tranquillitatis!',
        date: '2030-01-02 01:04:05.123456+00',
        price_per_seat: '1234.50',
        status: 'scheduled',
        agency_id: '7',
        agency: 'Órbita & Söhne',
        rocket_id: '3',
        rocket: "Águila '9'",
        range: 'moon',
        capacity: '10',
        free_seats: '5',
        slug: 'mision-nandu-2-mare-tranquillitatis-5',
      },
    ]);
  });
});
