import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import type { Engine } from './api';
import { copyOf, jobsOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

const rows = 200_000;
const definition = copyOf('stock', { batch: 5000 });

describe('a run whose process is killed', () => {
  let bench: TestBench;
  let engine: Engine;
  let folder: string;
  let holder: pg.Client;
  let children: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
    await build({
      logLevel: 'silent',
      configFile: false,
      ssr: { noExternal: true, external: ['pg-native'] },
      build: { ssr: join(import.meta.dirname, 'test-child.ts'), outDir: folder, target: 'node20' },
    });
    bench = await openTestBench();
    holder = await bench.databases.copy.client();
    await onBoth(bench, 'CREATE TABLE public.stock (id int PRIMARY KEY, name text, n numeric(12,2))');
    await bench.operations.query(
      `INSERT INTO public.stock SELECT i, 'item ' || i, i / 100.0 FROM generate_series(1, ${rows}) AS i; ANALYZE public.stock`,
    );
    engine = await bench.engine([definition]);
    await engine.init({ datasets: [] });
  });

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });

  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts a run in a process of its own and kills that process while it writes the named row and has settled so many jobs. */
  async function killedAt(id: number, mode: 'full' | 'incremental', settled: number): Promise<void> {
    const hold = await holdWrites(holder, 'public.stock', `NEW.id = ${id}`);
    const orders = {
      environment: {
        name: 'test',
        databases: {
          operations: { engine: 'postgres', url: bench.databases.operations.url },
          copy: { engine: 'postgres', url: bench.databases.copy.url },
          system: { engine: 'postgres', url: bench.databases.system.url },
        },
      },
      definitions: [definition],
      mode,
    };
    const child = spawn(process.execPath, [join(folder, 'test-child.js'), JSON.stringify(orders)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    await hold.reached();
    const completed = async () => (await jobsOf(bench, 'stock'))['completed'] ?? 0;
    await expect.poll(completed, { timeout: 30_000 }).toBe(settled);
    child.kill('SIGKILL');
    await gone;
    const [run] = await engine.runs({ limit: 1 });
    expect(run).toMatchObject({
      operator: 'carla',
      host: 'another',
      status: 'interrupted',
      error: { code: 'INTERRUPTED' },
    });
    expect((await engine.status({ datasets: [] })).running).toEqual([]);
    const audit = await bench.system.query(
      `SELECT operator, outcome FROM astro_sync.audit_log WHERE command = 'run' AND run_id = $1`,
      [run!.id],
    );
    expect(audit.rows).toEqual([{ operator: 'carla', outcome: 'started' }]);
    await hold.release();
  }

  async function expectExact(): Promise<void> {
    const digest = `SELECT count(*) AS n, md5(string_agg(t::text, '|' ORDER BY id)) AS digest FROM public.stock AS t`;
    expect((await bench.copy.query(digest)).rows).toEqual((await bench.operations.query(digest)).rows);
    expect(await jobsOf(bench, 'stock')).not.toHaveProperty('pending');
    expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true, datasets: [{ planned: 0 }] });
    expect(await engine.verify({ datasets: [] })).toMatchObject({ ok: true });
  }

  it('in the middle of a full run of 200,000 rows is shown as interrupted, and run again it is exact', async () => {
    await killedAt(150_000, 'full', 0);
    const document = await engine.run({ datasets: [], mode: 'auto' });
    expect(document).toMatchObject({ ok: true, datasets: [{ mode: 'full', verified: true, baseline: 'current' }] });
    const [dataset] = document.datasets;
    expect(dataset!.inserted + dataset!.unchanged).toBe(rows);
    // What the killed one had committed is compared, not written again.
    expect(dataset!.unchanged).toBeGreaterThan(0);
    await expectExact();
  });

  it('in the middle of an incremental run has its jobs pending again, and none is lost or done twice', async () => {
    await bench.operations.query(`UPDATE public.stock SET n = n + 1 WHERE id <= 20000`);
    await killedAt(12_000, 'incremental', 10_000);
    expect(await jobsOf(bench, 'stock')).toEqual({ completed: 10_000, pending: 10_000 });
    const document = await engine.run({ datasets: [], mode: 'auto' });
    expect(document).toMatchObject({ ok: true, datasets: [{ mode: 'incremental', updated: 10_000, verified: true }] });
    expect(document.datasets.every(countsAddUp)).toBe(true);
    expect(await jobsOf(bench, 'stock')).toEqual({ completed: 20_000 });
    await expectExact();
  });
});
