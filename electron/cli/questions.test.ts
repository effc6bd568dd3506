import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPseudoTerminal, startOnTerminal } from './testing/pseudo-terminal';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'system', table: 'public.cities' },
};

describe.skipIf(!hasPseudoTerminal)('questions on a terminal', () => {
  let bench: TerminalBench;
  let password: string;
  const count = async () => {
    const { rows } = await bench.system.query<{ count: string }>('SELECT count(*) FROM public.cities');
    return Number(rows[0]?.count);
  };
  const call = (...words: string[]) => startOnTerminal(bench.folder, words, { TEST_PASSWORD: password });

  beforeAll(async () => {
    bench = await openTerminalBench([cities]);
    password = new URL(bench.databases.system.url).password;
    const ddl = 'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, population integer)';
    await bench.operations.query(ddl);
    await bench.system.query(ddl);
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'city ' || i, i FROM generate_series(1, 20) AS i`,
    );
    await bench.write('production.yaml', bench.environment({ level: 'production' }));
    expect((await bench.sync('init')).code).toBe(0);
  });
  afterAll(() => bench.close());

  it.each([
    ['n', 'n\r'],
    ['nothing', '\r'],
    ['Ctrl-C', '\u0003'],
    ['the end of the input', '\u0004'],
  ])('the plan is shown; %s leaves everything as it is and exits 130', async (_answer, keys) => {
    const run = await call('run', '--all');
    await run.until('[y/N]');
    expect(run.shown()).toContain('Apply 20 changes to test?');
    run.type(keys);
    expect(await run.exitCode).toBe(130);
    expect(run.shown()).toContain('error CANCELLED');
    expect(await count()).toBe(0);
  });

  it('the console says beside its link that it works once', async () => {
    const served = await call('console', '--no-open');
    await served.until('The link works once');
    served.type('\u0003');
    expect(await served.exitCode).toBe(0);
    expect(served.shown()).toMatch(/^http:\S+\s+The link works once/u);
  });

  it('yes executes the plan that was shown', async () => {
    const run = await call('run', '--all');
    await run.until('[y/N]');
    const plan = /Plan ([0-9a-f-]{36})/.exec(run.shown())?.[1];
    run.type('y\r');
    expect(await run.exitCode).toBe(0);
    expect(run.shown()).toContain('succeeded');
    expect(await count()).toBe(20);
    const { rows } = await bench.system.query<{ used: string | null }>(
      'SELECT used_by_run::text AS used FROM astro_sync.plan WHERE id::text = $1',
      [plan],
    );
    expect(rows[0]?.used).toBeTruthy();
  });

  it('the plan and the question foretell what will be withheld, and count it as deletes where it is approved', async () => {
    await bench.operations.query('DELETE FROM public.cities WHERE id > 5');
    await bench.operations.query(`UPDATE public.cities SET name = 'new' WHERE id = 1`);
    const run = await call('run', '--all');
    await run.until('[y/N]');
    expect(run.shown()).toContain(' will be withheld: --approve-deletes 15 lets them go');
    expect(run.shown()).toContain('Apply 1 change to test; 15 deletes will be withheld?');
    run.type('n\r');
    expect(await run.exitCode).toBe(130);
    const approved = await call('run', '--all', '--approve-deletes', '15');
    await approved.until('[y/N]');
    expect(approved.shown()).toContain('Apply 16 changes to test, 15 deletes among them?');
    approved.type('y\r');
    expect(await approved.exitCode).toBe(0);
    expect(await count()).toBe(5);
  });

  it('production wants its name typed, also with --yes', async () => {
    const wrong = await call('-e', 'production.yaml', 'run', '--all', '--yes');
    await wrong.until('Type its name to go on');
    wrong.type('tset\r');
    expect(await wrong.exitCode).toBe(4);
    expect(wrong.shown()).toContain('error CONFIRM_ENVIRONMENT');
    const right = await call('-e', 'production.yaml', 'run', '--all', '--yes');
    await right.until('Type its name to go on');
    right.type('test\r');
    expect(await right.exitCode).toBe(0);
  });

  it('a secret is asked for without showing it', async () => {
    const { operations, system } = bench.environment({})['databases'] as Record<string, Record<string, unknown>>;
    const databases = { operations, system: { ...system, password: { prompt: true } } };
    await bench.write('asks.yaml', bench.environment({ databases }));
    const runs = await call('-e', 'asks.yaml', 'runs');
    await runs.until('the password of database "system"');
    runs.type(`${password}\r`);
    expect(await runs.exitCode).toBe(0);
    expect(runs.shown()).toContain('succeeded');
    expect(password.length).toBeGreaterThan(0);
    expect(runs.shown()).not.toContain(password);
  });

  it('nothing is asked with --json', async () => {
    await bench.operations.query(`UPDATE public.cities SET population = 0`);
    const run = await call('run', '--all', '--json');
    expect(await run.exitCode).toBe(2);
    expect(run.shown()).not.toContain('[y/N]');
  });
});
