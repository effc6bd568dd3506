import { finished, pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Subscription } from '../capture/subscriptions';
import { reporterOf } from '../connect/reporters';
import type { SourceSnapshot } from '../connect/snapshot';
import { SyncError } from '../errors';
import { refusalFacts } from '../refusal-facts';
import { insertGapJobs } from './gap-jobs';
import { jobColumns, relayQuery } from './relay-query';
import type { RelayScope, TableVersion } from './relay-query';

const columns = jobColumns.join(', ');

/**
 * Copies the jobs of all subscriptions from the snapshot into the queue, as one stream of COPY text that is not touched here. Where
 * a dataset's mapping fails, that dataset gets a gap and the others go on. Gives the number of jobs inserted.
 * @throws SyncError STATEMENT_FAILED, without the words of the server, where nothing at all comes through
 */
export async function shipJobs(
  snapshot: SourceSnapshot,
  system: Client,
  scope: RelayScope,
  versions: readonly TableVersion[],
  subscriptions: readonly Subscription[],
): Promise<number> {
  const query = relayQuery(scope, versions, subscriptions);
  if (query === null) return 0;
  await system.query('SAVEPOINT ship');
  try {
    return await copy(snapshot, system, query, 'astro_sync.job_queue');
  } catch {
    await system.query('ROLLBACK TO SAVEPOINT ship');
    return shipOneByOne(snapshot, system, scope, versions, subscriptions);
  }
}

/** The slow way, when a mapping failed or a job was there already: each subscription by itself, duplicates left out. */
async function shipOneByOne(
  snapshot: SourceSnapshot,
  system: Client,
  scope: RelayScope,
  versions: readonly TableVersion[],
  subscriptions: readonly Subscription[],
): Promise<number> {
  await system.query(
    `CREATE TEMPORARY TABLE relay_batch ON COMMIT DROP AS SELECT ${columns} FROM astro_sync.job_queue WITH NO DATA`,
  );
  let inserted = 0;
  const failed: [Subscription, unknown][] = [];
  for (const subscription of subscriptions) {
    const query = relayQuery(scope, versions, [subscription]);
    if (query === null) continue;
    await system.query('SAVEPOINT ship');
    try {
      await copy(snapshot, system, query, 'relay_batch');
    } catch (error) {
      await system.query('ROLLBACK TO SAVEPOINT ship');
      failed.push([subscription, error]);
      continue;
    }
    const { rowCount } = await system.query(
      `INSERT INTO astro_sync.job_queue (${columns}) SELECT ${columns} FROM relay_batch ON CONFLICT DO NOTHING`,
    );
    await system.query('TRUNCATE relay_batch');
    inserted += rowCount ?? 0;
  }
  // When nothing at all comes through, it is not the mappings.
  const [first] = failed;
  if (first !== undefined && failed.length === subscriptions.length) throw withoutWords(...first);
  for (const [subscription, error] of failed) {
    const reason = `changes of ${nameOf(subscription)} could not be mapped: ${reasonOf(error)}`;
    inserted += await insertGapJobs(system, scope, [subscription], `mapping:${snapshot.text}`, reason);
  }
  return inserted;
}

function nameOf({ table }: Subscription): string {
  return `${table.schema}.${table.name}`;
}

/** A subscription does not know which columns are masked: nothing that a server says of the rows is kept. */
function reasonOf(error: unknown): string {
  return refusalFacts(error) ?? (error instanceof Error ? error.message : String(error));
}

/** The same error where its words tell of no value, else one without them. */
function withoutWords(subscription: Subscription, error: unknown): unknown {
  const facts = refusalFacts(error);
  if (facts === null) return error;
  const server = reporterOf(error) ?? 'A server';
  return new SyncError('STATEMENT_FAILED', `${server} could not map changes of ${nameOf(subscription)}: ${facts}`, {
    hint: `Mend what dataset "${subscription.dataset}" reads there, or its mapping; then "astro-sync init" and a full run.`,
    details: { dataset: subscription.dataset },
  });
}

/** Source to SystemDB. Gives the rows copied. */
async function copy(snapshot: SourceSnapshot, system: Client, query: string, table: string): Promise<number> {
  const reader = await snapshot.connect('relay');
  const unread: unknown[] = [];
  try {
    await reader.query(`SET LOCAL work_mem = '64MB'`);
    const sink = system.query(copyFrom(`COPY ${table} (${columns}) FROM STDIN`));
    try {
      await pipeline(inFewWords(reader.query(copyTo(`COPY (${query}) TO STDOUT`)), unread), sink);
    } catch (error) {
      // SystemDB is told that nothing more comes, and takes no other query until it has said that it knows.
      if (unread.length > 0) await finished(sink).catch(() => undefined);
      throw unread[0] ?? error;
    }
    return sink.rowCount;
  } finally {
    await reader.end().catch(() => undefined);
  }
}

/** Rows as they come; their error goes to `unread`, as a server that is told of it in more than 10,000 bytes gives the connection up. */
async function* inFewWords(rows: AsyncIterable<Buffer>, unread: unknown[]): AsyncGenerator<Buffer> {
  try {
    yield* rows;
  } catch (error) {
    unread.push(error);
    throw new Error('the source could not be read', { cause: error });
  }
}
