import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanationSchema } from '../../../shared/contract/methods/origins';
import type { Engine } from './api';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';

describe('the explanation of an entity while a PostgreSQL side is away', () => {
  let bench: TestBench;
  let engine: Engine;
  const masked = copyOf('cities', { mask: ['mail'] });
  const away = { code: 'CONNECT_FAILED', message: expect.stringContaining('copy') as string };

  beforeAll(async () => {
    bench = await openTestBench();
    await onBoth(bench, 'CREATE TABLE public.cities (id int PRIMARY KEY, name text, mail text)');
    engine = await bench.engine([masked]);
    await engine.init({ datasets: [] });
    await bench.operations.query(`INSERT INTO public.cities VALUES (1, 'Cebu', 'secret-mail')`);
    expect(await engine.run({ datasets: [], mode: 'incremental' })).toMatchObject({ ok: true });
  });
  afterAll(() => bench.close());

  it('shows the history alone where the catalogs were never read, with nothing that may be masked', async () => {
    const fresh = await bench.engine([masked], { urls: { copy: nowhere } });
    const found = explanationSchema.parse(await fresh.explain('cities', '1'));
    expect(found).toMatchObject({ key: { id: '•••' }, differs: [], others: [] });
    expect(found.source).toMatchObject({ database: 'operations', image: null, error: away });
    expect(found.target).toMatchObject({ database: 'copy', image: null, error: away });
    expect(found.jobs.length).toBe(1);
    expect(JSON.stringify(found)).not.toContain('secret-mail');
    const plain = await bench.engine([copyOf('cities')], { urls: { copy: nowhere } });
    expect(await plain.explain('cities', '1')).toMatchObject({ key: { id: '1' }, jobs: [{ status: 'completed' }] });
    await expect(plain.explain('nothing', '1')).rejects.toMatchObject({ code: 'DATASET_UNKNOWN' });
  });

  it('reads the other side as the catalogs last were, and says why this one is missing', async () => {
    await bench.databases.copy.drop();
    const found = explanationSchema.parse(await engine.explain('cities', '1'));
    expect(found).toMatchObject({ key: { id: '1' }, differs: [], jobs: [{ status: 'completed' }] });
    expect(found.source).toEqual({
      database: 'operations',
      available: true,
      image: { id: '1', name: 'Cebu', mail: '•••' },
      error: null,
    });
    expect(found.target).toMatchObject({ database: 'copy', available: true, image: null, error: away });
    expect(JSON.stringify(found)).not.toContain('secret-mail');
  });
});
