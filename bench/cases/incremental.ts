import type { Bench, Case } from '../bench';
import { createDatabases, createTable, fillTable } from '../databases';
import { withCpu } from '../cpu-time';
import { inRounds } from '../measure';
import type { Measure } from '../measure';
import { describe, memory, processorTime } from '../pair';
import { merge } from '../references';
import { syncProgram } from '../sync-program';

const title = 'incremental run, 5 % of the rows changed';

const dataset = {
  name: 'rows',
  source: { database: 'source', table: 'rows' },
  target: { database: 'target', table: 'rows' },
  capture: 'keys',
};

export const incremental: Case = { name: 'incremental', needs: ['psql'], run: measure };

async function measure(bench: Bench): Promise<Measure[]> {
  const { rows, repeats } = bench.options;
  const changed = Math.floor(rows / 20);
  const databases = await createDatabases(bench.postgres, 'incremental');
  const { source, target } = databases;
  const program = await syncProgram(bench, databases, [dataset]);
  try {
    for (const client of [source, target]) {
      await createTable(client, 'rows');
      await fillTable(client, 'rows', rows);
    }
    await program.init();
    await program.run('rows', 'full');
    let next = 1;
    /** One statement over a range that was not changed before; both sides are then without dead rows. */
    const change = async (): Promise<string> => {
      const [from, to] = [next, next + changed];
      next = to + changed > rows ? 1 : to;
      await source.query(
        `UPDATE rows SET amount = amount + 1, at = at + interval '1 day' WHERE id >= ${String(from)} AND id < ${String(to)}`,
      );
      await source.query('VACUUM (ANALYZE) rows');
      await source.query('CHECKPOINT');
      return `SELECT * FROM rows WHERE id >= ${String(from)} AND id < ${String(to)}`;
    };
    const rounds = await inRounds(repeats, {
      reference: async () => {
        const range = await change();
        const time = await withCpu(bench, () => merge(bench, databases, `(${range})`, 'rows'));
        // The jobs of these changes are settled now, so that they do not burden the run.
        await program.run('rows', 'incremental');
        await target.query('VACUUM (ANALYZE) rows');
        return time;
      },
      run: async () => {
        await change();
        await databases.system.query('VACUUM (ANALYZE) astro_sync.job_queue');
        const { result: run, cpu } = await withCpu(bench, () => program.run('rows', 'incremental'));
        if (run.dataset.updated !== changed)
          throw new Error(`incremental: ${String(run.dataset.updated)} rows updated`);
        await target.query('VACUUM (ANALYZE) rows');
        return { run, cpu };
      },
    });
    await verifyAll(databases);
    const runs = rounds.map(({ run }) => run.run);
    const times = rounds.map(({ reference }) => reference.result);
    for (const run of runs) bench.note(`${title}: ${describe(run)}`);
    const reference = { name: 'psql merge of the same rows', samples: times, unit: 's' } as const;
    return [
      {
        what: `${title}: apply`,
        goal: { atLeast: 0.6, unit: 'ratio' },
        samples: runs.map(({ phases }, round) => (times[round] ?? NaN) / (phases.apply ?? NaN)),
        reference,
      },
      {
        what: `${title}: start to verified`,
        goal: { atMost: 1.7, unit: 's' },
        samples: runs.map(({ seconds }) => seconds),
        reference,
      },
      processorTime(title, rounds),
      memory(title, runs),
    ];
  } finally {
    await program.remove();
    await databases.drop();
  }
}

async function verifyAll({ source, target }: Awaited<ReturnType<typeof createDatabases>>): Promise<void> {
  const sums = await Promise.all(
    [source, target].map((client) =>
      client.query<{ sum: string }>('SELECT sum(hashtextextended(r::text, 0)) AS sum FROM rows AS r'),
    ),
  );
  if (sums[0]?.rows[0]?.sum !== sums[1]?.rows[0]?.sum) throw new Error('incremental: the tables are not equal');
}
