import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConsoleBench } from './testing/console-bench';
import type { ConsoleBench } from './testing/console-bench';
import { validInputs } from './testing/valid-inputs';
import { plainRun } from '../../shared/contract/plain-run';

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await openConsoleBench();
  await bench.console.open(bench.opening());
  await bench.call('environment.init', { take_over: false, confirm: null });
});

afterAll(() => bench.close());

const openedAt = async (): Promise<string | undefined> => (await bench.call('session.current', {})).session?.opened_at;

it('what was answered for one environment is not done in another that was opened meanwhile', async () => {
  const before = await openedAt();
  await bench.console.open(bench.opening());
  const changed = { ok: false, error: { code: 'PROFILE_CHANGED' } };
  const start = { ...plainRun, datasets: ['cities'] };
  expect(await bench.console.dispatch('runs.start', start, before)).toMatchObject(changed);
  expect(await bench.console.dispatch('queue.skip', validInputs['queue.skip'], before)).toMatchObject(changed);
  expect(await bench.console.dispatch('runs.start', start, null)).toMatchObject(changed);
  const kinds = (await bench.call('tasks.list', {})).map(({ kind }) => kind);
  expect(kinds).toEqual(['init']);
  // Reading is for whichever is open.
  expect(await bench.console.dispatch('runs.list', validInputs['runs.list'], before)).toMatchObject({ ok: true });
  expect(await bench.console.dispatch('queue.skip', validInputs['queue.skip'], await openedAt())).not.toMatchObject(
    changed,
  );
});

it('the environment is not changed while jobs of it are', async () => {
  await bench.system.query('BEGIN; LOCK TABLE astro_sync.job_queue IN ACCESS EXCLUSIVE MODE');
  const retried = bench.console.dispatch('queue.retry', { ...validInputs['queue.retry'], confirm: null });
  await expect(bench.console.open(bench.opening())).rejects.toMatchObject({ code: 'RUNS_ACTIVE' });
  await bench.system.query('ROLLBACK');
  await retried;
  await bench.console.open(bench.opening());
});
