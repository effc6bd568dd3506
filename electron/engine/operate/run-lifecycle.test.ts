import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import { uninstallLock } from '../system/session';
import { copyOf, jobsOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

const table = (name: string) => ({
  name,
  source: { database: 'operations', table: `public.${name}` },
  target: { database: 'copy', table: `public.${name}` },
});

/** Ends the sessions of a database whose application_name says this purpose; gives how many. */
async function endSessions(
  bench: TestBench,
  database: 'operations' | 'copy' | 'system',
  purpose: string,
): Promise<number> {
  const { rowCount } = await bench.system.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE $2`,
    [bench.databases[database].name, `astro-sync ${purpose}%`],
  );
  return rowCount ?? 0;
}

describe('the life of a run', () => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await openTestBench();
    for (const name of ['big', 'other']) {
      for (const client of [bench.operations, bench.copy]) {
        await client.query(`CREATE TABLE public.${name} (id bigint PRIMARY KEY, body text)`);
      }
    }
    await bench.operations.query(
      `INSERT INTO public.big SELECT i, repeat('x', 200) FROM generate_series(1, 200000) AS i`,
    );
    await bench.operations.query('ANALYZE public.big');
    await (await bench.engine([table('big'), table('other')])).init({ datasets: [] });
  });

  afterAll(() => bench.close());

  /** Starts a run that fills the big table, and holds it where it has written the most of it. */
  async function applying(operator = 'olga') {
    await bench.copy.query('TRUNCATE public.big');
    const hold = await holdWrites(await bench.databases.copy.client(), 'public.big', 'NEW.id = 150000');
    const engine = await bench.engine([table('big'), table('other')], { operator });
    const run = engine.run({ datasets: ['big'], mode: 'full' });
    await hold.reached();
    const started = engine.events.find((event) => event.type === 'status');
    return { engine, run, id: started?.run ?? '', hold };
  }

  it('lets one of two runs of a dataset write, and tells the other who does, since when', async () => {
    const first = await applying('olga');
    const second = await bench.engine([table('big'), table('other')], { operator: 'pedro' });
    const refused = await second.run({ datasets: ['big'], mode: 'full' });
    expect(refused.error).toMatchObject({ code: 'LEASE_HELD' });
    expect(refused.error?.message).toMatch(/olga on test .* since \d{4}-/);
    expect(await second.run({ datasets: ['other'], mode: 'full' })).toMatchObject({ ok: true });
    await first.hold.release();
    expect(await first.run).toMatchObject({ ok: true });
  });

  it('begins once an uninstall that is under way has ended, so that none is taken by surprise', async () => {
    const remover = await bench.databases.system.client();
    await remover.query(`SELECT pg_advisory_lock(${uninstallLock})`);
    const engine = await bench.engine([table('other')]);
    const before = (await engine.runs({ limit: 1 }))[0]?.id;
    const run = engine.run({ datasets: [], mode: 'full' });
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`;
    await expect.poll(async () => (await remover.query(waiting)).rowCount).toBe(1);
    expect((await engine.runs({ limit: 1 }))[0]?.id).toBe(before);
    await remover.query(`SELECT pg_advisory_unlock(${uninstallLock})`);
    expect(await run).toMatchObject({ ok: true });
  });

  it('stops within two seconds of a cancel from another process and leaves a consistent target', async () => {
    const { run, id, hold } = await applying();
    const other = await bench.engine([table('big')], { operator: 'pedro' });
    const asked = performance.now();
    expect(await other.cancel(id)).toBe(true);
    const document = await run;
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(document).toMatchObject({ ok: false, status: 'cancelled', error: { code: 'CANCELLED' } });
    expect(document.error?.message).toMatch(/pedro/);
    await hold.release();
    const rows = await bench.copy.query<{ same: boolean }>(
      `SELECT count(*) = count(*) FILTER (WHERE body = repeat('x', 200)) AS same FROM public.big`,
    );
    expect(rows.rows[0]?.same).toBe(true);
    expect(await other.run({ datasets: ['big'], mode: 'auto' })).toMatchObject({
      ok: true,
      datasets: [{ verified: true }],
    });
  });

  it('says when it was cancelled what it has done and what not; the jobs of the rest stay pending', async () => {
    await onBoth(bench, 'CREATE TABLE public.steps (id int PRIMARY KEY, n int)');
    await bench.operations.query('INSERT INTO public.steps SELECT i, 0 FROM generate_series(1, 1000) AS i');
    const engine = await bench.engine([copyOf('steps', { batch: 100 })]);
    await engine.init({ datasets: [] });
    await engine.run({ datasets: [], mode: 'full' });
    await bench.operations.query('UPDATE public.steps SET n = 1');
    const hold = await holdWrites(await bench.databases.copy.client(), 'public.steps', 'NEW.id = 350');
    const run = engine.run({ datasets: [], mode: 'auto' });
    await hold.reached();
    await expect.poll(() => jobsOf(bench, 'steps'), { timeout: 30_000 }).toEqual({ completed: 300, pending: 700 });
    const other = await bench.engine([copyOf('steps')], { operator: 'pedro' });
    const [active] = (await other.status({ datasets: [] })).running;
    const asked = performance.now();
    await other.cancel(active!.id);
    const document = await run;
    // The hold is still there: what waits in a server is stopped too.
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(document).toMatchObject({
      status: 'cancelled',
      datasets: [{ planned: 1000, updated: 300, not_attempted: 700, verified: false }],
    });
    expect(document.datasets.every(countsAddUp)).toBe(true);
    expect((await bench.copy.query('SELECT n, count(*)::int FROM public.steps GROUP BY n ORDER BY n')).rows).toEqual([
      { n: 0, count: 700 },
      { n: 1, count: 300 },
    ]);
    expect(await jobsOf(bench, 'steps')).toEqual({ completed: 300, pending: 700 });
    expect((await engine.runs({ dataset: 'steps', limit: 1 }))[0]).toMatchObject({ status: 'cancelled' });
    await hold.release();
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true, datasets: [{ updated: 700 }] });
  });

  it('counts what a full run had committed before it was cancelled', async () => {
    await bench.copy.query('TRUNCATE public.big');
    const hold = await holdWrites(await bench.databases.copy.client(), 'public.big', 'NEW.id = 150000');
    const stop = new AbortController();
    const engine = await bench.engine([table('big'), table('other')]);
    const run = engine.run({ datasets: ['big'], mode: 'full', signal: stop.signal });
    await hold.reached();
    stop.abort();
    const document = await run;
    expect(document).toMatchObject({ status: 'cancelled', error: { code: 'CANCELLED' } });
    expect(document.datasets.every(countsAddUp)).toBe(true);
    const { rows } = await bench.copy.query<{ n: number }>('SELECT count(*)::int AS n FROM public.big');
    expect(rows[0]!.n).toBeGreaterThan(0);
    expect(document.datasets[0]?.inserted).toBe(rows[0]!.n);
  });

  it.each(['copy', 'operations', 'system'] as const)(
    'survives that the server of %s ends its sessions in mid-run',
    async (database) => {
      const { engine, run, hold } = await applying();
      expect(await endSessions(bench, database, '')).toBeGreaterThan(0);
      await hold.release();
      const document = await run;
      expect(document.ok).toBe(false);
      expect(document.error).toMatchObject({ code: 'CONNECTION_LOST' });
      const again = await engine.run({ datasets: ['big'], mode: 'auto' });
      expect(again).toMatchObject({ ok: true, datasets: [{ verified: true, differences: 0 }] });
      const [last] = await engine.runs({ dataset: 'big', limit: 1 });
      expect(last?.status).toBe('succeeded');
      const open = (await engine.runs({ limit: 100 })).filter((each) => each.ended_at === null);
      expect(open).toEqual([]);
    },
  );

  it('is fenced off by whoever took the target over, and writes nothing from then on', async () => {
    await bench.copy.query('TRUNCATE public.big');
    const blocker = await bench.databases.copy.client();
    await blocker.query('BEGIN; LOCK TABLE public.big IN SHARE MODE');
    const engine = await bench.engine([table('big'), table('other')]);
    const run = engine.run({ datasets: ['big'], mode: 'full' });
    const waiting = async () =>
      (
        await bench.system.query(
          `SELECT FROM pg_stat_activity
           WHERE datname = $1 AND wait_event_type = 'Lock' AND backend_type = 'client backend'`,
          [bench.databases.copy.name],
        )
      ).rowCount;
    await expect.poll(waiting, { timeout: 30_000 }).toBe(1);
    // Waits behind the first batch, which has proved its fence, and comes before the second: locks of a table, unlike
    // those of a row, are given in the order in which they were asked for.
    const takeOver = bench.copy.query(
      `BEGIN; LOCK TABLE astro_sync.applied IN ACCESS EXCLUSIVE MODE;
       UPDATE astro_sync.applied SET fence = fence + 1; COMMIT`,
    );
    await expect.poll(waiting, { timeout: 30_000 }).toBe(2);
    await blocker.query('COMMIT');
    await takeOver;
    expect((await run).error).toMatchObject({ code: 'FENCED_OFF' });
    expect((await rowsOf(bench.copy, 'public.big')).length).toBeLessThan(200_000);
  });
});
