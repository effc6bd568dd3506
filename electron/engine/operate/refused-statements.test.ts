import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const role = `stranger_${randomBytes(4).toString('hex')}`;
let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
  await onBoth(bench, 'CREATE TABLE public.seats (id int PRIMARY KEY)');
  const engine = await bench.engine([copyOf('seats')]);
  await engine.init({ datasets: [] });
  await bench.system.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
  await bench.operations.query(`GRANT SELECT ON public.seats TO ${role}`);
});

afterAll(async () => {
  await bench.operations.query(`DROP OWNED BY ${role}`);
  await bench.system.query(`DROP ROLE ${role}`);
  await bench.close();
});

const hint = expect.stringContaining('has to be a member of astro_sync') as string;

it('names the database and the next step where the role may not use schema astro_sync of SystemDB', async () => {
  const engine = await bench.engine([copyOf('seats')], { urls: { system: bench.databases.system.urlAs(role, 'x') } });
  const refused = {
    code: 'RIGHTS_MISSING',
    message: expect.stringMatching(
      /^system \(.*\) refused a statement: permission denied for schema astro_sync$/,
    ) as string,
    hint,
  };
  await expect(engine.runs({ limit: 1 })).rejects.toMatchObject(refused);
  await expect(engine.status({ datasets: [] })).rejects.toMatchObject(refused);
  expect(await engine.run({ datasets: [], mode: 'auto' })).toMatchObject({ error: refused });
});

it('names the source where the role may not use schema astro_sync there', async () => {
  const engine = await bench.engine([copyOf('seats')], {
    urls: { operations: bench.databases.operations.urlAs(role, 'x') },
  });
  expect((await engine.run({ datasets: [], mode: 'auto' })).datasets[0]?.error).toMatchObject({
    code: 'RIGHTS_MISSING',
    message: expect.stringMatching(
      /^operations \(.*\) refused a statement: permission denied for schema astro_sync$/,
    ) as string,
    hint,
  });
});
