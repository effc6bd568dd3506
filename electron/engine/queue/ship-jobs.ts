import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Subscription } from '../capture/subscriptions';
import type { SourceSnapshot } from '../connect/snapshot';
import { insertGapJobs } from './gap-jobs';
import { jobColumns, relayQuery, shippedColumns } from './relay-query';
import type { RelayScope, TableVersion } from './relay-query';

const temporaryTable = `
CREATE TEMPORARY TABLE relay_batch (
  job_type text, entity_type text, entity_id bigint, entity_key jsonb, status text, created_at timestamptz, executed_at timestamptz,
  data jsonb, dataset text, capture_id uuid, change_id text, gap boolean, note text, changed_at timestamptz
) ON COMMIT DROP`;

/**
 * Copies the jobs of all subscriptions from the snapshot into the queue, without touching them here. Where a dataset's mapping
 * fails, that dataset gets a gap and the others go on. Gives the number of jobs inserted.
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
  await system.query(temporaryTable);
  await system.query('SAVEPOINT ship');
  const failed: [Subscription, string][] = [];
  try {
    await copy(snapshot, system, query);
  } catch {
    await system.query('ROLLBACK TO SAVEPOINT ship');
    for (const subscription of subscriptions) {
      const single = relayQuery(scope, versions, [subscription]);
      if (single === null) continue;
      await system.query('SAVEPOINT ship');
      try {
        await copy(snapshot, system, single);
      } catch (error) {
        await system.query('ROLLBACK TO SAVEPOINT ship');
        failed.push([subscription, error instanceof Error ? error.message : String(error)]);
      }
    }
    // When nothing comes through it is not the mappings.
    if (failed.length === subscriptions.length && subscriptions.length > 1) throw new Error(failed[0]?.[1]);
  }
  let inserted = await insertBatch(system);
  for (const [subscription, reason] of failed) {
    const table = `${subscription.table.schema}.${subscription.table.name}`;
    inserted += await insertGapJobs(
      system,
      scope,
      [subscription],
      `mapping:${snapshot.text}`,
      `changes of ${table} could not be mapped: ${reason}`,
    );
  }
  return inserted;
}

async function insertBatch(system: Client): Promise<number> {
  const columns = jobColumns.join(', ');
  const { rowCount } = await system.query(
    `INSERT INTO astro_sync.job_queue (${columns})
     SELECT ${columns} FROM relay_batch ORDER BY changed_at, change_id
     ON CONFLICT (dataset, entity_key, capture_id, change_id) DO NOTHING`,
  );
  return rowCount ?? 0;
}

/** Source to SystemDB as one stream of COPY text. */
async function copy(snapshot: SourceSnapshot, system: Client, query: string): Promise<void> {
  const reader = await snapshot.connect('relay');
  try {
    await pipeline(
      reader.query(copyTo(`COPY (${query}) TO STDOUT`)),
      system.query(copyFrom(`COPY relay_batch (${shippedColumns.join(', ')}) FROM STDIN`)),
    );
  } finally {
    await reader.end().catch(() => undefined);
  }
}
