import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../../shared/engine/documents';
import type { ProgressEvent } from '../../../shared/engine/events';
import { copyOf, jobsOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
});

afterAll(() => bench.close());

describe('an environment that is not to be written lightly', () => {
  const ledger = copyOf('ledger');

  beforeAll(async () => {
    await onBoth(bench, 'CREATE TABLE public.ledger (id int PRIMARY KEY, name text)');
    await bench.operations.query(`INSERT INTO public.ledger VALUES (1, 'one')`);
  });

  it('is written in production only by whoever gives its name', async () => {
    const engine = await bench.engine([ledger], { level: 'production' });
    for (const confirm of [undefined, 'Test', 'staging']) {
      const more = confirm === undefined ? {} : { confirm };
      await expect(engine.init({ datasets: [], ...more })).rejects.toMatchObject({ code: 'CONFIRM_ENVIRONMENT' });
    }
    expect((await bench.system.query(`SELECT to_regnamespace('astro_sync') AS schema`)).rows).toEqual([
      { schema: null },
    ]);
    await engine.init({ datasets: [], confirm: 'test' });
    expect(await engine.plan({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
    expect((await engine.run({ datasets: [], mode: 'auto' })).error?.code).toBe('CONFIRM_ENVIRONMENT');
    await expect(engine.prune({ days: 30 })).rejects.toMatchObject({ code: 'CONFIRM_ENVIRONMENT' });
    await expect(engine.uninstall({ discard: true })).rejects.toMatchObject({ code: 'CONFIRM_ENVIRONMENT' });
    expect(await rowsOf(bench.copy, 'public.ledger')).toEqual([]);
    expect(await engine.run({ datasets: [], mode: 'auto', confirm: 'test' })).toMatchObject({ ok: true });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: true });
  });

  it('is not written at all where it is read-only, not even to stop a run', async () => {
    const engine = await bench.engine([ledger], { readOnly: true });
    await expect(engine.cancel('2b1f0e7a-0000-4000-8000-000000000000')).rejects.toMatchObject({ code: 'READ_ONLY' });
    expect(await engine.status({ datasets: [] })).toMatchObject({ datasets: [{ baseline: 'current' }] });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: true });
  });
});

describe('success', () => {
  const holder = () => bench.databases.system.client();

  it('is said after the verification alone: a row that somebody changed in between is a difference', async () => {
    await onBoth(bench, 'CREATE TABLE public.prices (id int PRIMARY KEY, price int)');
    await bench.operations.query('INSERT INTO public.prices SELECT i, i FROM generate_series(1, 100) AS i');
    const engine = await bench.engine([copyOf('prices')]);
    await engine.init({ datasets: [] });
    const hold = await holdWrites(await holder(), 'astro_sync.run', `NEW.status = 'verifying'`);
    const run = engine.run({ datasets: [], mode: 'full' });
    await hold.reached();
    const statuses = () =>
      engine.events.flatMap((event) => (event.type === 'status' && event.dataset === null ? [event.status] : []));
    expect(statuses()).toEqual(['running', 'verifying']);
    await bench.copy.query('UPDATE public.prices SET price = -1 WHERE id = 42');
    await hold.release();
    const document = await run;
    expect(document).toMatchObject({ ok: false, status: 'partial', error: { code: 'VERIFICATION_FAILED' } });
    expect(document.datasets).toMatchObject([{ inserted: 100, verified: false, differences: 1, baseline: 'none' }]);
    expect(document.datasets[0]?.samples).toMatchObject([
      { key: { id: '42' }, operation: 'update', columns: { price: ['-1', '42'] } },
    ]);
    expect(statuses()).not.toContain('succeeded');
    expect((await engine.runs({ limit: 1 }))[0]).toMatchObject({ status: 'partial' });
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      ok: true,
      datasets: [{ mode: 'full', updated: 1, baseline: 'current' }],
    });
  });

  it('is not said of an incremental run either, and the jobs of what differs stay pending', async () => {
    await onBoth(bench, 'CREATE TABLE public.stops (id int PRIMARY KEY, name text)');
    await bench.operations.query(`INSERT INTO public.stops SELECT i, 'stop ' || i FROM generate_series(1, 100) AS i`);
    const engine = await bench.engine([copyOf('stops')]);
    await engine.init({ datasets: [] });
    await engine.run({ datasets: [], mode: 'full' });
    await bench.operations.query('DELETE FROM public.stops WHERE id = 7');
    const hold = await holdWrites(await holder(), 'astro_sync.run', `NEW.status = 'verifying'`);
    const run = engine.run({ datasets: [], mode: 'auto' });
    await hold.reached();
    await bench.copy.query(`INSERT INTO public.stops VALUES (7, 'is back')`);
    await hold.release();
    expect(await run).toMatchObject({
      status: 'partial',
      error: { code: 'VERIFICATION_FAILED' },
      datasets: [{ deleted: 1, verified: false, differences: 1 }],
    });
    expect(await jobsOf(bench, 'stops')).toEqual({ pending: 1 });
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true, datasets: [{ deleted: 1 }] });
    expect(await jobsOf(bench, 'stops')).toEqual({ completed: 1 });
  });
});

