import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseAt } from '../capture/test-datasets';
import { acquireLease, releaseLease } from '../system/lease';
import { startRun } from '../system/live-run';
import { openSession } from '../system/session';
import type { Engine } from './api';
import { jobsOf } from './test-bench';
import type { TestBench } from './test-bench';
import { openSeats, seats } from './test-seats';

describe('jobs that somebody changes', () => {
  let bench: TestBench;
  let engine: Engine;
  let failedRun = '';

  beforeAll(async () => {
    ({ bench, engine, failedRun } = await openSeats());
  });

  afterAll(() => bench.close());

  it('refuses to change jobs where more match than were shown, while a run writes, read-only, and production unnamed', async () => {
    const request = { filter: { dataset: 'seats', status: ['failed'] as const }, expected: 1 };
    await expect(engine.retryJobs(request)).rejects.toMatchObject({ code: 'MORE_THAN_EXPECTED' });
    const all = { ...request, expected: 2 };
    const readOnly = await bench.engine([seats], { readOnly: true });
    await expect(readOnly.retryJobs(all)).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(readOnly.skipJobs({ ...all, reason: 'no' })).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(readOnly.retryFailedRows({ run: failedRun })).rejects.toMatchObject({ code: 'READ_ONLY' });
    const production = await bench.engine([seats], { level: 'production' });
    await expect(production.skipJobs({ ...all, reason: 'no' })).rejects.toMatchObject({ code: 'CONFIRM_ENVIRONMENT' });
    const system = databaseAt(bench.databases.system.url, 'system');
    const run = await startRun(system, {
      kind: 'run',
      mode: 'auto',
      operator: 'ines',
      host: 'there',
      application: 'test',
      environment: 'test',
      datasets: ['seats'],
    });
    await run.lease('seats', 'somewhere');
    await expect(engine.retryJobs(all)).rejects.toMatchObject({
      code: 'LEASE_HELD',
      message: expect.stringMatching(/ines/) as string,
    });
    await expect(engine.retryFailedRows({ run: failedRun })).rejects.toMatchObject({ code: 'LEASE_HELD' });
    await run.finish('succeeded', null);
    await system.close();
    expect(await jobsOf(bench, 'seats')).toMatchObject({ failed: 2 });
  });

  it('keeps a run from beginning to write while jobs are changed', async () => {
    const system = databaseAt(bench.databases.system.url, 'system');
    const session = await openSession(system);
    await bench.system.query('BEGIN; LOCK TABLE astro_sync.lease IN SHARE MODE');
    const lease = { targetIdentity: 't', dataset: 'seats', runId: failedRun, operator: 'o', host: 'h', pid: 1 };
    let held = false;
    const acquired = acquireLease(session, lease).then(() => (held = true));
    await expect
      .poll(async () => {
        const waits = `SELECT FROM pg_locks WHERE relation = 'astro_sync.lease'::regclass AND NOT granted`;
        return (await bench.system.query(waits)).rowCount;
      })
      .toBe(1);
    expect(held).toBe(false);
    await bench.system.query('COMMIT');
    await acquired;
    await releaseLease(session, 't', failedRun);
    await session.close();
    await system.close();
  });

  it('skips jobs with who and why, puts them back, and keeps their history and an audit row', async () => {
    const filter = { dataset: 'seats', status: ['failed'] as const };
    expect(
      await engine.skipJobs({ filter: { ...filter, entity: '4' }, expected: 1, reason: 'a test booking' }),
    ).toEqual({ changed: 1 });
    const [skipped] = await engine.queue({ dataset: 'seats', entity: '4', limit: 1 });
    expect(skipped).toMatchObject({
      status: 'skipped',
      attempts: 1,
      note: expect.stringMatching(/^skipped by olga at \S+ \S+ UTC: a test booking$/) as string,
      last_error: expect.stringMatching(/seats_place_check/) as string,
    });
    // Its target was left as it was: nobody may call that in line.
    const ofSeats = async () => (await engine.status({ datasets: ['seats'] })).datasets[0];
    const { failed, given_up: givenUp, differences } = (await ofSeats())!;
    expect({ failed, givenUp, differences }).toEqual({ failed: 1, givenUp: 1, differences: 2 });
    expect(await engine.retryJobs({ filter: { dataset: 'seats', status: ['skipped'] }, expected: 1 })).toEqual({
      changed: 1,
    });
    expect((await engine.queue({ dataset: 'seats', entity: '4', limit: 1 }))[0]).toMatchObject({
      status: 'pending',
      attempts: 1,
      note: expect.stringMatching(
        `^skipped by olga at .* UTC: a test booking; put back by olga at .* UTC after run ${failedRun}$`,
      ) as string,
    });
    const { rows } = await bench.system.query(
      `SELECT operator, outcome, details -> 'filter' ->> 'dataset' AS dataset, details ->> 'changed' AS changed
       FROM astro_sync.audit_log WHERE command = 'queue skip' AND outcome <> 'READ_ONLY' ORDER BY id`,
    );
    expect(rows).toEqual([
      { operator: 'olga', outcome: 'started', dataset: 'seats', changed: null },
      { operator: 'olga', outcome: 'done', dataset: 'seats', changed: '1' },
    ]);
    expect(await engine.retryJobs({ filter: { dataset: 'seats', status: ['completed'] }, expected: 9 })).toEqual({
      changed: 0,
    });
  });

  it('tries only the failed rows of a run again, also those of a full run, which has no jobs', async () => {
    await bench.copy.query('ALTER TABLE seats DROP CONSTRAINT seats_place_check');
    expect(await engine.retryFailedRows({ run: failedRun })).toEqual({ datasets: ['seats'], jobs: 2 });
    const again = await engine.run({ datasets: ['seats'], mode: 'incremental' });
    expect(again).toMatchObject({ status: 'succeeded', datasets: [{ planned: 2, updated: 2 }] });

    await bench.copy.query(`ALTER TABLE seats ADD CHECK (class <> 7); UPDATE seats SET place = 'x' WHERE id = 9`);
    await bench.operations.query(
      `ALTER TABLE seats DISABLE TRIGGER USER; UPDATE seats SET class = 7 WHERE id = 3;
       INSERT INTO seats VALUES (21, 'p21', NULL, 7); ALTER TABLE seats ENABLE TRIGGER USER`,
    );
    const full = await engine.run({ datasets: ['seats'], mode: 'full' });
    expect(full).toMatchObject({ status: 'partial', datasets: [{ failed: 2, updated: 1 }] });
    // What is known of the row stands beside that nobody knows who did this.
    const nobody = 'found by a full run; nobody knows whose change it was';
    const [change] = await engine.queue({ dataset: 'seats', entity: '3', actor: 'ana', limit: 1 });
    const known = `; the last change known of this row is job ${change?.id ?? ''} by ana with booking-service`;
    const notes = async (status: 'failed' | 'pending'): Promise<readonly (string | null)[]> =>
      (await engine.queue({ dataset: 'seats', status: [status], limit: 10 })).map(
        ({ note }) => note?.replace(/ at \S+ \S+ UTC/, '') ?? null,
      );
    expect(await notes('failed')).toEqual([nobody, nobody + known]);
    expect(await engine.retryFailedRows({ run: full.id! })).toEqual({ datasets: ['seats'], jobs: 2 });
    const putBack = `; put back by olga after run ${full.id ?? ''}`;
    expect(await notes('pending')).toEqual([nobody + putBack, nobody + known + putBack]);
    expect(await engine.queue({ dataset: 'seats', status: ['pending'], entity: '3', limit: 10 })).toMatchObject([
      { entity_id: '3', data: { origin: { database: 'operations', actor: null, application: null, run: null } } },
    ]);
    const changes = await engine.origins({ since: '2020-01-01', until: '2120-01-01', buckets: 1, dataset: 'seats' });
    expect(changes.lines.filter(({ actor, session_user: user }) => actor === 'olga' || user === null)).toEqual([]);
    // Asked twice, it waits once.
    expect(await engine.retryFailedRows({ run: full.id! })).toEqual({ datasets: ['seats'], jobs: 2 });
    await bench.copy.query('ALTER TABLE seats DROP CONSTRAINT seats_class_check');
    expect(await engine.run({ datasets: ['seats'], mode: 'incremental' })).toMatchObject({
      status: 'succeeded',
      datasets: [{ planned: 2, updated: 1, inserted: 1 }],
    });
    // What is in line since is nothing to retry, in whichever run it failed.
    for (const run of [failedRun, full.id ?? '']) {
      await expect(engine.retryFailedRows({ run })).rejects.toMatchObject({ code: 'NOTHING_TO_RETRY' });
    }
    expect(await jobsOf(bench, 'seats')).not.toHaveProperty('pending');
    const clean = await engine.run({ datasets: ['seats'], mode: 'full' });
    await expect(engine.retryFailedRows({ run: clean.id! })).rejects.toMatchObject({ code: 'NOTHING_TO_RETRY' });
    await expect(engine.retryFailedRows({ run: 'x' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('leaves a gap to a full run, whatever is skipped', async () => {
    await bench.operations.query('TRUNCATE seats');
    await engine.run({ datasets: ['seats'], mode: 'incremental' });
    const { count } = await engine.queueCount({ dataset: 'seats', status: ['pending'] });
    expect(count).toBeGreaterThan(0);
    await engine.skipJobs({ filter: { dataset: 'seats', status: ['pending'] }, expected: count, reason: 'no' });
    expect((await engine.status({ datasets: ['seats'] })).datasets[0]).toMatchObject({ baseline: 'gap' });
  });
});
