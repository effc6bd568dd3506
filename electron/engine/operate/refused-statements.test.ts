import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const role = `stranger_${randomBytes(4).toString('hex')}`;
let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench({ redis: true });
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

describe('of a dataset with masked columns whose every row is asked in vain', () => {
  const secret = 'MASKED"VALUE-1';
  const source = { database: 'operations', table: 'public.guests' };
  const target = { database: 'copy', table: 'public.guests' };
  const asCast = { ...source, columns: { id: null, n: { sql: 's.n::bigint' } }, where: 's.n::bigint <> 77' };
  const asFunction = { ...source, where: 'public.fits(s.n)' };
  const card = { database: 'cache', hash: 'guest:{id}' };
  const unmasked = { name: 'guests-open', source: asFunction, target };

  beforeAll(async () => {
    await bench.operations.query('CREATE TABLE guests (id int PRIMARY KEY, n text)');
    await bench.operations.query(`INSERT INTO guests VALUES (1, '${secret}')`);
    await bench.operations.query(`CREATE FUNCTION fits(n text) RETURNS boolean LANGUAGE plpgsql STABLE AS
      $$ BEGIN RAISE EXCEPTION 'no % here', n USING ERRCODE = '23514', DETAIL = n; END $$`);
    await bench.copy.query('CREATE TABLE guests (id int PRIMARY KEY, n text)');
  });

  /** Plan, run and verify of one dataset: their errors, and everything they said and wrote down. */
  const failing = async (definition: Readonly<Record<string, unknown>>) => {
    const engine = await bench.engine([definition]);
    const selection = { datasets: [] };
    const documents = [
      await engine.plan({ ...selection, mode: 'full' }),
      await engine.run({ ...selection, mode: 'full' }),
      await engine.verify(selection),
    ];
    const tables = ['run', 'run_dataset', 'run_event', 'row_error', 'audit_log'];
    const written: unknown[] = [];
    for (const table of tables)
      written.push((await bench.system.query(`SELECT t::text FROM astro_sync.${table} t`)).rows);
    return {
      errors: documents.map(({ datasets }) => datasets[0]?.error),
      all: { documents, written, events: engine.events },
    };
  };

  it.each([
    ['a table', { source: asCast, target }],
    ['Redis', { source: asCast, target: card }],
  ])('says in the words of the server what cannot be read into %s, without the value', async (name, sides) => {
    const { errors, all } = await failing({ name: 'guests', ...sides, mask: ['n'] });
    const message = expect.stringMatching(/invalid input syntax for type bigint: "•••"$/) as string;
    expect(errors, name).toEqual(Array(3).fill({ code: 'STATEMENT_FAILED', message, hint: null }));
    expect(JSON.stringify(all)).not.toMatch(/MASKED|VALUE-1/);
  });

  it('keeps what a function says about a row to itself', async () => {
    const { errors, all } = await failing({ name: 'guests', source: asFunction, target, mask: ['n'] });
    const message = expect.stringContaining('a function or trigger refused it; its words are hidden') as string;
    expect(errors).toEqual(Array(3).fill({ code: 'STATEMENT_FAILED', message, hint: null }));
    expect(JSON.stringify(all)).not.toMatch(/MASKED|VALUE-1/);
  });

  it('hides nothing where no column is masked', async () => {
    const { errors } = await failing(unmasked);
    expect(errors.map((error) => error?.message)).toEqual(Array(3).fill(expect.stringContaining(`no ${secret} here`)));
  });

  it('tells and keeps nothing of a value that the mapping of a dataset fails on, whichever dataset is asked for', async () => {
    const other = await openTestBench();
    try {
      await onBoth(other, 'CREATE TABLE public.guests (id int PRIMARY KEY, n text)');
      const mapped = {
        ...copyOf('guests', { mask: ['n'] }),
        source: { database: 'operations', query: 'SELECT id, n FROM public.guests', key: ['id'] },
        depends_on: [{ table: 'public.guests', keys: 'SELECT public.guest_of(n) AS id FROM unnest($keys.n) AS n' }],
      };
      await other.operations.query(
        `CREATE FUNCTION public.guest_of(n text) RETURNS int LANGUAGE sql AS $$ SELECT n::int $$`,
      );
      const engine = await other.engine([mapped]);
      await engine.init({ datasets: [] });
      await other.operations.query(`INSERT INTO public.guests VALUES (1, 'MASKED-VALUE')`);
      const asked = await other.engine([copyOf('guests', { name: 'open' })]);
      const documents = [
        await asked.plan({ datasets: [], mode: 'full' }),
        await asked.run({ datasets: [], mode: 'full' }),
        await asked.verify({ datasets: [] }),
      ];
      for (const { error } of documents)
        expect(error).toMatchObject({
          code: 'STATEMENT_FAILED',
          message: expect.stringContaining('SQLSTATE 22P02 (a text has not the form of its type)') as string,
          hint: expect.stringContaining('dataset "guests"') as string,
        });
      const tables = ['run', 'run_dataset', 'run_event', 'audit_log', 'job_queue', 'checkpoint'];
      const written: unknown[] = [documents, asked.events];
      for (const table of tables)
        written.push((await other.system.query(`SELECT t::text FROM astro_sync.${table} t`)).rows);
      expect(JSON.stringify(written)).not.toMatch(/MASKED/);
    } finally {
      await other.close();
    }
  });
});