describe('what a run writes', () => {
  it('has the run, the program and the operator as origin, and the command is in the audit log', async () => {
    const ddl = 'CREATE TABLE public.badges (id int PRIMARY KEY, name text)';
    await onBoth(bench, ddl);
    await bench.system.query(ddl);
    await bench.operations.query(`INSERT INTO public.badges SELECT i, 'badge ' || i FROM generate_series(1, 50) AS i`);
    const onward = {
      name: 'badges-onward',
      source: { database: 'copy', table: 'public.badges' },
      target: { database: 'system', table: 'public.badges' },
    };
    const engine = await bench.engine([copyOf('badges'), onward], { operator: 'otto', host: 'desk-7' });
    await engine.init({ datasets: [] });
    const full = await engine.run({ datasets: ['badges'], mode: 'full' });
    await bench.operations.query(`
      UPDATE public.badges SET name = 'renamed' WHERE id <= 20;
      DELETE FROM public.badges WHERE id = 50;
      INSERT INTO public.badges VALUES (60, 'sixty')`);
    const incremental = await engine.run({ datasets: ['badges'], mode: 'auto' });
    expect(incremental).toMatchObject({ ok: true, datasets: [{ planned: 22 }] });
    await bench.copy.query(`UPDATE public.badges SET name = 'by hand' WHERE id = 1`);
    expect(await engine.run({ datasets: ['badges-onward'], mode: 'auto' })).toMatchObject({ ok: true });

    const jobs = await engine.queue({ dataset: 'badges-onward', limit: 1000 });
    const writtenBy = (run: string | null) => jobs.filter(({ data }) => data.origin.run === run);
    expect(writtenBy(full.id)).toHaveLength(50);
    expect(writtenBy(incremental.id)).toHaveLength(22);
    expect(writtenBy(null)).toHaveLength(1);
    for (const { data } of [...writtenBy(full.id), ...writtenBy(incremental.id)]) {
      expect(data.origin).toMatchObject({ database: 'copy', application: 'astro-sync', actor: 'otto' });
    }
    const { rows } = await bench.system.query(
      `SELECT operator, host, application, outcome FROM astro_sync.audit_log WHERE command = 'run' AND run_id = $1 ORDER BY id`,
      [incremental.id],
    );
    const who = { operator: 'otto', host: 'desk-7', application: 'test' };
    expect(rows).toEqual([
      { ...who, outcome: 'started' },
      { ...who, outcome: 'succeeded' },
    ]);
  });
});

