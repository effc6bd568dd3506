import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { installCapture } from '../capture/install';
import { databaseAt, handMadeDataset } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import type { ResolvedDataset } from '../dataset/resolved';
import { migrateSystem, systemId } from '../system/schema';
import { openQueue } from './open-queue';
import { confirmHorizon, relay, relayIntoQueue } from './relay';
import type { Client } from 'pg';

interface JobRow {
  dataset: string;
  entity_key: Record<string, string>;
  status: string;
  gap: boolean;
  note: string | null;
  data: { operation: string; before: unknown; after: unknown; origin: Record<string, unknown> };
}

describe.each([18, 14] as const)('relay on PostgreSQL %i', (version) => {
  let sourceServer: TestDatabase;
  let systemServer: TestDatabase;
  let source: PostgresDatabase;
  let system: PostgresDatabase;
  let app: Client;
  let admin: Client;

  const rocket = handMadeDataset({ name: 'rockets', table: 'rockets', columns: ['name', 'capacity'] });
  const launches = handMadeDataset({
    name: 'launches',
    table: 'launches',
    columns: ['rocket_id', 'mission'],
    dependencies: [
      {
        table: 'rockets',
        keysSql: 'select id from public.launches where rocket_id = any($keys.id)',
        mappingColumns: ['id'],
      },
      { table: 'bookings', keysSql: 'select unnest($keys.launch_id)', mappingColumns: ['launch_id'] },
    ],
  });

  async function install(datasets: readonly ResolvedDataset[]): Promise<void> {
    const client = await source.connect('init');
    await installCapture(client, {
      databaseName: 'source',
      environmentName: 'test',
      datasets,
      systemId: await systemId(admin),
    });
    await client.end();
  }

  async function relayOnce(): Promise<number> {
    const result = await relay({ source, system });
    await result.purged;
    await result.snapshot.close();
    return result.inserted;
  }

  async function jobs(): Promise<JobRow[]> {
    const { rows } = await admin.query<JobRow>('SELECT * FROM astro_sync.job_queue ORDER BY id');
    return rows;
  }

  const summary = (rows: readonly JobRow[]): string[] =>
    rows.map((row) => `${row.dataset} ${row.data.operation} ${Object.values(row.entity_key).join('/')}`).sort();

  beforeAll(async () => {
    [sourceServer, systemServer] = await Promise.all([createTestDatabase(version), createTestDatabase(version)]);
    source = databaseAt(sourceServer.url, 'source');
    system = databaseAt(systemServer.url, 'system');
    admin = await system.connect('test');
    app = await sourceServer.client();
    await migrateSystem(admin);
    await app.query(`
      CREATE TABLE rockets (id bigint PRIMARY KEY, name text, capacity int, secret text);
      CREATE TABLE launches (id bigint PRIMARY KEY, rocket_id bigint REFERENCES rockets, mission text);
      CREATE TABLE bookings (id bigint PRIMARY KEY, launch_id bigint, seats int);`);
    await install([rocket, launches]);
  });

  afterAll(async () => {
    await Promise.all([source.close(), system.close()]);
    await Promise.all([sourceServer.drop(), systemServer.drop()]);
  });

  async function fresh(): Promise<void> {
    await relayOnce();
    await admin.query('DELETE FROM astro_sync.job_queue');
  }

  it('makes jobs for every dataset that a change concerns, dependencies mapped by old and new values', async () => {
    await app.query(`
      SET application_name = 'agency-service'; SET astro_sync.actor = 'ana@agency';
      INSERT INTO rockets VALUES (1, 'Falcón 🚀', 10, 's'), (2, 'Soyuz', 3, 's');
      INSERT INTO launches VALUES (10, 1, 'moon'), (11, 1, 'mars'), (20, 2, 'orbit');
      INSERT INTO bookings VALUES (100, 10, 2);`);
    await fresh();
    await app.query(
      `UPDATE rockets SET name = 'Falcon "9"' WHERE id = 1; UPDATE bookings SET launch_id = 20 WHERE id = 100`,
    );
    await relayOnce();
    const rows = await jobs();
    expect(summary(rows)).toEqual([
      'launches update 10',
      'launches update 10',
      'launches update 11',
      'launches update 20',
      'rockets update 1',
    ]);
    const [job] = rows.filter((row) => row.dataset === 'rockets');
    expect(job?.data).toMatchObject({
      operation: 'update',
      before: { name: 'Falcón 🚀' },
      after: { name: 'Falcon "9"' },
      origin: {
        database: 'source',
        application: 'agency-service',
        actor: 'ana@agency',
        session_user: 'postgres',
        run: null,
      },
    });
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  it('says of an entity that is computed anew that it was updated, and what happened to which table', async () => {
    await fresh();
    await app.query(
      `INSERT INTO bookings VALUES (101, 11, 1); UPDATE bookings SET launch_id = 20 WHERE id = 101; DELETE FROM bookings WHERE id = 101`,
    );
    await relayOnce();
    const { rows } = await admin.query<{ told: string }>(
      `SELECT concat_ws(' ', data ->> 'operation', entity_id, note) AS told FROM astro_sync.job_queue ORDER BY told`,
    );
    expect(rows.map(({ told }) => told)).toEqual([
      'update 11 caused by public.bookings: insert',
      'update 11 caused by public.bookings: update',
      'update 20 caused by public.bookings: delete',
      'update 20 caused by public.bookings: update',
    ]);
  });

  it('does not miss a transaction that commits late with an early id, and never waits for it', async () => {
    await fresh();
    const late = await sourceServer.client();
    await late.query(`BEGIN; UPDATE rockets SET capacity = 11 WHERE id = 1`);
    await app.query(`UPDATE rockets SET capacity = 4 WHERE id = 2`);
    const first = await relay({ source, system });
    await first.snapshot.close();
    // Other databases of the server may hold transactions open as well.
    expect(first.heldBack?.transactions).toBeGreaterThan(0);
    expect(summary(await jobs())).toEqual(['launches update 20', 'rockets update 2']);
    await late.query('COMMIT');
    await relayOnce();
    expect(summary(await jobs())).toEqual([
      'launches update 10',
      'launches update 11',
      'launches update 20',
      'rockets update 1',
      'rockets update 2',
    ]);
    expect(await relayOnce()).toBe(0);
  });

  it('duplicates nothing when it dies between its two commits', async () => {
    await fresh();
    await app.query(`UPDATE rockets SET capacity = capacity + 1`);
    const control = await source.connect('test');
    const half = await relayIntoQueue({ source, system }, control);
    await half.snapshot.close();
    const before = summary(await jobs());
    expect(await relayOnce()).toBe(0);
    expect(summary(await jobs())).toEqual(before);
    await confirmHorizon(control, half);
    await control.end();
  });

  it('records a changed key as both entities, a truncate as reconcile', async () => {
    await fresh();
    await app.query(
      `UPDATE bookings SET id = 101 WHERE id = 100; UPDATE launches SET id = 21 WHERE id = 20; TRUNCATE bookings`,
    );
    await relayOnce();
    expect(summary(await jobs())).toEqual([
      'launches delete 20',
      'launches insert 21',
      'launches reconcile ',
      'launches update 20',
    ]);
  });

  it('claims entities once, settles what the run saw and leaves later jobs', async () => {
    await fresh();
    await app.query(`UPDATE rockets SET capacity = 50 WHERE id = 1; UPDATE rockets SET capacity = 51`);
    const result = await relay({ source, system });
    await app.query(`UPDATE rockets SET capacity = 52 WHERE id = 1`);
    await relayOnce();
    const queue = openQueue(system, {
      dataset: 'rockets',
      keyNames: ['id'],
      runId: '00000000-0000-4000-8000-000000000001',
      throughJobId: result.throughJobId,
    });
    expect(await queue.count()).toEqual({ entities: 2, changes: 3 });
    for await (const keys of queue.batches(10)) {
      expect(keys).toEqual([['1'], ['2']]);
      await queue.settle([
        { key: ['1'], status: 'completed' },
        { key: ['2'], status: 'failed', reason: 'too heavy' },
      ]);
    }
    const { rows } = await admin.query<{ line: string }>(
      `SELECT concat_ws(' ', entity_id, status, last_error, note LIKE 'superseded%') AS line FROM astro_sync.job_queue WHERE dataset = 'rockets' ORDER BY id`,
    );
    expect(rows.map((row) => row.line).sort()).toEqual([
      '1 completed',
      '1 completed t',
      '1 pending',
      '2 failed too heavy',
    ]);
    expect(await queue.count()).toEqual({ entities: 0, changes: 0 });
    await queue.close();
    await result.snapshot.close();
  });
});
