import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsAddUp } from '../../../shared/engine/counts';
import type { RunDocument } from '../../../shared/engine/documents';
import type { Engine } from './api';
import { copyOf, onBoth, openTestBench, rowsOf } from './test-bench';
import type { TestBench } from './test-bench';

const names = Array.from({ length: 14 }, (_, i) => `t${String(i)}`);

const definitions = [
  ...names.map((name) => copyOf(name)),
  ...names.slice(0, 4).map((name) => ({
    name: `cached_${name}`,
    source: { database: 'operations', table: `public.${name}` },
    target: { database: 'cache', hash: `${name}:{id}` },
  })),
];

describe('a run of many datasets', () => {
  let bench: TestBench;
  let engine: Engine;

  beforeAll(async () => {
    bench = await openTestBench({ redis: true });
    await onBoth(bench, names.map((name) => `CREATE TABLE public.${name} (id int PRIMARY KEY, note text)`).join(';'));
    for (const name of names) {
      await bench.operations.query(
        `INSERT INTO public.${name} SELECT i, 'note ' || i FROM generate_series(1, 300) AS i`,
      );
      await bench.copy.query(`INSERT INTO public.${name} SELECT i, 'old' FROM generate_series(200, 350) AS i`);
    }
    engine = await bench.engine(definitions);
    await engine.init({ datasets: [] });
  });

  afterAll(() => bench.close());

  async function watched(work: () => Promise<RunDocument>): Promise<{ document: RunDocument; most: number }> {
    const watcher = await bench.databases.system.client();
    const { operations, copy, system } = bench.databases;
    let most = 0;
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        const { rows } = await watcher.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity
           WHERE datname = ANY ($1) AND application_name LIKE 'astro-sync %'`,
          [[operations.name, copy.name, system.name]],
        );
        most = Math.max(most, rows[0]?.n ?? 0);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    try {
      return { document: await work(), most };
    } finally {
      over.abort();
      await watching;
      await watcher.end();
    }
  }

  it('takes no more connections than a few would, deletes and all', async () => {
    const { document, most } = await watched(() => engine.run({ datasets: [], mode: 'full', approveDeletes: 50 }));
    expect(document).toMatchObject({ ok: true, error: null });
    expect(document.datasets.every(countsAddUp)).toBe(true);
    expect(document.datasets.find(({ name }) => name === 't3')).toMatchObject({
      inserted: 199,
      updated: 101,
      deleted: 50,
      verified: true,
    });
    for (const name of names)
      expect(await rowsOf(bench.copy, `public.${name}`)).toEqual(await rowsOf(bench.operations, `public.${name}`));
    expect(most).toBeLessThan(20);
  });

  it('does so with single changes, too', async () => {
    for (const name of names)
      await bench.operations.query(
        `UPDATE public.${name} SET note = 'new' WHERE id <= 20; DELETE FROM public.${name} WHERE id BETWEEN 21 AND 30`,
      );
    const { document, most } = await watched(() => engine.run({ datasets: [], mode: 'incremental' }));
    expect(document).toMatchObject({ ok: true, error: null });
    expect(document.datasets.every(({ updated, deleted }) => updated === 20 && deleted === 10)).toBe(true);
    for (const name of names)
      expect(await rowsOf(bench.copy, `public.${name}`)).toEqual(await rowsOf(bench.operations, `public.${name}`));
    expect(most).toBeLessThan(20);
  });

  it('of two that begin together one does all, and the other says who is at work', async () => {
    const engines = [await bench.engine(definitions), await bench.engine(definitions, { operator: 'pedro' })];
    for (let round = 1; round <= 3; round += 1) {
      for (const name of names)
        await bench.operations.query(`UPDATE public.${name} SET note = 'round ${String(round)}' WHERE id <= 5`);
      const documents = await Promise.all(engines.map((each) => each.run({ datasets: [], mode: 'auto' })));
      // One that began when the other had ended is in line, too.
      const refused = documents.filter(({ ok }) => !ok);
      expect(refused.length).toBeLessThan(2);
      for (const { datasets } of refused)
        expect(datasets.map(({ error }) => error?.code)).toEqual(definitions.map(() => 'LEASE_HELD'));
      for (const name of names)
        expect(await rowsOf(bench.copy, `public.${name}`)).toEqual(await rowsOf(bench.operations, `public.${name}`));
    }
  });
});
