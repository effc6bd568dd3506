import { limits } from '../../../shared/contract/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobSchema } from '../../../shared/engine/documents';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { databaseAt, handMadeDataset } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import { startRun } from '../system/live-run';
import { migrateSystem } from '../system/schema';
import { claimImages } from './claim';
import { entityHistory, listJobs, readJob } from './list-jobs';
import { relayEntries } from './relay-entries';
import type { StreamJob } from '../stream/parse-entry';
import type { Client } from 'pg';

describe('jobs of a stream, listed', () => {
  let server: TestDatabase;
  let system: PostgresDatabase;
  let client: Client;
  const captureId = '00000000-0000-4000-8000-0000000000aa';
  const dataset = handMadeDataset({ name: 'bookings-in', columns: ['seats', 'email'] });
  const masks = new Map([['bookings-in', ['email']]]);

  const entry = (changeId: string, id: string, more: Partial<StreamJob> = {}): StreamJob => ({
    dataset,
    changeId,
    entityKey: { id },
    operation: 'insert',
    values: { seats: '2', email: 'ana@example.org' },
    origin: {
      database: 'cache',
      application: 'portal',
      actor: 'ana',
      session_user: null,
      client: null,
      transaction: changeId,
      at: '2026-01-31T10:00:00Z',
      run: null,
    },
    failure: null,
    ...more,
  });

  beforeAll(async () => {
    server = await createTestDatabase();
    system = databaseAt(server.url, 'system');
    client = await system.connect('test');
    await migrateSystem(client);
    await relayEntries(client, {
      captureId,
      entries: [
        entry('1-0', '1000000001'),
        entry('2-0', '1000000002', { origin: { ...entry('2-0', '').origin, application: 'mobile', actor: 'bob' } }),
        entry('3-0', '1000000001', { operation: 'update', values: { seats: '3' } }),
        entry('4-0', '1000000003', { failure: 'it has no values' }),
        entry('5-0', '1000000004', { values: { seats: 'a\u0000b' } }),
      ],
    });
  });

  afterAll(async () => {
    await system.close();
    await server.drop();
  });

  it('inserts an entry once, however often it is read', async () => {
    expect((await relayEntries(client, { captureId, entries: [entry('1-0', '1000000001')] })).inserted).toBe(0);
  });

  it('shows jobs as the contract says, newest first, masked columns hidden', async () => {
    const jobs = await listJobs(client, { limit: 100 }, masks);
    expect(jobs.map((job) => jobSchema.parse(job).id)).toEqual(
      [...jobs].map((job) => job.id).sort((a, b) => Number(b) - Number(a)),
    );
    expect(jobs.map((job) => job.status)).toEqual(['failed', 'failed', 'pending', 'pending', 'pending']);
    expect(jobs.at(-1)).toMatchObject({
      entity_id: '1000000001',
      entity_key: { id: '1000000001' },
      data: {
        operation: 'insert',
        after: { seats: '2', email: '•••' },
        origin: { database: 'cache', application: 'portal', actor: 'ana' },
      },
    });
    expect(jobs[0]).toMatchObject({
      entity_key: { id: '1000000004' },
      last_error: expect.stringMatching(/U\+0000/) as string,
    });
    expect(JSON.stringify(await listJobs(client, { limit: 100 }, new Map()))).not.toMatch(/ana@|"seats":"2"/);
  });

  it('cuts long values in a list, with how long they are, and has them whole in the job', async () => {
    const long = 'x'.repeat(900_000);
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`c${String(i)}`, 'y'.repeat(30)]));
    await client.query('BEGIN');
    await client.query(
      `UPDATE astro_sync.job_queue SET data = jsonb_set(data, '{after}', $1) WHERE change_id = '1-0'`,
      [{ seats: long, email: long, spare: null, short: 'z'.repeat(500) }],
    );
    await client.query(
      `UPDATE astro_sync.job_queue SET data = jsonb_set(data, '{before}', $1), last_error = $2 WHERE change_id = '2-0'`,
      [wide, long],
    );
    await client.query(
      `UPDATE astro_sync.job_queue SET entity_key = jsonb_build_object('id', $1::text) WHERE change_id = '2-0'`,
      ['k'.repeat(40_000)],
    );
    const [second, first] = (await listJobs(client, { limit: 100, brief: true }, masks)).slice(-2);
    const key = `${'k'.repeat(500)}… (40,000 characters)`;
    expect(second).toMatchObject({ entity_key: { id: key } });
    expect((await readJob(client, second!.id, masks)).entity_key).toEqual({ id: 'k'.repeat(40_000) });
    const whole = await readJob(client, first!.id, masks);
    await client.query('ROLLBACK');
    expect([first, second].map((job) => jobSchema.safeParse(job).success)).toEqual([true, true]);
    const seats = `${'x'.repeat(500)}… (900,000 characters)`;
    expect(first!.data.after).toEqual({ seats, email: '•••', spare: null, short: 'z'.repeat(500) });
    expect(second!.data.before?.['c7']).toBe(`${'y'.repeat(20)}… (30 characters)`);
    expect(second!.last_error).toBe(`${'x'.repeat(2000)}… (900,000 characters)`);
    expect(whole.data.after).toMatchObject({ seats: long });
  });

  it('reads of a single job that no page could take in one answer the beginnings, with their length', async () => {
    await client.query('BEGIN');
    await client.query(
      `UPDATE astro_sync.job_queue SET last_error = repeat('e', 9000000), data = data || jsonb_build_object(
         'before', jsonb_build_object('seats', repeat('é', 9000000)),
         'after', (SELECT jsonb_object_agg('c' || i, repeat('é', 5000)) FROM generate_series(1, 1600) AS i))
       WHERE id = (SELECT max(id) FROM astro_sync.job_queue)`,
    );
    const [newest] = await listJobs(client, { limit: 1, brief: true }, masks);
    const job = await readJob(client, newest!.id, new Map([['bookings-in', []]]));
    await client.query('ROLLBACK');
    expect(job.data.before).toEqual({ seats: `${'é'.repeat(200_000)}… (9,000,000 characters)` });
    expect(job.data.after?.['c7']).toBe(`${'é'.repeat(625)}… (5,000 characters)`);
    expect(job.last_error).toBe(`${'e'.repeat(100_000)}… (9,000,000 characters)`);
    expect(Buffer.byteLength(JSON.stringify(job))).toBeLessThan(limits.answer / 2);
  });

  it('filters by status, entity, origin, time and page', async () => {
    const ids = async (query: Partial<Parameters<typeof listJobs>[1]>): Promise<string[]> =>
      (await listJobs(client, { limit: 100, ...query }, masks)).map((job) => job.data.origin.transaction ?? '');
    expect(await ids({ status: ['failed'] })).toEqual(['5-0', '4-0']);
    expect(await ids({ application: 'mobile' })).toEqual(['2-0']);
    expect(await ids({ actor: 'ana', status: ['pending'] })).toEqual(['3-0', '1-0']);
    expect(await ids({ originDatabase: 'operations' })).toEqual([]);
    expect(await ids({ entity: '1000000001' })).toEqual(['3-0', '1-0']);
    expect(await ids({ dataset: 'bookings-in', entity: '1000000001' })).toEqual(['3-0', '1-0']);
    expect(await ids({ dataset: 'bookings-in', entity: '{"id":1000000002}' })).toEqual(['2-0']);
    expect(await ids({ until: '2000-01-01T00:00:00Z' })).toEqual([]);
    const first = await listJobs(client, { limit: 2 }, masks);
    expect(await ids({ limit: 1, before: first[1]?.id ?? '' })).toEqual(['3-0']);
    expect(
      (await entityHistory(client, 'bookings-in', '1000000002', masks)).map((job) => job.data.origin.actor),
    ).toEqual(['bob']);
  });

  it('merges the latest values of an entity in the order of its entries', async () => {
    const scope = { dataset: 'bookings-in', keyNames: ['id'], runId: captureId, throughJobId: '1000' };
    const reader = await system.connect('claim');
    for await (const block of claimImages(reader, scope, 10)) {
      expect(block.map(({ image }) => image)).toEqual([
        { key: ['1000000001'], values: { seats: '3', email: 'ana@example.org' }, anew: false },
        { key: ['1000000002'], values: { seats: '2', email: 'ana@example.org' }, anew: false },
      ]);
    }
    await reader.end();
  });

  it('shows pending jobs as running while a living run has them in its range', async () => {
    const run = await startRun(system, {
      kind: 'run',
      mode: 'auto',
      operator: 'it',
      host: 'here',
      application: 'test',
      environment: 'test',
      datasets: ['bookings-in'],
    });
    await run.dataset('bookings-in', { status: 'running', throughJobId: '2' });
    const running = await listJobs(client, { status: ['running'], limit: 10 }, masks);
    expect(running.map((job) => job.run)).toEqual([run.runId, run.runId]);
    expect(await listJobs(client, { run: run.runId, limit: 10 }, masks)).toHaveLength(2);
    expect(await listJobs(client, { status: ['pending'], limit: 10 }, masks)).toHaveLength(1);
    await run.finish('succeeded', null);
    expect(await listJobs(client, { status: ['running'], limit: 10 }, masks)).toEqual([]);
  });
});
