import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDetailSchema } from '../../../shared/engine/reports';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { databaseAt } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import { writeAudit } from './audit';
import { markInterrupted } from './interrupted';
import { startRun } from './live-run';
import type { LiveRun, RunFacts } from './live-run';
import { loadPlan, storePlan, takePlan } from './plans';
import { prune } from './retention';
import { listRowErrors } from './row-errors';
import { listActiveRuns, listRuns, requestCancel, showRun } from './runs';
import { migrateSystem, requireSystem, systemId } from './schema';
import { SyncError } from '../errors';
import type { Client } from 'pg';

const facts: RunFacts = {
  kind: 'run',
  mode: 'auto',
  operator: 'ines',
  host: 'desk-7',
  application: 'test',
  environment: 'staging',
  datasets: ['launches', 'bookings'],
};

describe.each([18, 14] as const)('runs in SystemDB on PostgreSQL %i', (version) => {
  let server: TestDatabase;
  let system: PostgresDatabase;
  let client: Client;

  beforeAll(async () => {
    server = await createTestDatabase(version);
    system = databaseAt(server.url, 'system');
    client = await system.connect('test');
  });

  afterAll(async () => {
    await system.close();
    await server.drop();
  });

  it('is installed by two at once, keeps its identity, and refuses a newer schema', async () => {
    await expect(requireSystem(client)).rejects.toMatchObject({ code: 'NOT_INITIALISED' });
    const others = await Promise.all([1, 2, 3].map(() => system.connect('init')));
    const reports = await Promise.all(others.map((other) => migrateSystem(other)));
    expect(reports.filter((report) => report.done.length > 0)).toHaveLength(1);
    const id = await systemId(client);
    await migrateSystem(client);
    expect(await systemId(client)).toBe(id);
    await client.query(`INSERT INTO astro_sync.migration (part, version, name) VALUES ('system', 99, 'future')`);
    await expect(requireSystem(client)).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      message: expect.stringContaining('99') as string,
    });
    await client.query('DELETE FROM astro_sync.migration WHERE version = 99');
    await requireSystem(client);
  });

  it('says at the end of a run what became of a wish to cancel it', async () => {
    const run = await startRun(system, facts);
    expect(await requestCancel(client, run.runId, 'otto')).toBe(true);
    await run.finish('succeeded', null);
    const { run: summary, events } = await showRun(client, run.runId);
    expect(summary.status).toBe('succeeded');
    expect(events.map(({ message }) => message)).toEqual([
      'otto asked to cancel it, but it was already at its end: it succeeded',
    ]);
    expect(await requestCancel(client, run.runId, 'otto')).toBe(false);
    await client.query('DELETE FROM astro_sync.run WHERE id = $1', [run.runId]);
  });

  it('keeps the whole story of a run', async () => {
    const run = await startRun(system, facts);
    await run.status('running');
    const counts = {
      planned: 3,
      inserted: 2,
      updated: 1,
      deleted: 0,
      unchanged: 9,
      skipped: 0,
      withheld: 0,
      conflicted: 0,
      failed: 0,
      not_attempted: 0,
    };
    await run.dataset('launches', { mode: 'full', baseline: 'none', status: 'running' });
    await run.dataset('launches', { progress: { phase: 'apply', done: 3, total: 3, total_kind: 'exact' }, counts });
    run.log('launches', 'info', 'apply began', { rows: 3 });
    run.rowError({
      dataset: 'launches',
      key: { id: '7' },
      operation: 'insert',
      column: 'price',
      value: 'abc',
      sqlstate: '22P02',
      reason: 'no number',
    });
    await run.finish('partial', new SyncError('ROW_ERROR_LIMIT', 'too many', { hint: 'look' }));
    const detail = runDetailSchema.parse(await showRun(client, run.runId));
    expect(detail.run).toMatchObject({
      status: 'partial',
      operator: 'ines',
      datasets: ['launches', 'bookings'],
      counts: { inserted: 2 },
    });
    expect(detail.run.error).toMatchObject({ code: 'ROW_ERROR_LIMIT', hint: 'look' });
    expect(detail.datasets[0]).toMatchObject({
      name: 'launches',
      mode: 'full',
      status: 'partial',
      counts,
      progress: { done: 3 },
    });
    expect(detail.events.map((event) => event.message)).toEqual(['apply began']);
    expect(await listRowErrors(client, { run: run.runId, limit: 5 })).toMatchObject([
      { key: { id: '7' }, sqlstate: '22P02', column: 'price' },
    ]);
    expect((await listRuns(client, { dataset: 'launches', operator: 'ines', limit: 5 })).map((one) => one.id)).toEqual([
      run.runId,
    ]);
    expect(await listRuns(client, { before: run.runId, limit: 5 })).toEqual([]);
    expect(await listRuns(client, { after: run.runId, limit: 5 })).toEqual([]);
    await expect(showRun(client, 'nope')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('is cancelled from elsewhere within two seconds', async () => {
    const run = await startRun(system, facts);
    const cancelled = once(run.signal, 'abort');
    expect(await requestCancel(client, run.runId, 'boss')).toBe(true);
    const began = performance.now();
    await cancelled;
    expect(performance.now() - began).toBeLessThan(2000);
    expect(run.signal.reason).toMatchObject({ code: 'CANCELLED', message: expect.stringContaining('boss') as string });
    await run.finish('cancelled', null);
    expect(await requestCancel(client, run.runId, 'boss')).toBe(false);
  });

  it('lets one run write a target, and tells the other who does', async () => {
    const [first, second] = await Promise.all([startRun(system, facts), startRun(system, facts)]);
    await first.lease('launches', 'server/db/"public"."launches"');
    await expect(second.lease('launches', 'server/db/"public"."launches"')).rejects.toMatchObject({
      code: 'LEASE_HELD',
      message: expect.stringMatching(/ines on desk-7 \(pid \d+, run .*\) since 20/) as string,
    });
    await second.lease('launches', 'another server');
    await first.finish('succeeded', null);
    await second.lease('launches', 'server/db/"public"."launches"');
    await second.finish('succeeded', null);
  });

  it('finds a killed run, whose lease is free at once', async () => {
    const script = `
      const pg = require(${JSON.stringify(createRequire(import.meta.url).resolve('pg'))});
      (async () => {
        const client = new pg.Client({ connectionString: ${JSON.stringify(server.url)} });
        await client.connect();
        const run = '44444444-4444-4444-8444-444444444444';
        await client.query("SELECT pg_advisory_lock(hashtextextended('astro_sync run ' || $1::text, 0)), pg_advisory_lock(hashtextextended('astro_sync lease T', 0))", [run]);
        await client.query("INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment) VALUES ($1, 'run', 'auto', 'running', 'x', 'y', 1, 'z', 'e')", [run]);
        await client.query("INSERT INTO astro_sync.lease (target_identity, dataset, run_id, operator, host, pid) VALUES ('T', 'd', $1, 'x', 'y', 1)", [run]);
        process.stdout.write('ready');
      })();`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(await markInterrupted(client)).toEqual([]);
    // It lives as long as its lock is held, however long it says nothing.
    await client.query(`UPDATE astro_sync.run SET heartbeat = now() - interval '1 hour' WHERE ended_at IS NULL`);
    expect(await listActiveRuns(client)).toMatchObject([{ status: 'running', silent_since: null }]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const run = await untilLeased();
    // Who may only read sees as much, and since when.
    await client.query('BEGIN READ ONLY');
    const [dead, living] = await listActiveRuns(client);
    await client.query('ROLLBACK');
    expect(dead).toMatchObject({ status: 'running', silent_since: expect.stringMatching(/^\d{4}-.*Z$/) as string });
    expect(Date.now() - Date.parse(dead?.silent_since ?? '')).toBeGreaterThan(3_500_000);
    expect(living).toMatchObject({ id: run.runId, silent_since: null });
    expect(await markInterrupted(client)).toEqual(['44444444-4444-4444-8444-444444444444']);
    expect((await showRun(client, '44444444-4444-4444-8444-444444444444')).run).toMatchObject({
      status: 'interrupted',
      silent_since: null,
    });
    expect((await listActiveRuns(client)).map((active) => active.id)).toEqual([run.runId]);
    await run.finish('succeeded', null);
  });

  async function untilLeased(): Promise<LiveRun> {
    const run = await startRun(system, facts);
    // The server sees the closed socket in a moment.
    await expect
      .poll(
        () =>
          run.lease('d', 'T').then(
            () => 'leased',
            () => 'held',
          ),
        { timeout: 3000 },
      )
      .toBe('leased');
    return run;
  }

  it('loses its signal with its session', async () => {
    const run = await startRun(system, facts);
    const lost = once(run.signal, 'abort');
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'astro-sync run' AND datname = current_database()`,
    );
    await lost;
    expect(run.signal.reason).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await markInterrupted(client)).toEqual([run.runId]);
    await run.finish('failed', null).catch(() => undefined);
  });

  it('gives a plan to one run only, and not after an hour', async () => {
    const plan = {
      id: '55555555-5555-4555-8555-555555555555',
      environment: 'e',
      operator: 'o',
      mode: 'auto' as const,
      fingerprint: 'f',
      datasets: [{ name: 'a' }],
    };
    await storePlan(client, plan);
    expect(await loadPlan(client, plan.id)).toMatchObject({ datasets: [{ name: 'a' }], usedByRun: null });
    const other = await system.connect('test');
    const [one, two] = await Promise.allSettled([
      takePlan(client, plan.id, plan.id),
      takePlan(other, plan.id, plan.id),
    ]);
    await other.end();
    expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected']);
    await expect(takePlan(client, plan.id, plan.id)).rejects.toMatchObject({ code: 'PLAN_USED' });
    await client.query('UPDATE astro_sync.plan SET used_by_run = NULL, expires_at = now()');
    await expect(takePlan(client, plan.id, plan.id)).rejects.toMatchObject({ code: 'PLAN_EXPIRED' });
    await expect(loadPlan(client, 'x')).rejects.toMatchObject({ code: 'PLAN_UNKNOWN' });
  });

  it('prunes what has served its time and nothing else', async () => {
    await writeAudit(client, {
      operator: 'o',
      host: 'h',
      application: 'a',
      environment: 'e',
      command: 'prune',
      details: {},
      runId: null,
      outcome: 'done',
      error: null,
    });
    await client.query(`INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_key, status, executed_at, data, dataset, capture_id, change_id)
      SELECT 'j', 'e', '{}', s, now() - interval '31 days', '{}', 'd', gen_random_uuid(), s FROM unnest('{completed,skipped,failed,conflict,pending}'::text[]) s`);
    await client.query(`UPDATE astro_sync.audit_log SET at = now() - interval '10 years'`);
    expect(await prune(client, { days: 30 })).toMatchObject({ jobs: 2 });
    const { rows } = await client.query<{ jobs: string; audit: string }>(
      'SELECT (SELECT count(*) FROM astro_sync.job_queue) AS jobs, (SELECT count(*) FROM astro_sync.audit_log) AS audit',
    );
    expect(rows).toEqual([{ jobs: '3', audit: '1' }]);
  });
});
