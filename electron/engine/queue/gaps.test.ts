import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { installCapture } from '../capture/install';
import { databaseAt, handMadeDataset } from '../capture/test-datasets';
import { uninstallCapture } from '../capture/uninstall';
import type { PostgresDatabase } from '../connect/postgres';
import type { ResolvedDataset } from '../dataset/resolved';
import { migrateSystem, systemId } from '../system/schema';
import { pendingGap } from './claim';
import { openQueue } from './open-queue';
import { relay } from './relay';
import type { Client } from 'pg';

describe('a source whose log does not go on where it ended', () => {
  let sourceServer: TestDatabase;
  let systemServer: TestDatabase;
  let source: PostgresDatabase;
  let system: PostgresDatabase;
  let admin: Client;
  let app: Client;

  const cities = handMadeDataset({ name: 'cities', table: 'cities', columns: ['name'] });
  const towns = handMadeDataset({
    name: 'towns',
    columns: ['name'],
    dependencies: [
      { table: 'cities', keysSql: 'select public.town_of(c) from unnest($keys.id) c', mappingColumns: ['id'] },
    ],
  });

  async function install(datasets: readonly ResolvedDataset[], takeOver = false): Promise<void> {
    const client = await source.connect('init');
    await installCapture(client, {
      databaseName: 'source',
      environmentName: 'test',
      datasets,
      systemId: await systemId(admin),
      takeOver,
    });
    await client.end();
  }

  async function relayOnce(): Promise<{ inserted: number; gap: string | null }> {
    const result = await relay({ source, system });
    await result.purged;
    await result.snapshot.close();
    return { inserted: result.inserted, gap: result.gap };
  }

  /** Whatever the queue holds. */
  async function everyJob(): Promise<string> {
    return JSON.stringify((await admin.query('SELECT j::text FROM astro_sync.job_queue j')).rows);
  }

  beforeEach(async () => {
    [sourceServer, systemServer] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    source = databaseAt(sourceServer.url, 'source');
    system = databaseAt(systemServer.url, 'system');
    admin = await system.connect('test');
    app = await sourceServer.client();
    await migrateSystem(admin);
    await app.query(`CREATE TABLE cities (id bigint PRIMARY KEY, name text);
      INSERT INTO cities SELECT i, 'x' FROM generate_series(1, 5) i;
      CREATE FUNCTION town_of(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1 * 10'`);
    await install([cities]);
    await app.query(`UPDATE cities SET name = 'y'`);
    await relayOnce();
  });

  afterEach(async () => {
    await Promise.all([source.close(), system.close()]);
    await Promise.all([sourceServer.drop(), systemServer.drop()]);
  });

  it.each([
    ['belongs to another server', `UPDATE astro_sync.capture SET system_identifier = '1'`],
    ['was promoted to another timeline', 'UPDATE astro_sync.capture SET timeline = 99'],
    // As after a restore: the log holds nothing beyond its ids, also where a purge was kept from it.
    [
      'has ids of changes that went back',
      `DELETE FROM astro_sync.change_log; SELECT setval('astro_sync.change_log_id_seq', 1, false)`,
    ],
    [
      'is ahead of a restored SystemDB',
      `UPDATE astro_sync.consumer SET horizon = (horizon::text::bigint + 1)::text::xid8`,
    ],
    ['could not even record a gap', `SELECT nextval('astro_sync.lost_changes')`],
  ])('that %s: a gap, once, and nothing is lost or mistaken afterwards', async (_what, sql) => {
    await app.query(`UPDATE cities SET name = 'z' WHERE id = 1`);
    await relayOnce();
    await app.query(sql);
    await app.query(`UPDATE cities SET name = 'again' WHERE id = 1`);
    await relayOnce();
    expect(await pendingGap(admin, 'cities')).not.toBeNull();
    await admin.query(`UPDATE astro_sync.job_queue SET status = 'completed'`);
    await app.query(`UPDATE cities SET name = 'after' WHERE id = 2`);
    expect(await relayOnce()).toEqual({ inserted: 1, gap: null });
    expect(await pendingGap(admin, 'cities')).toBeNull();
  });

  it('is told from a SystemDB that was made anew', async () => {
    await admin.query('DELETE FROM astro_sync.relay_state');
    expect((await relayOnce()).gap).toMatch(/restored or made anew/);
    expect(await pendingGap(admin, 'cities')).not.toBeNull();
  });

  it('has a gap after capture was removed and installed again', async () => {
    const client = await source.connect('uninstall');
    await uninstallCapture(client, { discard: true, relayed: null, unsettledJobs: 0 });
    await client.end();
    await app.query(`UPDATE cities SET name = 'unseen'`);
    await install([cities]);
    expect((await relayOnce()).gap).toMatch(/installed again/);
  });

  it('has a gap for the dataset alone whose capture came after its baseline', async () => {
    await admin.query(`INSERT INTO astro_sync.checkpoint (dataset, target, baseline_run)
      SELECT name, 't', gen_random_uuid() FROM unnest('{cities,sizes}'::text[]) AS name`);
    await install([handMadeDataset({ name: 'sizes', table: 'cities', columns: ['name'] })]);
    expect(await relayOnce()).toMatchObject({ inserted: 1, gap: null });
    expect(await pendingGap(admin, 'sizes')).toMatch(/after its last full run/);
    expect(await pendingGap(admin, 'cities')).toBeNull();
    expect((await relayOnce()).inserted).toBe(0);
  });

  it('gives a dataset a gap whose mapping fails, and the others their jobs', async () => {
    await install([towns]);
    await app.query(`CREATE OR REPLACE FUNCTION town_of(bigint) RETURNS bigint LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'no town of %', repeat('CANARY', 20000) USING COLUMN = 'CANARY', HINT = 'CANARY'; END $$`);
    await admin.query(`UPDATE astro_sync.job_queue SET status = 'completed'`);
    await app.query(`UPDATE cities SET name = 'ok' WHERE id = 3`);
    await relayOnce();
    expect(await pendingGap(admin, 'towns')).toMatch(
      /^changes of public\.cities could not be mapped: SQLSTATE P0001 \(inside a function or trigger\), routine exec_stmt_raise; /,
    );
    expect(await everyJob()).not.toMatch(/CANARY/);
    const { rows } = await admin.query<{ key: object }>(
      `SELECT entity_key AS key FROM astro_sync.job_queue WHERE dataset = 'cities' AND status = 'pending'`,
    );
    expect(rows).toEqual([{ key: { id: '3' } }]);
  });

  it.each([
    ['what no type reads', `SELECT ('CANARY' || $1)::bigint`, 'SQLSTATE 22P02 (a text has not the form of its type)'],
    ['the name of a table', `SELECT ('"CANARY"."' || $1 || '"')::regclass::oid::bigint`, 'SQLSTATE 3F000'],
  ])('keeps nothing of a value that the server repeats as %s, nor tells it', async (_what, body, code) => {
    const mapping = `CREATE OR REPLACE FUNCTION town_of(bigint) RETURNS bigint LANGUAGE sql AS $_$ ${body} $_$`;
    await install([cities, towns]);
    await app.query(mapping);
    await app.query(`UPDATE cities SET name = 'ok' WHERE id = 3`);
    await relayOnce();
    expect(await pendingGap(admin, 'towns')).toContain(code);
    expect(await everyJob()).not.toMatch(/CANARY/);
    // Alone: nothing at all comes through.
    await install([towns]);
    const client = await source.connect('uninstall');
    await client.query(`DELETE FROM astro_sync.subscription WHERE dataset = 'cities'`);
    await client.end();
    await app.query(`UPDATE cities SET name = 'again' WHERE id = 3`);
    const refused = await relay({ source, system }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'STATEMENT_FAILED', message: expect.stringContaining(code) as string });
    expect(inspect(refused, { depth: 9 })).not.toMatch(/CANARY/);
  });

  it('keeps of a change that could not be recorded why, and not what the server said of it', async () => {
    await app.query(`INSERT INTO astro_sync.change_log (table_id, op, new)
      SELECT max(id), 'G', ARRAY['22023', 'CANARY y'] FROM astro_sync.captured_table`);
    await relayOnce();
    expect(await pendingGap(admin, 'cities')).toBe('public.cities: a change could not be recorded, SQLSTATE 22023');
    expect(await everyJob()).not.toMatch(/CANARY/);
  });

  it('refuses to relay for a SystemDB that is not the consumer', async () => {
    await app.query(`UPDATE astro_sync.consumer SET system_id = gen_random_uuid()`);
    await expect(relay({ source, system })).rejects.toMatchObject({ code: 'CONSUMER_TAKEN' });
  });

  it('settles gaps with a full run, and keeps the jobs of excepted entities', async () => {
    await app.query('TRUNCATE cities');
    const { snapshot, throughJobId, purged } = await relay({ source, system });
    await purged;
    await snapshot.close();
    expect(await pendingGap(admin, 'cities')).toMatch(/truncated/);
    const queue = openQueue(system, {
      dataset: 'cities',
      keyNames: ['id'],
      runId: '00000000-0000-4000-8000-000000000001',
      throughJobId,
    });
    await queue.hold([['2']], 'too many deletes');
    await queue.settleAll([['2']], true);
    await queue.close();
    const { rows } = await admin.query<{ line: string }>(
      `SELECT concat_ws(' ', entity_id, status, attempts, note) AS line FROM astro_sync.job_queue WHERE status = 'pending'`,
    );
    expect(rows).toEqual([{ line: '2 pending 1 too many deletes' }]);
    expect(await pendingGap(admin, 'cities')).toBeNull();
  });
});
