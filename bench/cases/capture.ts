import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Case } from '../bench';
import { createDatabases, createTable, fillTable, resetTable } from '../databases';
import type { Databases } from '../databases';
import { inRounds, seconds } from '../measure';
import type { Measure } from '../measure';
import { shell } from '../shell';
import { syncProgram } from '../sync-program';

type Kind = 'none' | 'keys' | 'values';
const kinds: readonly Kind[] = ['none', 'keys', 'values'];

const secondsOfBenchmark = 5;
const bulkRows = 100_000;
const tableRows = 200_000;

const goals: Readonly<Record<'single' | 'bulk', Readonly<Record<'keys' | 'values', number>>>> = {
  single: { keys: 0.85, values: 0.8 },
  bulk: { keys: 0.6, values: 0.4 },
};

/**
 * What capture costs those who write: the same table without it, with keys and with values. Their transactions wait for the disk, as
 * those of a booking do.
 */
export const capture: Case = { name: 'capture', needs: ['pgbench'], durable: true, run: measure };

async function measure(bench: Bench): Promise<Measure[]> {
  const databases = await createDatabases(bench.postgres, 'capture');
  const { source, target } = databases;
  const program = await syncProgram(
    bench,
    databases,
    (['keys', 'values'] as const).map((kind) => ({
      name: `rows-${kind}`,
      source: { database: 'source', table: `rows_${kind}` },
      target: { database: 'target', table: `rows_${kind}` },
      capture: kind,
    })),
  );
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-bench-'));
  try {
    await createTable(source, 'held');
    await fillTable(source, 'held', tableRows);
    for (const kind of kinds) {
      await createTable(source, `rows_${kind}`);
      await createTable(target, `rows_${kind}`);
    }
    await program.init();
    for (const kind of kinds) {
      await writeFile(
        join(folder, `${kind}.sql`),
        `\\set id random(1, ${String(tableRows)})\nUPDATE rows_${kind} SET amount = amount + 1 WHERE id = :id;\n`,
      );
    }
    const reset = async (kind: Kind): Promise<void> => {
      await resetTable(source, `rows_${kind}`, 'held');
      await source.query('TRUNCATE astro_sync.change_log');
    };
    return [...(await singles(bench, databases, folder, reset)), ...(await bulk(bench, databases, reset))];
  } finally {
    await rm(folder, { recursive: true, force: true });
    await program.remove();
    await databases.drop();
  }
}

async function singles(
  bench: Bench,
  { variables, names }: Databases,
  folder: string,
  reset: (kind: Kind) => Promise<void>,
): Promise<Measure[]> {
  const rate = (kind: Kind) => async (): Promise<number> => {
    await reset(kind);
    const said = await shell('"$PGBENCH" -n -M prepared -c 4 -j 1 -T "$SECONDS_LONG" -f "$SCRIPT" "$SOURCE"', {
      ...variables,
      SOURCE: names.source,
      PGBENCH: bench.programs.pgbench,
      SECONDS_LONG: String(secondsOfBenchmark),
      SCRIPT: join(folder, `${kind}.sql`),
    });
    const tps = /^tps = ([\d.]+)/m.exec(said)?.[1];
    if (tps === undefined) throw new Error(`pgbench did not say its rate: ${said}`);
    return Number(tps);
  };
  // A round is short, because others use the machine too: more of them.
  const rounds = await inRounds(bench.options.repeats * 3, {
    none: rate('none'),
    keys: rate('keys'),
    values: rate('values'),
  });
  const reference = { name: 'no capture', samples: rounds.map(({ none }) => none), unit: '/s' } as const;
  return (['keys', 'values'] as const).map((kind) => ({
    what: `capture of ${kind}, single-row updates`,
    goal: { atLeast: goals.single[kind], unit: 'ratio' },
    samples: rounds.map((round) => round[kind] / round.none),
    reference,
  }));
}

async function bulk(bench: Bench, { source }: Databases, reset: (kind: Kind) => Promise<void>): Promise<Measure[]> {
  const time = (kind: Kind) => async (): Promise<number> => {
    await reset(kind);
    return seconds(() => source.query(`UPDATE rows_${kind} SET amount = amount + 1 WHERE id <= ${String(bulkRows)}`));
  };
  const rounds = await inRounds(bench.options.repeats * 2, {
    none: time('none'),
    keys: time('keys'),
    values: time('values'),
  });
  const reference = { name: 'no capture', samples: rounds.map(({ none }) => none), unit: 's' } as const;
  return (['keys', 'values'] as const).map((kind) => ({
    what: `capture of ${kind}, one update of 100,000 rows`,
    goal: { atLeast: goals.bulk[kind], unit: 'ratio' },
    samples: rounds.map((round) => round.none / round[kind]),
    reference,
  }));
}
