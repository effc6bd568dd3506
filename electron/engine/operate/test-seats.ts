import type { Engine } from './api';
import { onBoth, openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

/** Seats in a second database, of which an e-mail address is hidden. */
export const seats = {
  name: 'seats',
  source: { database: 'operations', table: 'public.seats' },
  target: { database: 'copy', table: 'public.seats' },
  mask: ['email'],
};
/** The same as cards in Redis. */
export const cards = {
  name: 'seat-cards',
  source: {
    database: 'operations',
    table: 'public.seats',
    columns: {
      id: null,
      place: { sql: `upper(s.place)` },
      mail: 'email',
      class: { map: { '1': 'first' }, else: 'other' },
    },
  },
  target: { database: 'cache', hash: 'seat:{id}', indexes: [{ set: 'seats-of:{class}', member: 'id' }] },
  mask: ['email'],
};

export interface SeatsBench {
  readonly bench: TestBench;
  readonly engine: Engine;
  /** An incremental run in which two of three changes failed: of seats 3 and 4. */
  readonly failedRun: string;
}

/** Twenty seats in line, then three changes by two people, two of which the target refuses. */
export async function openSeats(): Promise<SeatsBench> {
  const bench = await openTestBench({ redis: true });
  /** Writes as an application and an actor. */
  const as = async (application: string, actor: string, sql: string): Promise<void> => {
    await bench.operations.query(
      `SET astro_sync.application = '${application}'; SET astro_sync.actor = '${actor}'; ${sql}; RESET astro_sync.application; RESET astro_sync.actor`,
    );
  };
  await onBoth(bench, 'CREATE TABLE seats (id bigint PRIMARY KEY, place text, email text, class int, spare text)');
  await bench.copy.query('ALTER TABLE seats ADD CHECK (length(place) < 6), ADD COLUMN noted text');
  const engine = await bench.engine([seats, cards]);
  await engine.init({ datasets: [] });
  await bench.operations.query(
    `INSERT INTO seats SELECT i, 'p' || i, 'ana' || i || '@example.org', i % 2 FROM generate_series(1, 20) AS i`,
  );
  await engine.run({ datasets: [], mode: 'full' });
  await as('booking-service', 'ana', `UPDATE seats SET place = 'far too long ' || id WHERE id IN (3, 4)`);
  await as('agency-portal', 'bob', `UPDATE seats SET place = 'q5' WHERE id = 5`);
  const run = await engine.run({ datasets: ['seats'], mode: 'incremental' });
  if (run.status !== 'partial' || run.id === null) throw new Error(`the run of seats ended ${run.status}`);
  return { bench, engine, failedRun: run.id };
}
