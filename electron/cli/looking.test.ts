import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary, StatusReport } from '../../shared/engine/reports';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const dataset = (name: string, table: string) => ({
  name,
  source: { database: 'operations', table },
  target: { database: 'system', table },
});
const datasets = [dataset('cities', 'cities'), dataset('order_lines', 'order_lines')];

describe('looking at what happened', () => {
  let bench: TerminalBench;

  beforeAll(async () => {
    bench = await openTerminalBench(datasets);
    const ddl = `CREATE TABLE cities (id bigint PRIMARY KEY, name text);
      CREATE TABLE order_lines (order_id bigint, line int, article text, PRIMARY KEY (order_id, line))`;
    await bench.operations.query(ddl);
    await bench.system.query(ddl);
    await bench.sync('init');
    expect((await bench.json('run', '--all', '--yes')).code).toBe(0);
    await bench.operations.query(
      `INSERT INTO cities SELECT i, 'city ' || i FROM generate_series(1, 17) i; INSERT INTO order_lines VALUES (5, 1, 'x')`,
    );
  });
  afterAll(() => bench.close());

  it('counts changes that are captured but not yet in the queue, but not in a document', async () => {
    const queue = await bench.sync('queue');
    expect(queue.stdout).toBe(
      'No jobs.\n! 18 changes of operations are captured but not yet in the queue; plan, run or verify fetch them.\n',
    );
    expect((await bench.sync('queue', '--dataset', 'cities')).stdout).toContain('! 17 changes of operations are');
    const history = await bench.sync('history', 'order_lines', '{"order_id":"5","line":"1"}');
    expect(history.stdout).toContain('! 1 change of operations is captured but not yet in the queue;');
    expect(history.stdout).toMatch(
      /^No changes of this entity are known\. Full runs write .*\nThe last run of its dataset was [0-9a-f-]{36}, /u,
    );
    expect((await bench.report('queue')).document).toEqual({ jobs: [] });
  });

  it('counts them for the datasets that read their table, and once for their source', async () => {
    const { document } = await bench.report('status');
    expect(document as StatusReport).toMatchObject({
      datasets: [{ unrelayed: 17 }, { unrelayed: 1 }],
      sources: [{ database: 'operations', unrelayed: 18 }],
    });
  });

  it('shows a key of several columns in the order of the key', async () => {
    expect((await bench.json('run', '--all', '--yes')).code).toBe(0);
    const queue = await bench.sync('queue', '--dataset', 'order_lines');
    expect(queue.stdout).toContain('order_id=5, line=1');
    expect(queue.stdout).not.toContain('captured but not');
    const history = await bench.sync('history', 'order_lines', '{"line":"1","order_id":"5"}');
    expect(history.stdout).toContain('insert order_id=5, line=1');
    const [job] = await bench.jobs('history', 'order_lines', '{"line":"1","order_id":"5"}');
    expect(Object.keys(job?.entity_key ?? {})).toEqual(['order_id', 'line']);
  });

  it('shows it so in a stored plan', async () => {
    await bench.operations.query(`INSERT INTO order_lines VALUES (6, 2, 'y')`);
    const { document } = await bench.json('plan', 'order_lines');
    expect((await bench.sync('run', '--plan', document.id!)).stdout).toContain('order_id=6, line=2');
    await bench.operations.query('DELETE FROM order_lines WHERE order_id = 6');
    expect((await bench.json('run', 'order_lines', '--yes')).code).toBe(0);
  });

  it('says how a key of several columns is written', async () => {
    const { code, stderr } = await bench.sync('history', 'order_lines', '5');
    expect(code).toBe(2);
    expect(stderr).toContain('the key has the columns order_id, line');
    expect(stderr).toContain(`'{"order_id":"…","line":"…"}'`);
  });

  it.each([
    [['history', 'citys', '7']],
    [['queue', '--dataset', 'citys']],
    [['errors', '--dataset', 'citys']],
    [['runs', '--dataset', 'citys']],
  ])('%j: there is no such dataset', async (words) => {
    const { code, stderr } = await bench.sync(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error DATASET_UNKNOWN: .*"citys".*\nhint: Did you mean cities\?/);
  });

  it('still reads the history of a dataset that is defined no more', async () => {
    await bench.write('datasets/datasets.yaml', [datasets[0]]);
    for (const words of [
      ['queue', '--dataset', 'order_lines'],
      ['history', 'order_lines', '{"order_id":"5","line":"1"}'],
      ['errors', '--dataset', 'order_lines'],
      ['runs', '--dataset', 'order_lines'],
    ])
      expect({ words, code: (await bench.sync(...words)).code }).toEqual({ words, code: 0 });
    await bench.write('datasets/datasets.yaml', datasets);
  });

  it('takes the beginning of an id', async () => {
    const { document } = await bench.report('runs');
    const [run] = (document as { runs: RunSummary[] }).runs;
    const short = run!.id.slice(0, 8);
    expect((await bench.report('runs', 'show', short)).document).toMatchObject({ run: { id: run!.id } });
    expect(await bench.sync('errors', '--run', short)).toMatchObject({ code: 0, stdout: 'No row errors.\n' });
    expect(await bench.sync('cancel', short)).toMatchObject({ code: 0 });
    expect(await bench.jobs('queue', '--run', short)).toHaveLength(2);
    const plan = await bench.json('plan', '--all');
    expect((await bench.json('run', '--plan', plan.document.id!.slice(0, 6), '--yes')).code).toBe(0);
    for (const words of [
      ['runs', 'show', run!.id.slice(0, 5)],
      ['errors', '--run', 'ffffff%'],
    ])
      expect((await bench.sync(...words)).stderr).toContain('error RUN_UNKNOWN');
  });

  it('refuses the beginning of several ids', async () => {
    await bench.system.query(
      `INSERT INTO astro_sync.run SELECT (jsonb_populate_record(r, jsonb_build_object('id', 'abcdef00-0000-4000-8000-00000000000' || n))).*
       FROM (SELECT r FROM astro_sync.run r LIMIT 1) one(r), generate_series(1, 2) n`,
    );
    const { code, stderr } = await bench.sync('runs', 'show', 'abcdef');
    expect(code).toBe(2);
    expect(stderr).toMatch(/ids of several runs begin with abcdef: abcdef00-\S+1, abcdef00-\S+2/);
    expect((await bench.sync('runs', 'show', 'abcdef00-0000-4000-8000-000000000001')).code).toBe(0);
  });

  it('lists what verifications found, and tells none from not verified', async () => {
    await bench.sync('run', '--all', '--yes');
    await bench.system.query(`UPDATE cities SET name = 'changed behind its back' WHERE id IN (1, 2)`);
    expect((await bench.json('verify', 'cities')).document).toMatchObject({ datasets: [{ differences: 2 }] });
    const { document } = await bench.report('runs', '--limit', '2');
    expect(document).toMatchObject({
      runs: [
        { kind: 'verify', differences: 2 },
        { kind: 'run', differences: 0 },
      ],
    });
    const { stdout } = await bench.sync('runs', '--limit', '2');
    expect(stdout).toMatch(/ {2}Verified +Datasets\n/);
    expect(stdout).toMatch(/ verify .* ✗ 2 differ +cities\n/);
    expect(stdout).toMatch(/ run .* ✓ equal +cities, order_lines\n/);
    const [found] = (document as { runs: RunSummary[] }).runs;
    expect((await bench.sync('runs', 'show', found!.id)).stdout).toMatch(/✗ 2 differ /);
  });

  it('says of a run without a sign of life that it was probably interrupted, where that may not be noted', async () => {
    const dead = 'dead0000-0000-4000-8000-000000000001';
    await bench.write('read-only.yaml', bench.environment({ read_only: true }));
    await bench.system.query(
      `INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, heartbeat)
         VALUES ('${dead}', 'run', 'full', 'running', 'x', 'y', 1, 'z', 'test', now() - interval '3 minutes');
       INSERT INTO astro_sync.run_dataset (run_id, dataset, position) VALUES ('${dead}', 'cities', 0)`,
    );
    const words = /no sign of life since .* \(3 min ago\), probably interrupted/;
    const look = async (...args: string[]): Promise<string> =>
      (await bench.sync('-e', 'read-only.yaml', ...args)).stdout;
    expect(await look('runs', '--limit', '1')).toMatch(/dead0000\S+ +run +full +! interrupted\? /);
    expect(await look('runs', '--limit', '1')).toMatch(words);
    expect(await look('runs', 'show', dead)).toMatch(words);
    expect(await look('status')).toMatch(words);
    const { document } = await bench.report('-e', 'read-only.yaml', 'runs', '--limit', '1');
    expect(document).toMatchObject({ runs: [{ status: 'running', silent_since: expect.any(String) as string }] });
    // Who may write marks it.
    const { document: marked } = await bench.report('runs', '--limit', '1');
    expect(marked).toMatchObject({ runs: [{ id: dead, status: 'interrupted', silent_since: null }] });
  });
});
