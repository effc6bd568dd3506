import type { Client } from 'pg';
import type { StreamJob } from '../stream/parse-entry';
import { refusalFacts } from '../refusal-facts';
import { lastJobId } from './last-job-id';
import { asRow, refusedRow } from './storable-entry';

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
      inserted += await insertEntries(system, captureId, entries.slice(i, i + 5000));
    }
    const throughJobId = await lastJobId(system);
    await system.query('COMMIT');
    return { inserted, throughJobId };
  } catch (error) {
    await system.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Where the server refuses a block, it is divided until what it refuses stands alone. */
async function insertEntries(system: Client, captureId: string, entries: readonly StreamJob[]): Promise<number> {
  try {
    return await insertRows(system, captureId, () => entries.map(asRow));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = entries;
    if (only === undefined) return 0;
    const reason = refusalFacts(error) ?? (error instanceof Error ? error.message : String(error));
    if (entries.length === 1) return insertRows(system, captureId, () => [refusedRow(only, reason)]);
    const middle = entries.length >> 1;
    const first = await insertEntries(system, captureId, entries.slice(0, middle));
    return first + (await insertEntries(system, captureId, entries.slice(middle)));
  }
}

async function insertRows(system: Client, captureId: string, rows: () => readonly unknown[]): Promise<number> {
  await system.query('SAVEPOINT entries');
  try {
    const { rowCount } = await system.query(sql, [captureId, JSON.stringify(rows())]);
    await system.query('RELEASE SAVEPOINT entries');
    return rowCount ?? 0;
  } catch (error) {
    await system.query('ROLLBACK TO SAVEPOINT entries');
    throw error;
  }
}

/** The data is at fault: for the server, or longer together than a text may be here. */
function isRefusal(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  return error instanceof Error && 'code' in error && /^(22|54)...$/.test(String(error.code));
}
