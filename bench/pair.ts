import type { Counts } from '../shared/engine/counts';
import type { Bench } from './bench';
import { countRows, createDatabases, createTable, fillTable, resetTable } from './databases';
import type { DataType, Databases } from './databases';
import { withCpu } from './cpu-time';
import { inRounds } from './measure';
import type { Measure } from './measure';
import { syncProgram } from './sync-program';
import type { SyncRun } from './sync-program';

/** A full run of one table beside a reference that does the same work. */
export interface PairCase {
  readonly name: string;
  readonly title: string;
  /** SELECT over the source's table that gives what the target holds before each measurement; null: nothing. */
  readonly targetHolds: string | null;
  readonly data?: DataType;
  readonly prepare?: (databases: Databases) => Promise<void>;
  /** Takes the time in seconds. */
  readonly reference: { readonly name: string; readonly run: (databases: Databases) => Promise<number> };
  /** Least share of the reference's speed. */
  readonly goals: { readonly apply?: number; readonly whole?: number };
  /** What the run must have counted, else the measurement is worth nothing. */
  readonly expect: Partial<Counts>;
  /** True: the target need not be put back between measurements. */
  readonly changesNothing?: boolean;
}

const dataset = {
  name: 'rows',
  source: { database: 'source', table: 'rows' },
  target: { database: 'target', table: 'rows' },
};

export async function pair(bench: Bench, work: PairCase): Promise<Measure[]> {
  const { rows, repeats } = bench.options;
  const databases = await createDatabases(bench.postgres, work.name);
  const program = await syncProgram(bench, databases, [dataset]);
  try {
    await createTable(databases.source, 'rows', work.data);
    await fillTable(databases.source, 'rows', rows);
    await createTable(databases.target, 'rows', work.data);
    if (work.targetHolds !== null) {
      await createTable(databases.target, 'held', work.data);
      await fillTable(databases.target, 'rows', rows);
      await databases.target.query(`INSERT INTO held ${work.targetHolds}`);
    }
    await resetTable(databases.target, 'rows', work.targetHolds === null ? null : 'held');
    await work.prepare?.(databases);
    await program.init();

    const reset = async (): Promise<void> => {
      if (work.changesNothing === true) return;
      await resetTable(databases.target, 'rows', work.targetHolds === null ? null : 'held');
    };
    const rounds = await inRounds(repeats, {
      reference: async () => {
        await reset();
        return withCpu(bench, () => work.reference.run(databases));
      },
      run: async () => {
        await reset();
        const { result: run, cpu } = await withCpu(bench, () => program.run('rows', 'full'));
        for (const [name, wanted] of Object.entries(work.expect)) {
          const counted = run.dataset[name as keyof Counts];
          if (counted !== wanted)
            throw new Error(`${work.name}: ${name} ${String(counted)} instead of ${String(wanted)}`);
        }
        return { run, cpu };
      },
    });
    if ((await countRows(databases.target, 'rows')) !== rows)
      throw new Error(`${work.name}: the target is not complete`);

    const runs = rounds.map(({ run }) => run.run);
    const times = rounds.map(({ reference }) => reference.result);
    for (const run of runs) bench.note(`${work.title}: ${describe(run)}`);
    const reference = { name: work.reference.name, samples: times, unit: 's' } as const;
    const ratios = (secondsOf: (run: SyncRun) => number): number[] =>
      runs.map((run, round) => (times[round] ?? NaN) / secondsOf(run));
    return [
      ...(work.goals.apply === undefined
        ? []
        : [
            {
              what: `${work.title}: apply`,
              goal: { atLeast: work.goals.apply, unit: 'ratio' } as const,
              samples: ratios((run) => run.phases.apply ?? NaN),
              reference,
            },
          ]),
      {
        what: `${work.title}: whole process`,
        goal: work.goals.whole === undefined ? null : { atLeast: work.goals.whole, unit: 'ratio' },
        samples: ratios((run) => run.seconds),
        reference,
      },
      processorTime(work.title, rounds),
      memory(work.title, runs),
    ];
  } finally {
    await program.remove();
    await databases.drop();
  }
}

/** The line about the processor time of clients and servers together: what a ratio is worth on a machine that others use too. */
export function processorTime(
  title: string,
  rounds: readonly { readonly reference: { readonly cpu: number }; readonly run: { readonly cpu: number } }[],
): Measure {
  return {
    what: `${title}: processor time`,
    goal: null,
    samples: rounds.map(({ reference, run }) => reference.cpu / run.cpu),
    reference: { name: 'the same', samples: rounds.map(({ reference }) => reference.cpu), unit: 's' },
  };
}

/** The line about memory that every case with rows has. */
export function memory(title: string, runs: readonly SyncRun[]): Measure {
  return {
    what: `${title}: memory`,
    goal: { atMost: 300, unit: 'MB' },
    samples: runs.map(({ peakMb }) => peakMb ?? NaN),
    reference: null,
  };
}

/** One line about where the time of a run went. */
export function describe(run: SyncRun): string {
  const phases = Object.entries(run.phases).map(([phase, time]) => `${phase} ${time.toFixed(2)}`);
  return `${run.seconds.toFixed(2)} s (${phases.join(', ')}), ${String(Math.round(run.peakMb ?? NaN))} MB`;
}
