import { createInterface } from 'node:readline';
import pg from 'pg';
import { startPostgres } from './postgres';
import { startRedis } from './redis';

/** What the program tells once its servers run, as one line of JSON. */
export interface OwnedServers {
  readonly pids: readonly number[];
  readonly folders: readonly string[];
}

/** A program for tests: starts servers, says where they are, and ends without stopping them in the way that a line of input names. */
const postgres = await startPostgres({ databases: ['a'], durable: false });
const redis = await startRedis();
const client = new pg.Client({ connectionString: postgres.url('a') });
client.on('error', () => undefined);
await client.connect();
const shown = await client.query<{ data_directory: string }>('show data_directory');
const owned: OwnedServers = {
  pids: [postgres.pid, redis.pid],
  folders: shown.rows.map((row) => row.data_directory),
};
console.log(JSON.stringify(owned));

createInterface({ input: process.stdin }).once('line', (way) => {
  if (way === 'exit') process.exit(0);
  if (way === 'throw') throw new Error('an error that nobody catches');
  if (way === 'return') {
    process.stdin.destroy();
    void client.end();
  }
});
