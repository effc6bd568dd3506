import type { Bench } from './bench';
import { createDatabases, createTable, fillTable, resetTable } from './databases';
import type { Databases } from './databases';
import type { Measure } from './measure';
import { runTask } from './run-task';
import type { CallConsole } from './run-task';
import { syncProgram } from './sync-program';
import type { SyncProgram } from './sync-program';

/** How late an event loop was, in milliseconds. */
export interface Delay {
  readonly p99: number;
  readonly max: number;
}

/** A host of the console that is measured while it works. */
export interface MeasuredHost {
  readonly call: CallConsole;
  /** Of the process that serves the page, since the last call. */
  eventLoopDelay(): Promise<Delay>;
}

/** Worst delays of each round. */
export interface Delays {
  readonly full: Delay[];
  readonly withErrors: Delay[];
}

export const noDelays = (): Delays => ({ full: [], withErrors: [] });

/** The dataset `rows`, captured, with all rows in its source and none in its target. */
export async function withRows<T>(
  bench: Bench,
  name: string,
  work: (databases: Databases, program: SyncProgram) => Promise<T>,
): Promise<T> {
  const databases = await createDatabases(bench.postgres, name);
  const program = await syncProgram(bench, databases, [
    { name: 'rows', source: { database: 'source', table: 'rows' }, target: { database: 'target', table: 'rows' } },
  ]);
  try {
    await createTable(databases.source, 'rows');
    await fillTable(databases.source, 'rows', bench.options.rows);
    await createTable(databases.target, 'rows');
    await program.init();
    return await work(databases, program);
  } finally {
    await program.remove();
    await databases.drop();
  }
}

/** One row of so many is refused by the target in the run with errors. */
const refusedOf = 10;

/**
 * One round: a full run of the dataset `rows` into an empty table, then an incremental one of a twentieth of the rows, a tenth of
 * which the target refuses.
 */
export async function addRound(
  host: MeasuredHost,
  { source, target }: Databases,
  bench: Bench,
  delays: Delays,
): Promise<void> {
  const changed = Math.floor(bench.options.rows / 20);
  await resetTable(target, 'rows', null);
  await host.eventLoopDelay();
  const full = await runTask(host.call, 'rows', 'full');
  delays.full.push(await host.eventLoopDelay());
  if (full.document?.ok !== true) throw new Error(`the full run was not ok: ${JSON.stringify(full)}`);

  await source.query(`UPDATE rows SET amount = -abs(amount) - 1 WHERE id <= ${String(changed)}`);
  await target.query(
    `ALTER TABLE rows ADD CONSTRAINT refused CHECK (amount > 0 OR id % ${String(refusedOf)} <> 0) NOT VALID`,
  );
  await host.eventLoopDelay();
  const partial = await runTask(host.call, 'rows', 'incremental');
  delays.withErrors.push(await host.eventLoopDelay());
  await target.query('ALTER TABLE rows DROP CONSTRAINT refused');
  const failed = partial.document?.datasets[0]?.failed;
  if (failed !== Math.floor(changed / refusedOf))
    throw new Error(`${String(failed)} rows failed: ${JSON.stringify(partial)}`);
  const worst = ({ p99, max }: Delay): string => `p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`;
  bench.note(`event loop: full run ${worst(delays.full.at(-1) ?? { p99: NaN, max: NaN })}`);
  bench.note(`event loop: ${String(failed)} row errors ${worst(delays.withErrors.at(-1) ?? { p99: NaN, max: NaN })}`);
}

/** @param host its name in the table */
export function delayMeasures(host: string, { full, withErrors }: Delays): Measure[] {
  const line = (run: string, delays: readonly Delay[]): Measure => ({
    what: `${host}: event loop, p99 delay, ${run}`,
    goal: { atMost: 25, unit: 'ms' },
    samples: delays.map(({ p99 }) => p99),
    reference: null,
  });
  return [line('full run', full), line('incremental run with row errors', withErrors)];
}
