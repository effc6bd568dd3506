import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowErrorSchema } from '../../shared/engine/reports';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'system', table: 'public.cities' },
};

describe('guards, told by exit codes', () => {
  let bench: TerminalBench;
  const targetCount = async () => {
    const { rows } = await bench.system.query<{ count: string }>('SELECT count(*) FROM public.cities');
    return Number(rows[0]?.count);
  };

  beforeAll(async () => {
    bench = await openTerminalBench([cities]);
    const ddl = 'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, population integer)';
    await bench.operations.query(ddl);
    await bench.system.query(ddl);
    await bench.system.query('ALTER TABLE public.cities ADD CHECK (population >= 0)');
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'city ' || i, i FROM generate_series(1, 100) AS i`,
    );
    await bench.write('production.yaml', bench.environment({ level: 'production' }));
    await bench.write('read-only.yaml', bench.environment({ read_only: true }));
    expect((await bench.sync('init')).code).toBe(0);
    expect((await bench.sync('run', '--all', '--yes')).code).toBe(0);
  });
  afterAll(() => bench.close());

  it('an unknown dataset exits 2 and names the near one', async () => {
    const { code, stderr } = await bench.sync('run', 'citys', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('error DATASET_UNKNOWN');
    expect(stderr).toContain('Did you mean cities?');
  });

  it('a bad row exits 3, alone, and is listed with its key and reason', async () => {
    await bench.operations.query('UPDATE public.cities SET population = -1 WHERE id = 5');
    await bench.operations.query(`UPDATE public.cities SET name = 'renamed' WHERE id IN (6, 7)`);
    const { code, document } = await bench.json('run', '--all', '--yes');
    expect(code).toBe(3);
    expect(document).toMatchObject({ ok: false, status: 'partial', datasets: [{ updated: 2, failed: 1, planned: 3 }] });

    const { document: listed } = await bench.report('errors', '--run', document.id!);
    const errors = (listed as { errors: unknown[] }).errors.map((error) => rowErrorSchema.parse(error));
    expect(errors).toMatchObject([{ dataset: 'cities', key: { id: '5' }, operation: 'update', sqlstate: '23514' }]);
    const { stdout } = await bench.sync('errors');
    expect(stdout).toMatch(/cities +id=5 +update/);

    const again = await bench.sync('run', '--all', '--yes');
    expect(again.code).toBe(3);
    expect(again.stdout).toContain('FAILED_EARLIER');
    expect(again.stdout).toContain('astro-sync run cities --retry-failed');
    const status = await bench.sync('status');
    expect(status.stdout).toMatch(/✓ equal .*; 1 failed since/);
    expect(status.stdout).toContain('1 row failed and not in line since');
    expect((await bench.report('status')).document).toMatchObject({ datasets: [{ failed: 1, differences: 1 }] });

    const unasked = await bench.sync('run', 'cities', '--retry-failed');
    expect(unasked.code).toBe(2);
    const stillBad = await bench.sync('run', 'cities', '--retry-failed', '--yes');
    expect(stillBad.code).toBe(3);
    expect(stillBad.stdout).toContain('✓ equal but 1 failed');
    await bench.system.query('ALTER TABLE public.cities DROP CONSTRAINT cities_population_check');
    const mended = await bench.json('run', '--all', '--retry-failed', '--yes');
    expect(mended).toMatchObject({ code: 0, document: { status: 'succeeded', datasets: [{ updated: 1 }] } });
    expect((await bench.report('status')).document).toMatchObject({ datasets: [{ failed: 0, differences: 0 }] });
  });

  it('withheld deletes exit 4, say how to approve them, and go when they are approved', async () => {
    await bench.operations.query('DELETE FROM public.cities WHERE id > 60');
    const { code, stdout } = await bench.sync('run', '--all', '--yes');
    expect(code).toBe(4);
    expect(stdout).toContain('! 40');
    expect(stdout).toContain('error DELETES_WITHHELD');
    expect(stdout).toContain('--approve-deletes 40');
    expect(stdout).toContain('✓ equal but 40 withheld');
    expect(await targetCount()).toBe(100);
    expect((await bench.sync('status')).stdout).toContain(
      '40 changes withheld; astro-sync plan cities says what approves',
    );
    expect((await bench.sync('verify')).stdout).toContain('astro-sync run cities --approve-deletes <n> applies them');

    await bench.system.query(`INSERT INTO public.cities SELECT i, 'extra', 1 FROM generate_series(1001, 1020) AS i`);
    expect((await bench.sync('run', '--all', '--yes', '--mode', 'full')).code).toBe(4);
    const status = await bench.sync('status');
    expect(status.stdout).toContain('astro-sync run cities --mode full --approve-deletes 60 closes it');
    const verified = await bench.sync('verify');
    expect(verified.code).toBe(3);
    expect(verified.stdout).toContain('20 entities differ');
    expect(verified.stdout).toContain('astro-sync run cities --mode full --approve-deletes <n>');
    await bench.system.query(`DELETE FROM public.cities WHERE name = 'extra'`);

    const tooFew = await bench.json('run', '--all', '--yes', '--approve-deletes', '39');
    expect(tooFew.code).toBe(4);
    expect(tooFew.document.datasets).toMatchObject([{ withheld: 40, deleted: 0 }]);
    const approved = await bench.json('run', '--all', '--yes', '--approve-deletes', '40');
    expect(approved.code).toBe(0);
    expect(approved.document.datasets).toMatchObject([{ withheld: 0, deleted: 40, verified: true }]);
    expect(await targetCount()).toBe(60);
  });

  it('an empty source exits 4 until it is allowed in words', async () => {
    await bench.operations.query('BEGIN; DELETE FROM public.cities; COMMIT');
    const refused = await bench.json('run', '--all', '--yes', '--approve-deletes', 'all');
    expect(refused.code).toBe(4);
    expect(refused.document.error?.code).toBe('EMPTY_SOURCE');
    expect(await targetCount()).toBe(60);
    const allowed = await bench.json('run', '--all', '--yes', '--allow-empty-source');
    expect(allowed.code).toBe(0);
    expect(await targetCount()).toBe(0);
  });

  it('production exits 4 without its name', async () => {
    for (const words of [
      ['init'],
      ['run', '--all', '--yes'],
      ['prune'],
      ['uninstall', '--yes'],
      ['run', '--all', '--yes', '--confirm', 'tset'],
    ]) {
      const { code, stderr } = await bench.sync('-e', 'production.yaml', ...words);
      expect({ words, code }).toEqual({ words, code: 4 });
      expect(stderr).toContain('error CONFIRM_ENVIRONMENT');
      expect(stderr).toContain('--confirm test');
    }
    expect((await bench.sync('-e', 'production.yaml', 'run', '--all', '--yes', '--confirm', 'test')).code).toBe(0);
  });

  it('a read-only environment exits 4 where something would be written, and still verifies', async () => {
    const { code, document } = await bench.json('-e', 'read-only.yaml', 'run', '--all', '--yes');
    expect(code).toBe(4);
    expect(document.error?.code).toBe('READ_ONLY');
    expect((await bench.sync('-e', 'read-only.yaml', 'verify')).code).toBe(0);
  });

  it('a gap that an incremental run cannot close exits 4', async () => {
    await bench.operations.query(`INSERT INTO public.cities VALUES (1, 'one', 1)`);
    await bench.operations.query('TRUNCATE public.cities');
    const { code, document } = await bench.json('run', '--all', '--yes', '--mode', 'incremental');
    expect(code).toBe(4);
    expect(document.error?.code).toBe('NEEDS_FULL_RUN');
    expect((await bench.sync('status')).stdout).toContain('! gap');
  });
});
