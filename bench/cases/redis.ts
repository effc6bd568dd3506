import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Case } from '../bench';
import { createDatabases, createTable, fillTable } from '../databases';
import { inRounds, seconds } from '../measure';
import type { Measure } from '../measure';
import { describe, memory } from '../pair';
import { writeCommands } from '../resp-file';
import { shell } from '../shell';
import { syncProgram } from '../sync-program';

interface RedisCase {
  readonly name: string;
  readonly title: string;
  readonly target: object;
  /** SELECT whose columns are the words of the command that writes one entity. */
  readonly command: string;
}

export const redisHashes: Case = redisCase({
  name: 'redis-hashes',
  title: 'full run into Redis, hashes',
  target: { database: 'cache', hash: 'row:{id}' },
  command: `SELECT 'HSET', 'row:' || id, 'id', id::text, 'amount', amount::text, 'at', at::text, 'name', name, 'data', data::text FROM rows`,
});

export const redisJson: Case = redisCase({
  name: 'redis-json',
  title: 'full run into Redis, JSON strings',
  target: { database: 'cache', json: 'row:{id}' },
  command: `SELECT 'SET', 'row:' || id, jsonb_build_object('id', id, 'amount', amount, 'at', at::text, 'name', name, 'data', data)::text FROM rows`,
});

function redisCase(work: RedisCase): Case {
  return { name: work.name, needs: ['redis-cli'], run: (bench) => measure(bench, work) };
}

async function measure(bench: Bench, { name, title, target, command }: RedisCase): Promise<Measure[]> {
  const { rows, repeats } = bench.options;
  const redis = await bench.redis();
  const databases = await createDatabases(bench.postgres, name);
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-bench-'));
  const program = await syncProgram(bench, databases, [
    { name: 'rows', source: { database: 'source', table: 'rows' }, target },
  ]);
  const variables = { REDIS: bench.programs['redis-cli'], PORT: String(redis.port), FILE: join(folder, 'commands') };
  const ask = (words: string): Promise<string> => shell(`"$REDIS" -p "$PORT" ${words}`, variables);
  try {
    await createTable(databases.source, 'rows');
    await fillTable(databases.source, 'rows', rows);
    await writeCommands(databases.source, command, variables.FILE);
    await program.init();
    const rounds = await inRounds(repeats, {
      reference: async () => {
        await ask('flushall sync');
        return seconds(() => ask('--pipe < "$FILE"'));
      },
      run: async () => {
        await ask('flushall sync');
        const run = await program.run('rows', 'full');
        if (run.dataset.inserted !== rows) throw new Error(`${name}: ${String(run.dataset.inserted)} inserted`);
        if (Number(await ask("eval \"return #redis.call('keys', 'row:*')\" 0")) !== rows)
          throw new Error(`${name}: keys are missing`);
        return run;
      },
    });
    const runs = rounds.map(({ run }) => run);
    const times = rounds.map(({ reference }) => reference);
    for (const run of runs) bench.note(`${title}: ${describe(run)}`);
    return [
      {
        what: `${title}: apply`,
        goal: { atLeast: 0.6, unit: 'ratio' },
        samples: runs.map(({ phases }, round) => (times[round] ?? NaN) / (phases.apply ?? NaN)),
        reference: { name: 'redis-cli --pipe', samples: times, unit: 's' },
      },
      memory(title, runs),
    ];
  } finally {
    await ask('flushall');
    await program.remove();
    await databases.drop();
    await rm(folder, { recursive: true, force: true });
  }
}
