import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../../shared/engine/documents';
import type { Engine } from './api';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

const between = (name: string, [from, source]: [string, string], [to, target]: [string, string]): object => ({
  name,
  source: { database: from, table: `public.${source}` },
  target: { database: to, table: `public.${target}` },
});
/** Flights have seats taken, which a trigger of the copy counts from its bookings; cards are read from the copy. */
const flights = between('flights', ['operations', 'flights'], ['copy', 'flights']);
const bookings = between('bookings', ['operations', 'bookings'], ['copy', 'bookings']);
const cards = between('cards', ['copy', 'flights'], ['operations', 'cards']);
/** One total per note: any number of flights have a part in it. */
const totals = {
  name: 'totals',
  source: {
    database: 'copy',
    table: 'public.notes',
    columns: { id: null, flights: { sql: '(select count(*) from public.flights f where f.note = s.id)' } },
  },
  target: { database: 'operations', table: 'public.totals' },
  depends_on: [{ table: 'public.flights', keys: 'select id from public.notes where id = any($keys.note)' }],
};

let bench: TestBench;
let engine: Engine;

beforeAll(async () => {
  bench = await openTestBench();
  await bench.operations.query(`
    CREATE TABLE flights (id bigint PRIMARY KEY, name text, note text);
    CREATE TABLE bookings (id bigint PRIMARY KEY, flight_id bigint, seats int);
    CREATE TABLE cards (id bigint PRIMARY KEY, name text, note text, taken int);
    CREATE TABLE totals (id text PRIMARY KEY, flights bigint);
    INSERT INTO flights SELECT i, 'flight ' || i, 'n' FROM generate_series(1, 30) i;
    INSERT INTO bookings SELECT i, i, 1 FROM generate_series(1, 30) i`);
  await bench.copy.query(`
    CREATE TABLE flights (id bigint PRIMARY KEY, name text, note text CHECK (note <> 'refused'), taken int DEFAULT 0);
    CREATE TABLE bookings (id bigint PRIMARY KEY, flight_id bigint, seats int);
    CREATE TABLE notes (id text PRIMARY KEY);
    INSERT INTO notes VALUES ('both');
    CREATE FUNCTION count_seats() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      UPDATE public.flights SET taken = (SELECT sum(seats) FROM public.bookings b WHERE b.flight_id = NEW.flight_id)
      WHERE id = NEW.flight_id;
      RETURN NULL;
    END $$;
    CREATE TRIGGER counts AFTER INSERT OR UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION count_seats()`);
  engine = await bench.engine([flights, bookings, cards, totals], { operator: 'otto' });
  await engine.init({ datasets: [] });
  for (const names of [
    ['flights', 'bookings'],
    ['cards', 'totals'],
  ])
    expect(await engine.run({ datasets: names, mode: 'full' })).toMatchObject({ ok: true });
  await run('cards', 'totals');
});

afterAll(() => bench.close());

async function run(...datasets: string[]): Promise<void> {
  const document = await engine.run({ datasets, mode: 'incremental' satisfies Mode });
  expect(document.status).toMatch(/^(succeeded|partial)$/);
}

async function as(actor: string, sql: string): Promise<void> {
  await bench.operations.query(`SET astro_sync.actor = '${actor}'; ${sql}; RESET astro_sync.actor`);
}

/** Whom the newest changes of an entity that runs made are put down to; null where nobody is named. */
async function named(of: Engine, dataset: string, entity: string, most = 1): Promise<(string | null)[]> {
  const jobs = (await of.history(dataset, entity)).filter(({ data }) => data.origin.run !== null);
  return jobs.slice(0, most).map(({ cause }) => cause?.change?.origin.actor ?? null);
}

/** Bob's change of a flight is refused by the target. */
async function refuse(id: number): Promise<void> {
  await as('bob', `UPDATE flights SET name = 'of bob', note = 'refused' WHERE id = ${String(id)}`);
  await run('flights');
}

/** Ana's change is applied, and brought on; whoever that is put down to. */
async function correct(id: number, actor = 'ana', note = `corrected by ${actor}`): Promise<string | null> {
  await as(actor, `UPDATE flights SET note = '${note}' WHERE id = ${String(id)}`);
  await run('flights');
  await run('cards');
  return (await named(engine, 'cards', String(id)))[0] ?? null;
}

const skip = (): Promise<unknown> =>
  engine.skipJobs({ filter: { dataset: 'flights', status: ['failed', 'pending'] }, expected: null, reason: 'no' });

