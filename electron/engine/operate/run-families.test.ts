import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import type { RunDocument } from '../../../shared/engine/documents';
import type { Engine } from './api';
import { copyOf, jobsOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const tables = `
  CREATE TABLE public.agencies (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE public.rockets (id int PRIMARY KEY, agency_id int NOT NULL REFERENCES public.agencies, backup_id int REFERENCES public.rockets);
  CREATE TABLE public.flights (id int PRIMARY KEY, rocket_id int NOT NULL REFERENCES public.rockets)`;

const [agencies, rockets, flights] = [copyOf('agencies'), copyOf('rockets'), copyOf('flights')];

describe('datasets whose targets refer to one another', () => {
  let bench: TestBench;
  let engine: Engine;

  beforeAll(async () => {
    bench = await openTestBench();
    await onBoth(bench, tables);
    await bench.operations.query(`
      INSERT INTO public.agencies SELECT i, 'agency ' || i FROM generate_series(1, 100) AS i;
      INSERT INTO public.rockets SELECT i, 1 + i % 100, CASE WHEN i < 300 THEN i + 1 END FROM generate_series(1, 300) AS i;
      INSERT INTO public.flights SELECT i, 1 + i % 300 FROM generate_series(1, 900) AS i`);
    // Children first: the order of the definitions must not matter.
    engine = await bench.engine([flights, rockets, agencies]);
    await engine.init({ datasets: [] });
  });

  afterAll(() => bench.close());

  async function expectInLine(document: RunDocument): Promise<void> {
    expect(document).toMatchObject({ ok: true, error: null });
    expect(document.datasets.every(countsAddUp)).toBe(true);
    for (const table of ['agencies', 'rockets', 'flights']) {
      expect(await rowsOf(bench.copy, `public.${table}`)).toEqual(await rowsOf(bench.operations, `public.${table}`));
    }
  }

  /** Nobody got past a foreign key: none is disabled or unchecked, and what another session sees at any time has no orphan. */
  async function watchedForOrphans<T>(work: () => Promise<T>): Promise<T> {
    const watcher = await bench.databases.copy.client();
    const orphans = `SELECT
      (SELECT count(*) FROM public.flights f WHERE NOT EXISTS (SELECT FROM public.rockets r WHERE r.id = f.rocket_id))
      + (SELECT count(*) FROM public.rockets r WHERE NOT EXISTS (SELECT FROM public.agencies a WHERE a.id = r.agency_id))
      + (SELECT count(*) FROM public.rockets r WHERE NOT EXISTS (SELECT FROM public.rockets b WHERE b.id = coalesce(r.backup_id, r.id)))
      + (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated)
      + (SELECT count(*) FROM pg_trigger WHERE tgisinternal AND tgenabled <> 'O') AS n`;
    const stop = new AbortController();
    const seen: number[] = [];
    const watch = (async () => {
      do seen.push(Number((await watcher.query<{ n: string }>(orphans)).rows[0]?.n));
      while (!stop.signal.aborted);
    })();
    try {
      return await work();
    } finally {
      stop.abort();
      await watch;
      expect(seen.every((n) => n === 0)).toBe(true);
    }
  }

  it('are filled parents first, whatever order they were given in', async () => {
    const document = await watchedForOrphans(() => engine.run({ datasets: [], mode: 'auto' }));
    expect(document.datasets.map(({ name, inserted }) => [name, inserted])).toEqual([
      ['flights', 900],
      ['rockets', 300],
      ['agencies', 100],
    ]);
    await expectInLine(document);
  });

  it.each(['incremental', 'full'] as const)('take new families and the end of old ones in one %s run', async (mode) => {
    const id = mode === 'full' ? 2000 : 1000;
    await bench.operations.query(`
      INSERT INTO public.agencies VALUES (${id}, 'new');
      INSERT INTO public.rockets VALUES (${id}, ${id}, NULL), (${id + 1}, ${id}, ${id}), (${id - 1}, ${id}, ${id + 1});
      INSERT INTO public.flights VALUES (${id}, ${id - 1});
      UPDATE public.flights SET rocket_id = ${id} WHERE rocket_id IN (7, 8);
      UPDATE public.rockets SET backup_id = ${id - 1} WHERE backup_id IN (7, 8);
      DELETE FROM public.rockets WHERE id IN (7, 8);
      INSERT INTO public.rockets VALUES (7, ${id}, 8), (8, ${id}, 7)`);
    const document = await watchedForOrphans(() => engine.run({ datasets: [], mode }));
    await expectInLine(document);
    await bench.operations.query(`
      UPDATE public.rockets SET backup_id = NULL WHERE backup_id >= 900 OR id IN (7, 8);
      DELETE FROM public.flights WHERE rocket_id >= 900;
      DELETE FROM public.rockets WHERE id >= 900;
      UPDATE public.rockets SET agency_id = 1 WHERE agency_id >= 900;
      DELETE FROM public.agencies WHERE id >= 900`);
    await expectInLine(await watchedForOrphans(() => engine.run({ datasets: [], mode })));
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({
      datasets: [{ planned: 0 }, { planned: 0 }, { planned: 0 }],
    });
  });

  it('report a child whose parent was left out, and bring it in when the parent came', async () => {
    await bench.operations.query(`
      INSERT INTO public.agencies VALUES (3000, 'alone');
      INSERT INTO public.rockets VALUES (3000, 3000, NULL), (3001, 1, NULL)`);
    const document = await engine.run({ datasets: ['rockets'], mode: 'incremental' });
    expect(document).toMatchObject({ status: 'partial', datasets: [{ inserted: 1, failed: 1, verified: true }] });
    expect(document.datasets.every(countsAddUp)).toBe(true);
    expect(await engine.errors({ run: document.id!, limit: 10 })).toMatchObject([
      { key: { id: '3000' }, sqlstate: '23503', reason: expect.stringContaining('agenc') as string },
    ]);
    expect(await jobsOf(bench, 'rockets')).toMatchObject({ failed: 1 });
    expect(await jobsOf(bench, 'agencies')).toMatchObject({ pending: 1 });
    // Its change is listed as failed and no longer tried, which every run says; the full run finds the row.
    expect(await engine.run({ datasets: [], mode: 'incremental' })).toMatchObject({
      status: 'partial',
      error: { code: 'FAILED_EARLIER' },
    });
    await expectInLine(await engine.run({ datasets: [], mode: 'full' }));
  });
});
