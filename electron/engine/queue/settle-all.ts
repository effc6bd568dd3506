import type { Client } from 'pg';
import type { EntityKey } from '../run/driver';
import type { JobScope } from './job-scope';
import { keyJson } from './job-scope';

const block = 10_000;

const settleBlockSql = `
WITH block AS (
  SELECT id, entity FROM astro_sync.job_queue
  WHERE dataset = $1 AND status = 'pending' AND id > $4::bigint AND id <= $3::bigint AND ($5 OR NOT gap)
  ORDER BY id LIMIT ${String(block)}
), done AS (
  UPDATE astro_sync.job_queue j SET status = 'completed', executed_at = now(), run_id = $2::uuid, attempts = attempts + 1,
    note = concat_ws('; ', note, 'settled by a full run')
  FROM block b
  WHERE j.id = b.id AND NOT EXISTS (SELECT 1 FROM settle_except e WHERE e.entity = b.entity)
  RETURNING 1
)
SELECT (SELECT max(id)::text FROM block) AS last, (SELECT count(*) FROM block)::int AS looked_at, (SELECT count(*) FROM done)::int AS settled`;

const healSql = `
UPDATE astro_sync.job_queue j SET status = 'completed', executed_at = now(), run_id = $2::uuid,
  note = concat_ws('; ', j.note, CASE WHEN j.run_id IS NULL THEN 'failed' ELSE 'failed in run ' || j.run_id END || ', in line since a full run')
WHERE j.dataset = $1 AND j.status = 'failed' AND NOT j.gap AND j.id <= $3::bigint
  AND NOT EXISTS (SELECT 1 FROM settle_except e WHERE e.entity = j.entity)`;

/**
 * Settles all pending jobs of a dataset that the run's snapshot saw (gaps and reconciles only with `gaps`), in blocks of their own
 * transactions, and completes those that failed in earlier runs; those of the excepted entities stay as they are. For a full run that
 * verified everything else. Gives the number
 * of jobs settled.
 */
export async function settleAllJobs(
  client: Client,
  scope: JobScope,
  except: readonly EntityKey[],
  gaps: boolean,
): Promise<number> {
  await client.query(
    'DROP TABLE IF EXISTS pg_temp.settle_except; CREATE TEMPORARY TABLE settle_except (entity text COLLATE "C" PRIMARY KEY)',
  );
  for (let i = 0; i < except.length; i += block) {
    await client.query(
      'INSERT INTO pg_temp.settle_except SELECT astro_sync.entity_of(k::jsonb) FROM unnest($1::text[]) AS k ON CONFLICT DO NOTHING',
      [except.slice(i, i + block).map((key) => keyJson(scope.keyNames, key))],
    );
  }
  let settled = 0;
  let last = '0';
  for (;;) {
    const { rows } = await client.query<{ last: string | null; looked_at: number; settled: number }>(settleBlockSql, [
      scope.dataset,
      scope.runId,
      scope.throughJobId,
      last,
      gaps,
    ]);
    const row = rows[0];
    settled += row?.settled ?? 0;
    if (row === undefined || row.last === null || row.looked_at < block) break;
    last = row.last;
  }
  const healed = await client.query(healSql, [scope.dataset, scope.runId, scope.throughJobId]);
  settled += healed.rowCount ?? 0;
  await client.query('DROP TABLE pg_temp.settle_except');
  return settled;
}