describe('nobody is named for a change that a run wrote', () => {
  it('where it wrote what somebody else had done before as well, which had failed; somebody is after the next', async () => {
    await refuse(1);
    expect(await correct(1)).toBeNull();
    expect(await correct(1, 'cy')).toBe('cy');
  });

  it('where that had been given up, whether it had failed or never been tried', async () => {
    await refuse(2);
    await as('bob', `UPDATE flights SET name = 'of bob' WHERE id = 3`);
    expect(await engine.plan({ datasets: ['flights'], mode: 'incremental' })).toMatchObject({ ok: true });
    await skip();
    expect(await correct(2)).toBeNull();
    expect(await correct(3)).toBeNull();
    expect(await correct(3, 'cy')).toBe('cy');
    // Put back since, and applied: it is settled now, and was not then.
    await refuse(4);
    await skip();
    expect(await correct(4)).toBeNull();
    await engine.retryJobs({ filter: { dataset: 'flights', entity: '4', status: ['skipped'] }, expected: 1 });
    await run('flights');
    expect(await named(engine, 'cards', '4')).toEqual([null]);
  });

  it('where two had changed the row, it failed, and only the later change was tried again', async () => {
    await as('bob', `UPDATE flights SET name = 'of bob' WHERE id = 5`);
    await as('ana', `UPDATE flights SET note = 'refused' WHERE id = 5`);
    await run('flights');
    await bench.copy.query('ALTER TABLE flights DROP CONSTRAINT flights_note_check');
    await engine.retryJobs({ filter: { dataset: 'flights', status: ['failed'] }, expected: 1 });
    await run('flights');
    await run('cards');
    expect(await named(engine, 'cards', '5')).toEqual([null]);
    await as('ana', `UPDATE flights SET note = 'allowed' WHERE note = 'refused'`);
    await run('flights');
    await bench.copy.query(`ALTER TABLE flights ADD CONSTRAINT flights_note_check CHECK (note <> 'refused')`);
  });

  it('where a trigger of the target wrote the row in that run too; somebody is where it alone was written', async () => {
    await as('bob', `UPDATE flights SET name = 'of bob' WHERE id IN (6, 7)`);
    await as('ana', `UPDATE bookings SET seats = 7 WHERE id = 6`);
    await run('flights', 'bookings');
    await run('cards');
    expect(await named(engine, 'cards', '6', 2)).toEqual([null, null]);
    expect(await named(engine, 'cards', '7')).toEqual(['bob']);
  });

  it('where the row was in line when the run came to it, and a trigger wrote it', async () => {
    await as(
      'bob',
      `UPDATE flights SET name = 'there and' WHERE id = 8; UPDATE flights SET name = 'flight 8' WHERE id = 8`,
    );
    await as('ana', `UPDATE bookings SET seats = 8 WHERE id = 8`);
    await run('flights', 'bookings');
    await run('cards');
    expect(await named(engine, 'cards', '8')).toEqual([null]);
  });

  it('where rows of several people brought one change on', async () => {
    await as('bob', `UPDATE flights SET note = 'both' WHERE id = 9`);
    await run('flights');
    await run('totals');
    expect(await named(engine, 'totals', 'both')).toEqual(['bob']);
    await as('bob', `UPDATE flights SET note = 'both' WHERE id = 10`);
    await as('ana', `UPDATE flights SET note = 'both' WHERE id = 11`);
    await run('flights');
    await run('totals');
    expect(await named(engine, 'totals', 'both')).toEqual([null]);
  });
});

describe('definitions that changed since the run', () => {
  it('change nothing of whom its changes are put down to; where it did not note where it wrote, that is nobody', async () => {
    for (const table of ['left_source', 'right_source', 'out'])
      await bench.operations.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, v text)`);
    for (const table of ['one', 'two']) await bench.copy.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, v text)`);
    await bench.operations.query(`INSERT INTO left_source VALUES (1, 'l'); INSERT INTO right_source VALUES (1, 'r')`);
    const pair = (left: string, right: string): object[] => [
      between('left', ['operations', 'left_source'], ['copy', left]),
      between('right', ['operations', 'right_source'], ['copy', right]),
      between('out', ['copy', 'one'], ['operations', 'out']),
    ];
    const before = await bench.engine(pair('one', 'two'));
    await before.init({ datasets: [] });
    await before.run({ datasets: [], mode: 'full' });
    await before.run({ datasets: [], mode: 'incremental' });
    await as('ana', `UPDATE left_source SET v = 'of ana'`);
    await as('bob', `UPDATE right_source SET v = 'of bob'`);
    const { id } = await before.run({ datasets: ['left', 'right'], mode: 'incremental' });
    await before.run({ datasets: ['out'], mode: 'incremental' });
    expect(await named(before, 'out', '1')).toEqual(['ana']);
    const after = await bench.engine(pair('two', 'one'));
    expect(await named(after, 'out', '1')).toEqual(['ana']);
    await bench.system.query('UPDATE astro_sync.run_dataset SET writes = NULL WHERE run_id = $1', [id]);
    expect(await named(before, 'out', '1')).toEqual([null]);
  });
});
