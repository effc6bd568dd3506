import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from './api';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

/** Two datasets on one table, each of its own rows; one of them masks. */
const accounts = (name: string, role: string, more: object = {}) => ({
  name,
  source: {
    database: 'operations',
    table: 'public.accounts',
    where: `s.role = '${role}'`,
    columns: { id: null, contact: 'email' },
  },
  target: { database: 'copy', table: `public.${name}` },
  ...more,
});
const definitions = [accounts('guests', 'guest', { mask: ['contact'] }), accounts('agents', 'agent')];

let bench: TestBench;
let engine: Engine;

beforeAll(async () => {
  bench = await openTestBench();
  await bench.operations.query('CREATE TABLE public.accounts (id int PRIMARY KEY, role text, email text)');
  await bench.copy.query(
    'CREATE TABLE public.guests (id int PRIMARY KEY, contact text); CREATE TABLE public.agents (id int PRIMARY KEY, contact text)',
  );
  engine = await bench.engine(definitions);
  await engine.init({ datasets: [] });
  await engine.run({ datasets: [], mode: 'full' });
  await bench.operations.query(`INSERT INTO public.accounts VALUES (1, 'guest', 'CANARY'), (2, 'agent', 'CANARY')`);
});

afterAll(() => bench.close());

it('a value that one dataset masks is hidden in the jobs of every dataset of the same table, whose row it is or not', async () => {
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ ok: true });
  const jobs = await engine.queue({ limit: 10 });
  expect(jobs.map(({ dataset, entity_id: id }) => `${dataset} ${id ?? ''}`).sort()).toEqual([
    'agents 1',
    'agents 2',
    'guests 1',
    'guests 2',
  ]);
  const told = [
    jobs,
    await Promise.all(jobs.map(({ id }) => engine.job(id))),
    await engine.history('agents', '1'),
    (await engine.explain('guests', '1')).jobs,
  ];
  expect(JSON.stringify(told)).not.toMatch(/CANARY/);
  expect(jobs.every(({ data }) => data.after?.['email'] === '•••')).toBe(true);
});

it('it stays hidden where one of them cannot be resolved, which masks it or shows it, or names no table at all', async () => {
  for (const table of ['guests', 'agents']) {
    await bench.copy.query(`ALTER TABLE public.${table} RENAME TO aside`);
    const again = await bench.engine([
      ...definitions,
      { ...accounts('odd', 'x'), source: { database: 'operations', table: '"' } },
    ]);
    const jobs = await again.queue({ limit: 10 });
    expect(jobs).toHaveLength(4);
    expect(JSON.stringify(jobs)).not.toMatch(/CANARY/);
    await bench.copy.query(`ALTER TABLE public.aside RENAME TO ${table}`);
  }
});