describe('progress', () => {
  it('never goes down, and never reaches its total before the verification has ended', async () => {
    await onBoth(bench, 'CREATE TABLE public.crates (id int PRIMARY KEY, name text)');
    // Statistics of a tenth of the table: an estimate that is passed on the way.
    await bench.operations.query(`
      INSERT INTO public.crates SELECT i, 'crate ' || i FROM generate_series(1, 20000) AS i; ANALYZE public.crates;
      INSERT INTO public.crates SELECT i, 'crate ' || i FROM generate_series(20001, 200000) AS i`);
    const engine = await bench.engine([copyOf('crates', { batch: 1000 })]);
    await engine.init({ datasets: [] });
    // A machine may be so fast that nothing is to be told between beginning and end: it is held up in the middle of both.
    const halfWay = async (mode: Mode, id: number): Promise<void> => {
      const hold = await holdWrites(await bench.databases.copy.client(), 'public.crates', `NEW.id = ${id}`);
      const run = engine.run({ datasets: [], mode });
      await hold.reached();
      await pause(200);
      await hold.release();
      expect(await run).toMatchObject({ ok: true });
    };
    await halfWay('full', 150_000);
    await bench.operations.query(`UPDATE public.crates SET name = 'touched' WHERE id <= 10000`);
    await halfWay('auto', 5_500);
    const progress = engine.events.filter((event) => event.type === 'progress');
    const runs = [...new Set(progress.map(({ run }) => run))];
    expect(runs).toHaveLength(2);
    for (const run of runs) expectHonest(progress.filter((event) => event.run === run));
  });

  function expectHonest(events: readonly ProgressEvent[]): void {
    const last = events.at(-1)!;
    expect(last).toMatchObject({ total_kind: 'exact', total: last.done });
    expect(last.done).toBeGreaterThan(0);
    expect(events.some(({ done }) => done > 0 && done < last.done)).toBe(true);
    for (const [i, event] of events.slice(0, -1).entries()) {
      expect(event.done).toBeGreaterThanOrEqual(events[i - 1]?.done ?? 0);
      if (event.total_kind === 'unknown') expect(event.total).toBeNull();
      else expect(event.total).toBeGreaterThan(event.done);
    }
  }
});

describe('an application', () => {
  it('writes on, within its time limits, through init, runs and uninstall, also where somebody holds a table', async () => {
    await onBoth(bench, 'CREATE TABLE public.orders (id int PRIMARY KEY, name text, n int)');
    await bench.operations.query(
      `INSERT INTO public.orders SELECT i, 'order ' || i, 0 FROM generate_series(1, 5000) AS i`,
    );
    const engine = await bench.engine([copyOf('orders', { batch: 500 })]);
    const writer = await bench.databases.operations.client();
    await writer.query(`SET statement_timeout = '5s'; SET application_name = 'booking-service'`);
    const stop = new AbortController();
    let statements = 0;
    const writing = (async () => {
      for (let i = 1; !stop.signal.aborted; i += 1) {
        await writer.query(`UPDATE public.orders SET n = n + 1 WHERE id % 500 = $1`, [i % 500]);
        await writer.query(`INSERT INTO public.orders VALUES ($1, 'new', 0)`, [10_000 + i]);
        await writer.query('DELETE FROM public.orders WHERE id = $1', [i]);
        statements += 3;
        await pause(2);
      }
    })();
    // Somebody's transaction that stays open over a write is what init has to wait for, and nobody else.
    const idle = await bench.databases.operations.client();
    await idle.query(`BEGIN; UPDATE public.orders SET name = 'held' WHERE id = 5000`);
    const init = engine.init({ datasets: [] });
    await expect.poll(initWaits, { timeout: 30_000 }).toBe(true);
    const before = statements;
    await expect.poll(() => statements, { timeout: 30_000 }).toBeGreaterThan(before + 3);
    await idle.query('COMMIT');
    await init;
    expect(await engine.run({ datasets: [], mode: 'full' })).toMatchObject({ ok: true });
    for (let i = 0; i < 3; i += 1) expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
    await engine.uninstall({ discard: true });
    stop.abort();
    await writing;
    expect(statements).toBeGreaterThan(before + 3);
  });

  /** True while somebody wants to change the table and waits for who holds it. */
  async function initWaits(): Promise<boolean> {
    const { rowCount } = await bench.operations.query(
      `SELECT FROM pg_locks WHERE relation = 'public.orders'::regclass AND NOT granted AND mode = 'ShareRowExclusiveLock'`,
    );
    return rowCount === 1;
  }
});
