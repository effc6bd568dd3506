import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';
import { holdWrites } from './test-hold';

describe('the time that a run says it took', () => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await openTestBench();
    for (const name of ['quick', 'slow']) {
      await onBoth(bench, `CREATE TABLE public.${name} (id int PRIMARY KEY, name text)`);
      await bench.operations.query(`INSERT INTO public.${name} VALUES (1, 'one')`);
    }
    await (await bench.engine([copyOf('quick'), copyOf('slow')])).init({ datasets: [] });
  });
  afterAll(() => bench.close());

  it('is each dataset’s own, of the relay a share: together never more than the clock on the wall', async () => {
    const engine = await bench.engine([copyOf('quick'), copyOf('slow')]);
    const hold = await holdWrites(await bench.databases.copy.client(), 'public.slow', 'NEW.id = 1');
    const start = performance.now();
    const running = engine.run({ datasets: [], mode: 'full' });
    await hold.reached();
    const heldMs = 700;
    await pause(heldMs);
    await hold.release();
    const { datasets, status } = await running;
    const wallMs = performance.now() - start;
    expect(status).toBe('succeeded');
    const [quick, slow] = ['quick', 'slow'].map((name) => datasets.find((dataset) => dataset.name === name)!);
    const sum = datasets.reduce((total, dataset) => total + dataset.duration_ms, 0);
    expect(sum).toBeLessThanOrEqual(wallMs + datasets.length);
    expect(slow!.duration_ms).toBeGreaterThanOrEqual(heldMs - 1);
    // One stage: the quick one waits for the slow one, and is not charged for it.
    expect(quick!.duration_ms).toBeLessThan(wallMs - heldMs + 1);
    // Both read the database that was relayed once.
    expect(quick!.phases_ms.relay).toBeGreaterThan(0);
    expect(quick!.phases_ms.relay).toBe(slow!.phases_ms.relay);
    const shown = await engine.runDetail(engine.events.find((event) => event.type === 'status')!.run);
    expect(shown.datasets.map(({ name, duration_ms: ms }) => [name, Math.round(ms ?? 0)])).toEqual(
      datasets.map((dataset) => [dataset.name, dataset.duration_ms]),
    );
    for (const { duration_ms: duration, phases_ms: phases } of datasets) {
      const inPhases = Object.values(phases).reduce((total, ms) => total + ms, 0);
      expect(inPhases).toBeLessThanOrEqual(duration + Object.keys(phases).length);
    }
  });
});
