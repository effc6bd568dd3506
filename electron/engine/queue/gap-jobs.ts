import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Subscription } from '../capture/subscriptions';
import type { RelayScope } from './relay-query';
import type { RelayState } from './relay-state';

/** A snapshot names every open transaction; what is unique has to fit into an index. */
const longest = 200;

/**
 * Marks every dataset of a source as having a gap: one pending job each, that only a full run settles, or for a stream an operator who
 * takes note of it. Gives how many were new.
 */
export async function insertGapJobs(
  system: Client,
  scope: Pick<RelayScope, 'captureId' | 'databaseName'>,
  subscriptions: readonly Pick<Subscription, 'dataset' | 'jobType' | 'entityType'>[],
  changeId: string,
  reason: string,
): Promise<number> {
  const datasets = [...new Map(subscriptions.map((subscription) => [subscription.dataset, subscription])).values()];
  const origin = {
    database: scope.databaseName,
    application: 'astro-sync',
    actor: null,
    session_user: null,
    client: null,
    transaction: null,
  };
  const { rowCount } = await system.query(
    `INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_key, data, dataset, capture_id, change_id, gap, note)
     SELECT job_type, entity_type, '{}',
       jsonb_build_object('operation', 'gap', 'before', NULL, 'after', NULL,
         'origin', $4::jsonb || jsonb_build_object('at', to_json(now()), 'run', NULL)),
       dataset, $5, $6, true, $7
     FROM unnest($1::text[], $2::text[], $3::text[]) AS d(dataset, job_type, entity_type)
     ON CONFLICT DO NOTHING`,
    [
      datasets.map((d) => d.dataset),
      datasets.map((d) => d.jobType),
      datasets.map((d) => d.entityType),
      JSON.stringify(origin),
      scope.captureId,
      changeId.length <= longest ? changeId : `sha256:${createHash('sha256').update(changeId).digest('hex')}`,
      reason,
    ],
  );
  return rowCount ?? 0;
}

/** Why a dataset with a baseline needs a full run where its capture is not the one that was there at the last relay. */
export const captureRenewed = 'its capture was installed or changed after its last full run';

/**
 * Marks the datasets that the log alone cannot bring into line: all of them where the log does not go on where it ended, or where
 * changes could not be recorded; single ones where their capture is not the one that was there at the last relay, although a
 * baseline exists. Gives how many jobs were new.
 */
export async function recordGaps(
  system: Client,
  scope: RelayScope,
  subscriptions: readonly Subscription[],
  facts: { readonly relayed: RelayState | null; readonly state: RelayState; readonly gap: string | null },
): Promise<number> {
  const { relayed, state, gap } = facts;
  if (gap !== null) return insertGapJobs(system, scope, subscriptions, `identity:${state.snapshot}`, gap);
  let inserted = 0;
  if (relayed !== null && BigInt(state.lostCount) > BigInt(relayed.lostCount)) {
    const reason = 'changes were made that could not be recorded';
    inserted += await insertGapJobs(system, scope, subscriptions, `lost:${state.lostCount}`, reason);
  }
  const renewed = Object.keys(state.installations).filter(
    (name) => state.installations[name] !== relayed?.installations[name],
  );
  const { rows } = await system.query<{ dataset: string }>(
    'SELECT DISTINCT dataset FROM astro_sync.checkpoint WHERE dataset = ANY ($1::text[]) AND baseline_run IS NOT NULL',
    [renewed],
  );
  for (const { dataset } of rows) {
    const own = subscriptions.filter((subscription) => subscription.dataset === dataset);
    const changeId = `installed:${state.installations[dataset] ?? ''}`;
    inserted += await insertGapJobs(system, scope, own, changeId, captureRenewed);
  }
  return inserted;
}
