import type { Client } from 'pg';
import type { SettledEntity } from '../run/dataset-queue';
import type { EntityKey } from '../run/driver';
import type { JobScope } from './job-scope';
import { keyJson } from './job-scope';

/**
 * Not `status = 'pending'`: for that the planner takes the index of pending jobs, which statistics of a queue in which all is done call
 * empty, and reads every pending job for every entity.
 */
const isPending = `(status || '') = 'pending'`;

/** The pending jobs of entities, oldest first; entities as the JSON text of their key. */
export type JobIds = ReadonlyMap<string, readonly string[]>;

/**
 * Looks up the pending jobs of these entities that the run's snapshot saw: key by key, fenced off by OFFSET 0. As a join, or with an
 * array of keys, the planner may read all jobs of the dataset for each of them, where statistics call the queue empty or do not know
 * the dataset.
 */
export async function pendingJobIds(client: Client, scope: JobScope, keys: readonly EntityKey[]): Promise<JobIds> {
  const { rows } = await client.query<{ entity_key: Record<string, string>; ids: string[] }>(
    `SELECT j.entity_key, array_agg(j.id::text ORDER BY j.id) AS ids
     FROM (SELECT DISTINCT astro_sync.entity_of(k::jsonb) AS entity FROM unnest($2::text[]) AS k) AS wanted
     CROSS JOIN LATERAL (
       SELECT id, entity_key FROM astro_sync.job_queue
       WHERE dataset = $1 AND entity = wanted.entity AND ${isPending} AND NOT gap AND id <= $3::bigint OFFSET 0
     ) AS j
     GROUP BY j.entity_key`,
    [scope.dataset, keys.map((key) => keyJson(scope.keyNames, key)), scope.throughJobId],
  );
  return new Map(rows.map((row) => [keyText(scope, row.entity_key), row.ids]));
}

function keyText(scope: JobScope, entityKey: Readonly<Record<string, string>>): string {
  return keyJson(
    scope.keyNames,
    scope.keyNames.map((name) => entityKey[name] ?? ''),
  );
}

const settleSql = `
UPDATE astro_sync.job_queue j SET status = s.status, note = coalesce(s.note, j.note), last_error = s.reason,
  executed_at = now(), run_id = $1::uuid, attempts = j.attempts + 1
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS s(id, status, note, reason)
WHERE j.id = s.id AND (j.status || '') = 'pending'`;

/** What was applied leaves no older failure of the same entity; in the statement that settles, so that one is never without the other. */
const settleAndHealSql = `
WITH healed AS (
  UPDATE astro_sync.job_queue f SET status = 'completed', note = concat_ws('; ', f.note, 'superseded by job ' || h.newest)
  FROM unnest($6::bigint[], $7::bigint[]) AS h(id, newest)
  WHERE f.id = h.id AND (f.status || '') = 'failed'
)${settleSql}`;

/** Failed jobs of entities, with the newer job that was applied. */
async function supersededFailures(
  client: Client,
  scope: JobScope,
  applied: ReadonlyMap<string, string>,
): Promise<{ readonly ids: string[]; readonly newest: string[] }> {
  const found = { ids: [] as string[], newest: [] as string[] };
  if (applied.size === 0) return found;
  const { rows } = await client.query<{ id: string; entity_key: Record<string, string> }>(
    `SELECT id, entity_key FROM astro_sync.job_queue
     WHERE dataset = $1 AND entity = ANY (ARRAY(SELECT astro_sync.entity_of(k::jsonb) FROM unnest($2::text[]) AS k)) AND status = 'failed' AND NOT gap`,
    [scope.dataset, [...applied.keys()]],
  );
  for (const { id, entity_key: key } of rows) {
    const newest = applied.get(keyText(scope, key));
    if (newest === undefined || BigInt(id) >= BigInt(newest)) continue;
    found.ids.push(id);
    found.newest.push(newest);
  }
  return found;
}

/**
 * Settles the pending jobs of these entities, in one statement: the last one with its status, the earlier ones as completed,
 * superseded by it. Gives the number of jobs settled.
 * @param heal whether older jobs of these entities may have failed: where the last was applied, they are superseded too
 */
export async function settleJobs(
  client: Client,
  scope: JobScope,
  entities: readonly SettledEntity[],
  ids: JobIds,
  heal: boolean,
): Promise<number> {
  const applied = new Map<string, string>();
  const columns = {
    ids: [] as string[],
    statuses: [] as string[],
    notes: [] as (string | null)[],
    reasons: [] as (string | null)[],
  };
  for (const { key, status, reason } of entities) {
    const entity = keyJson(scope.keyNames, key);
    const own = ids.get(entity) ?? [];
    const newest = own.at(-1);
    if (newest !== undefined && (status === 'completed' || status === 'skipped')) applied.set(entity, newest);
    own.forEach((id, i) => {
      const last = i === own.length - 1;
      columns.ids.push(id);
      columns.statuses.push(last ? status : 'completed');
      columns.notes.push(last ? null : `superseded by job ${newest ?? ''}`);
      columns.reasons.push(last ? (reason ?? null) : null);
    });
  }
  if (columns.ids.length === 0) return 0;
  const values: unknown[] = [scope.runId, columns.ids, columns.statuses, columns.notes, columns.reasons];
  const failed = heal ? await supersededFailures(client, scope, applied) : { ids: [], newest: [] };
  const { rowCount } =
    failed.ids.length === 0
      ? await client.query(settleSql, values)
      : await client.query(settleAndHealSql, [...values, failed.ids, failed.newest]);
  return rowCount ?? 0;
}

/** Leaves the jobs of these entities pending, with the reason. Gives their number. */
export async function holdJobs(
  client: Client,
  scope: JobScope,
  keys: readonly EntityKey[],
  reason: string,
  ids: JobIds,
): Promise<number> {
  const held = keys.flatMap((key) => ids.get(keyJson(scope.keyNames, key)) ?? []);
  if (held.length === 0) return 0;
  const { rowCount } = await client.query(
    `UPDATE astro_sync.job_queue SET note = $2, run_id = $1::uuid, attempts = attempts + 1
     WHERE id = ANY ($3::bigint[]) AND ${isPending}`,
    [scope.runId, reason, held],
  );
  return rowCount ?? 0;
}
