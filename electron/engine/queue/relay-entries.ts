import type { Client } from 'pg';
import type { Origin } from '../../../shared/engine/documents';
import type { StreamJob } from '../stream/parse-entry';
import { lastJobId } from './last-job-id';

const sql = `
INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_id, entity_key, status, executed_at, data, dataset, capture_id, change_id, last_error)
SELECT e.job_type, e.entity_type, e.entity_id, e.entity_key, CASE WHEN e.failure IS NULL THEN 'pending' ELSE 'failed' END,
  CASE WHEN e.failure IS NOT NULL THEN now() END, e.data, e.dataset, $1::uuid, e.change_id, e.failure
FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (job_type text, entity_type text, entity_id bigint, entity_key jsonb, data jsonb,
  dataset text, change_id text, failure text)) WITH ORDINALITY
  AS e(job_type, entity_type, entity_id, entity_key, data, dataset, change_id, failure, position)
ORDER BY e.position
ON CONFLICT (dataset, entity, capture_id, change_id) DO NOTHING`;

/**
 * Inserts the jobs of stream entries, in their order and in one transaction; entries that are read again after a crash make none.
 * Acknowledge them only after this. Gives how many were new, and the id up to which the jobs of these datasets are complete.
 * @param captureId the uuid of the Redis that holds the stream
 */
export async function relayEntries(
  system: Client,
  { captureId, entries }: { readonly captureId: string; readonly entries: readonly StreamJob[] },
): Promise<{ readonly inserted: number; readonly throughJobId: string }> {
  await system.query('BEGIN');
  try {
    await system.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`astro_sync relay ${captureId}`]);
    let inserted = 0;
    for (let i = 0; i < entries.length; i += 5000) {
      const { rowCount } = await system.query(sql, [captureId, JSON.stringify(entries.slice(i, i + 5000).map(asRow))]);
      inserted += rowCount ?? 0;
    }
    const throughJobId = await lastJobId(system);
    await system.query('COMMIT');
    return { inserted, throughJobId };
  } catch (error) {
    await system.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const integer = /^-?\d{1,18}$/;

function asRow(entry: StreamJob): Record<string, unknown> {
  const { dataset, changeId, entityKey, operation, values, origin, failure } = entry;
  const [only, more] = Object.values(entityKey);
  const data = { operation, before: null, after: values, origin };
  const storableKey = isStorable(entityKey);
  const storable = storableKey && isStorable([data, failure]);
  return {
    job_type: dataset.jobType,
    entity_type: dataset.entityType,
    entity_id: only !== undefined && more === undefined && integer.test(only) ? only : null,
    entity_key: storableKey ? entityKey : {},
    data: storable ? data : { operation: 'update', before: null, after: null, origin: withoutNul(origin) },
    dataset: dataset.name,
    change_id: changeId,
    failure: storable ? failure : 'it holds the character U+0000, which PostgreSQL cannot store',
  };
}

function isStorable(value: unknown): boolean {
  return !JSON.stringify(value).includes('\\u0000');
}

function withoutNul(origin: Origin): Origin {
  return JSON.parse(JSON.stringify(origin).replaceAll('\\u0000', '')) as Origin;
}
