import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDocumentSchema } from '../../shared/engine/documents';
import { countsAddUp } from '../../shared/engine/counts';
import {
  checkReportSchema,
  initReportSchema,
  runDetailSchema,
  runSummarySchema,
  statusReportSchema,
} from '../../shared/engine/reports';
import { openTerminalBench, operator } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const datasets = [
  {
    name: 'cities',
    source: { database: 'operations', table: 'public.cities' },
    target: { database: 'system', table: 'public.cities' },
    entity: 'city',
    job_type: 'city_sync',
  },
  {
    name: 'city-cards',
    source: { database: 'operations', table: 'public.cities' },
    target: {
      database: 'cache',
      hash: 'city:{id}',
      indexes: [{ zset: 'cities-by-size', score: 'population', member: 'id' }],
    },
  },
];

describe('a first synchronisation from the terminal', () => {
  let bench: TerminalBench;
  const targetRows = async () =>
    (await bench.system.query('SELECT * FROM public.cities ORDER BY id')).rows as unknown[];

  beforeAll(async () => {
    bench = await openTerminalBench(datasets, { redis: true });
    const ddl = 'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, population integer)';
    await bench.operations.query(ddl);
    await bench.system.query(ddl);
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'Städtchen ' || i, i FROM generate_series(1, 500) AS i`,
    );
    await bench.system.query(
      `INSERT INTO public.cities SELECT i, 'Städtchen ' || i, i FROM generate_series(2, 495) AS i`,
    );
    await bench.system.query(`INSERT INTO public.cities VALUES (1, 'stale', 0), (9000, 'extra', NULL)`);
  });
  afterAll(() => bench.close());

  it('says what is missing before init', async () => {
    expect((await bench.json('run', '--all', '--yes')).document).toMatchObject({
      ok: false,
      error: { code: 'NOT_INITIALISED' },
    });
    const { code, stderr } = await bench.sync('queue');
    expect(code).toBe(2);
    expect(stderr).toContain('astro-sync init');
    const status = await bench.sync('status');
    expect(status.code).toBe(0);
    expect(status.stdout).toContain('! not initialised');
  });

  it('checks connections, rights and definitions', async () => {
    const { code, document } = await bench.report('check');
    expect(code).toBe(0);
    expect(checkReportSchema.parse(document)).toMatchObject({ ok: true, datasets: [{ name: 'cities', ok: true }, {}] });
    const { stdout } = await bench.sync('check');
    expect(stdout).toMatch(/! ready, but \d datasets? not initialised: astro-sync init/);
  });

  it('installs, and installs again, without asking', async () => {
    const first = await bench.sync('init');
    expect(first.code).toBe(0);
    const { code, document } = await bench.report('init');
    expect(code).toBe(0);
    expect(initReportSchema.parse(document).datasets).toEqual(['cities', 'city-cards']);
  });

  it('prints the plan where nobody can be asked, and changes nothing', async () => {
    const before = await targetRows();
    const { code, stdout, stderr } = await bench.sync('run', '--all');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^Plan \S+ for test\n/);
    expect(stdout).toMatch(/cities +full +none +5 +1 +! 1 +494/);
    expect(stdout).toContain('! cities: would delete 1 row');
    expect(stdout).toMatch(/~ update id=1 .*name: "stale" → "Städtchen 1"/);
    expect(stderr).toMatch(
      /error USAGE: Planned, not run.*\nhint: astro-sync run --plan \S+ --yes executes this plan\./,
    );
    expect(await targetRows()).toEqual(before);
  });

  it('executes a stored plan when it is accepted, once', async () => {
    const plan = await bench.json('plan', '--all');
    expect(plan.code).toBe(0);
    expect(runDocumentSchema.parse(plan.document)).toMatchObject({ ok: true, status: 'planned' });
    const id = plan.document.id!;

    const unaccepted = await bench.json('run', '--plan', id);
    expect(unaccepted.code).toBe(2);
    expect(unaccepted.document).toMatchObject({ ok: false, id, error: { code: 'USAGE' } });
    const counts = ({ inserted, updated, deleted }: { inserted: number; updated: number; deleted: number }) => [
      inserted,
      updated,
      deleted,
    ];
    expect(unaccepted.document.datasets.map(counts)).toEqual([
      [5, 1, 1],
      [500, 0, 0],
    ]);

    const run = await bench.json('run', '--plan', id, '--yes');
    expect(run.code).toBe(0);
    expect(runDocumentSchema.parse(run.document)).toMatchObject({ ok: true, status: 'succeeded', error: null });
    expect(run.document.datasets.map(counts)).toEqual([
      [5, 1, 1],
      [500, 0, 0],
    ]);
    expect(run.document.datasets.every(countsAddUp)).toBe(true);
    expect(run.document.datasets.every(({ verified }) => verified === true)).toBe(true);

    const again = await bench.json('run', '--plan', id, '--yes');
    expect(again.code).toBe(4);
    expect(again.document.error?.code).toBe('PLAN_USED');
  });

  it('applies what an application changed and shows who did it', async () => {
    await bench.operations.query(`BEGIN;
      SET LOCAL astro_sync.application = 'booking-service'; SET LOCAL astro_sync.actor = 'ana';
      UPDATE public.cities SET name = 'Málaga' WHERE id = 7; DELETE FROM public.cities WHERE id = 8; COMMIT`);
    const status = await bench.report('status');
    expect(status.code).toBe(0);
    expect(statusReportSchema.parse(status.document)).toMatchObject({
      environment: { name: 'test' },
      datasets: [{ name: 'cities', baseline: 'current', unrelayed: 2 }, {}],
    });

    const run = await bench.json('run', 'cities', '--yes');
    expect(run.code).toBe(0);
    expect(run.document.datasets).toMatchObject([{ mode: 'incremental', planned: 2, updated: 1, deleted: 1 }]);

    const jobs = await bench.jobs(
      'queue',
      '--dataset',
      'cities',
      '--app',
      'booking-service',
      '--actor',
      'ana',
      '--since',
      '1h',
    );
    expect(jobs).toHaveLength(2);
    const updated = jobs.find((job) => job.entity_id === '7');
    expect(updated).toMatchObject({
      job_type: 'city_sync',
      entity_type: 'city',
      entity_key: { id: '7' },
      status: 'completed',
      run: run.document.id,
      data: {
        operation: 'update',
        before: { name: 'Städtchen 7' },
        after: { name: 'Málaga' },
        origin: { database: 'operations', application: 'booking-service', actor: 'ana', run: null },
      },
    });
    expect(await bench.jobs('queue', '--actor', 'nobody')).toEqual([]);
    expect(await bench.jobs('queue', '--by', 'sync')).toEqual([]);
    expect(await bench.jobs('queue', '--by', 'others', '--dataset', 'cities')).toHaveLength(2);
    expect(await bench.jobs('queue', '--entity', '7', '--status', 'pending,completed', '--limit', '1')).toHaveLength(1);
    expect(await bench.jobs('history', 'cities', '7')).toEqual([{ ...updated, cause: null }]);

    const history = await bench.sync('history', 'cities', '7');
    expect(history.stdout).toContain('by ana with booking-service @ operations');
    expect(history.stdout).toContain('name: "Städtchen 7" → "Málaga"');
    const queue = await bench.sync('queue', '--origin-database', 'operations');
    expect(queue.stdout).toMatch(/city id=7 +update +✓ completed +ana with booking-service @ operations/);
  });

  it('moves nothing twice', async () => {
    const { code, document } = await bench.json('run', '--all', '--yes');
    expect(code).toBe(0);
    const again = await bench.json('run', '--all', '--yes');
    expect(again.document.datasets.map(({ planned }) => planned)).toEqual([0, 0]);
    expect(document.datasets[0]?.planned).toBe(0);
  });

  it('verifies, and exits 3 where differences are left', async () => {
    const equal = await bench.json('verify');
    expect(equal.code).toBe(0);
    await bench.system.query(`UPDATE public.cities SET population = -1 WHERE id IN (3, 4)`);
    const different = await bench.json('verify', 'cities');
    expect(different.code).toBe(3);
    expect(runDocumentSchema.parse(different.document)).toMatchObject({
      ok: false,
      datasets: [{ name: 'cities', verified: false, differences: 2 }],
    });
    const { code, stdout } = await bench.sync('verify');
    expect(code).toBe(3);
    expect(stdout).toContain('✗ 2 differ');
    const [found] = /~ update id=3 +population: "?-1.*/u.exec(stdout) ?? ['no sample'];
    expect((await bench.sync('runs', 'show', different.document.id ?? '')).stdout).toContain(found);
    const healed = await bench.json('run', 'cities', '--mode', 'full', '--yes');
    expect(healed.document.datasets).toMatchObject([{ mode: 'full', updated: 2, verified: true }]);
  });

  it('lists runs and shows one', async () => {
    const { document } = await bench.report('runs', '--dataset', 'cities', '--limit', '2');
    const runs = (document as { runs: unknown[] }).runs.map((run) => runSummarySchema.parse(run));
    expect(runs).toHaveLength(2);
    expect(runs[0]).toMatchObject({ kind: 'run', status: 'succeeded', operator, application: 'astro-sync' });
    const detail = await bench.report('runs', 'show', runs[0]!.id);
    expect(detail.code).toBe(0);
    expect(runDetailSchema.parse(detail.document).datasets).toMatchObject([{ name: 'cities', counts: { updated: 2 } }]);
    const { stdout } = await bench.sync('runs', 'show', runs[0]!.id);
    expect(stdout).toContain(`by ${operator} on `);
    const unknown = await bench.sync('runs', 'show', '7');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('error RUN_UNKNOWN');
  });

  it('discovers a definition that works', async () => {
    const { code, stdout } = await bench.sync('discover', 'operations', 'system', '--output', 'found/datasets.yaml');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Wrote found/datasets.yaml\n' });
    expect((await bench.sync('check', '-d', 'found')).code).toBe(0);
    const twice = await bench.sync('discover', 'operations', 'system', '--output', 'found/datasets.yaml');
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain('exists; nothing was written');
    const below = await bench.sync('discover', 'operations', 'system', '--output', 'astro-sync.yaml/new.yaml');
    expect(below).toMatchObject({ code: 1, stderr: expect.stringContaining('error FILE_NOT_WRITTEN') });
    const { document } = await bench.report('discover', 'operations', 'system');
    expect(document).toMatchObject({ datasets: [{ source: { database: 'operations', table: 'public.cities' } }] });
  });

  it('ends quietly where the reader of its output has gone away', async () => {
    for (const words of [['queue'], ['runs', '--json'], ['run', '--all', '--yes']]) {
      const { child, ended } = bench.start(words);
      child.stdout?.destroy();
      const { code, stderr } = await ended;
      expect({ words, code }).toEqual({ words, code: 0 });
      expect(stderr).not.toMatch(/error|EPIPE/i);
    }
  });

  it('prunes and uninstalls', async () => {
    const pruned = await bench.report('prune', '--days', '0');
    expect(pruned.code).toBe(0);
    expect(
      Object.values((pruned.document as { removed: Record<string, number> }).removed).some((rows) => rows > 0),
    ).toBe(true);
    const { code } = await bench.report('uninstall', '--yes');
    expect(code).toBe(0);
    const { rows } = await bench.operations.query(`SELECT 1 FROM pg_trigger WHERE tgname LIKE '%astro_sync%'`);
    expect(rows).toEqual([]);
  });
});
