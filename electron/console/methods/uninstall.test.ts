import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleBench } from '../testing/console-bench';
import { openConsoleBench } from '../testing/console-bench';

describe('removing capture from the console', () => {
  let bench: ConsoleBench;

  beforeAll(async () => {
    bench = await openConsoleBench();
    await bench.console.open(bench.opening());
    await bench.call('environment.init', { take_over: false, confirm: null });
    await bench.operations.query("UPDATE cities SET name = 'changed' WHERE id IN (1, 2)");
  });
  afterAll(() => bench.close());

  const remove = (discard: boolean, confirm: string | null = null) =>
    bench.call('environment.uninstall', { discard, confirm });
  const preview = async () => (await bench.call('environment.uninstallPreview', {})).databases;
  const triggers = async (): Promise<number | null> =>
    (await bench.operations.query(`SELECT FROM pg_trigger WHERE tgname LIKE 'astro_sync%'`)).rowCount;
  const audits = async (): Promise<unknown> =>
    (await bench.system.query(`SELECT operator, details FROM astro_sync.audit_log WHERE command = 'uninstall'`)).rows;

  it('says beforehand what is removed and what is not settled, and removes nothing by that', async () => {
    const before = await triggers();
    expect(before).toBeGreaterThan(0);
    expect(await preview()).toMatchObject([
      {
        name: 'operations',
        removes: ['triggers of public.cities', expect.stringContaining('change log')],
        changes: 2,
        jobs: 0,
      },
      { name: 'system', removes: ['record of what was applied'], changes: 0, jobs: 0 },
    ]);
    expect(await triggers()).toBe(before);
  });

  it('is refused while something is not settled or work is under way, in production without its name, and read-only', async () => {
    const before = await triggers();
    await expect(remove(false)).rejects.toThrow('UNSETTLED_CHANGES');
    await bench.operations.query('BEGIN; LOCK TABLE cities');
    const { id } = await bench.call('verifications.start', { datasets: ['cities'] });
    await expect(remove(true)).rejects.toThrow('RUNS_ACTIVE');
    await bench.operations.query('ROLLBACK');
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    await bench.console.open(bench.opening({ level: 'production' }));
    await expect(remove(true)).rejects.toThrow('CONFIRM_ENVIRONMENT');
    await expect(remove(true, 'tests')).rejects.toThrow('CONFIRM_ENVIRONMENT');
    await bench.console.open(bench.opening({ read_only: true }));
    await expect(remove(true)).rejects.toThrow('READ_ONLY');
    expect(await preview()).toMatchObject([{ removes: [expect.any(String), expect.any(String)] }, {}]);
    expect(await triggers()).toBe(before);
    expect(await audits()).toEqual([]);
  });

  it('removes what it said, notes who did it, and has nothing left to remove', async () => {
    await bench.console.open(bench.opening({ level: 'production' }));
    const said = await preview();
    const report = await remove(true, 'test');
    expect(report.databases.map(({ name, done }) => ({ name, removes: done }))).toEqual(
      said.map(({ name, removes }) => ({ name, removes })),
    );
    expect(await triggers()).toBe(0);
    expect(await audits()).toEqual([{ operator: 'olga', details: { discard: true } }]);
    expect(await preview()).toMatchObject([{ removes: [] }, { removes: [] }]);
  });
});
