import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../../shared/contract/wire';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { databaseAt } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import type { Client } from 'pg';
import { listEntityErrors, listRowErrors } from './row-errors';
import { migrateSystem } from './schema';

let server: TestDatabase;
let system: PostgresDatabase;
let client: Client;
const run = randomUUID();
const key = (n: number): string => `${String(n).padStart(4, '0')}${'é'.repeat(39_996)}`;

beforeAll(async () => {
  server = await createTestDatabase();
  system = databaseAt(server.url, 'system');
  client = await system.connect('test');
  await migrateSystem(client);
  await client.query('ALTER TABLE astro_sync.row_error DISABLE TRIGGER ALL');
  await client.query(
    `INSERT INTO astro_sync.row_error (run_id, dataset, key, operation, column_name, value, sqlstate, reason)
     SELECT $1, 'seats', jsonb_build_object('id', lpad(i::text, 4, '0') || repeat('é', 39996)), 'insert', 'note', repeat('v', 20000), '23514', repeat('r', 20000)
     FROM generate_series(1, 1001) i`,
    [run],
  );
});
afterAll(async () => {
  await system.close();
  await server.drop();
});

it('long keys, values and reasons are shortened where a page asks, with how long they are, and fit into an answer', async () => {
  const page = await listRowErrors(client, { run, limit: 1001, brief: true });
  expect(page).toHaveLength(1001);
  expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(limits.answer);
  expect(page[0]?.key['id']).toMatch(/^1001é+… \(40,000 characters\)$/u);
  expect(page[0]?.reason).toMatch(/^r+… \(20,000 characters\)$/u);
  // What may be asked for by its key has it whole, in the pages that a screen shows.
  const [short] = await listRowErrors(client, { run, limit: 201, brief: true });
  expect(short?.key['id']?.length).toBeGreaterThan(8192);
});

it('they are whole for whoever exports them', async () => {
  const [whole] = await listRowErrors(client, { run, limit: 1 });
  expect(whole).toMatchObject({ key: { id: key(1001) }, value: 'v'.repeat(20_000), reason: 'r'.repeat(20_000) });
});

it('those of one entity are found by its whole key', async () => {
  const found = await listEntityErrors(client, { dataset: 'seats', key: { id: key(7) }, limit: 101 });
  expect(found).toMatchObject([{ run }]);
});
