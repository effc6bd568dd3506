import { join } from 'node:path';
import { startPostgres } from '../electron/sandbox/servers/postgres';
import { startRedis } from '../electron/sandbox/servers/redis';
import type { PostgresServer } from '../electron/sandbox/servers/postgres';
import type { RedisServer } from '../electron/sandbox/servers/redis';
import type { Case } from './bench';
import { cases } from './cases/index';
import { isReached } from './measure';
import type { Measure } from './measure';
import { readOptions, usage } from './options';
import type { Options } from './options';
import { bringPrograms } from './programs';
import { conditions, table } from './report';

// Autovacuum and checkpoints would hit one rival and not the other.
const settings = {
  shared_buffers: '1GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  max_connections: '60',
};

const say = (text: string): void => console.log(`bench: ${text}`);

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (options === null) {
    console.log(usage);
    return 0;
  }
  const chosen = cases.filter(
    ({ name }) => options.only.length === 0 || options.only.some((part) => name.includes(part)),
  );
  if (options.list || chosen.length === 0) {
    console.log(cases.map(({ name }) => name).join('\n'));
    return options.list ? 0 : 2;
  }
  return measureAll(options, chosen);
}

async function measureAll(options: Options, chosen: readonly Case[]): Promise<number> {
  const programs = bringPrograms([...new Set(chosen.flatMap(({ needs }) => needs))], say);
  const servers = new Map<boolean, PostgresServer>();
  const server = async (durable: boolean): Promise<PostgresServer> => {
    const started = servers.get(durable) ?? (await startPostgres({ databases: [], durable, settings }));
    servers.set(durable, started);
    return started;
  };
  const redis: RedisServer[] = [];
  const measures: Measure[] = [];
  const failures: string[] = [];
  try {
    for (const chosenCase of chosen) {
      const { name } = chosenCase;
      say(`${name} …`);
      try {
        const found = await chosenCase.run({
          options,
          postgres: await server(options.durable || chosenCase.durable === true),
          redis: async () => redis[0] ?? startRedis({ onNotice: say }).then((started) => (redis[0] = started)),
          programs,
          cli: join(process.cwd(), 'out', 'main', 'cli.js'),
          note: (text) => console.log(`  ${text}`),
        });
        measures.push(...found);
        console.log(table(found));
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        say(failures.at(-1) ?? '');
      }
    }
  } finally {
    await Promise.all([...servers.values(), ...redis].map((each) => each.stop()));
  }
  const versions = new Set([
    ...[...servers.values()].map(({ version }) => `PostgreSQL ${String(version)}`),
    ...redis.map(({ version }) => `Redis ${version}`),
  ]);
  console.log(`\n${conditions(options, [...versions])}\n\n${table(measures)}`);
  if (options.json) console.log(JSON.stringify(measures));
  for (const failure of failures) console.log(`failed: ${failure}`);
  const missed = measures.some((measure) => isReached(measure) === false);
  return failures.length > 0 || (options.strict && missed) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
