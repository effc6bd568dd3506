import type pg from 'pg';

export const jobsAtOnce = 100_000;

/** SQL of the id of a run, from the SQL of a number. */
export const runOf = (part: string): string => `'018f3c1e-0000-7000-8000-' || lpad((${part})::text, 12, '0')`;

/** Fills an empty queue: the newest hundredth waits, of the rest most is completed, some skipped, some failed, one in conflict. */
export async function fillQueue(system: pg.Client, rows: number): Promise<void> {
  for (let after = 0; after < rows; after += jobsAtOnce)
    await system.query(insertJobs(after, Math.min(jobsAtOnce, rows - after)));
  await system.query(
    `UPDATE astro_sync.job_queue SET attempts = 1, executed_at = now(), run_id = (${runOf('id / 5000')})::uuid,
       status = CASE WHEN id = $1 / 3 THEN 'conflict' WHEN id % 31 = 0 THEN 'skipped' WHEN id % 97 = 0 THEN 'failed' ELSE 'completed' END
     WHERE id <= $1 - $1 / 100`,
    [rows],
  );
  await system.query('VACUUM (ANALYZE) astro_sync.job_queue');
  await system.query('VACUUM (ANALYZE) astro_sync.job_block');
}

/**
 * INSERT of jobs two seconds apart, the last at the end of June: five datasets, four applications, 20,000 people; half a million in a row
 * were written by the sync itself.
 */
export function insertJobs(after: number, count: number): string {
  return `INSERT INTO astro_sync.job_queue (job_type, entity_type, entity_id, entity_key, created_at, data, dataset, capture_id, change_id)
    SELECT dataset || '_sync', dataset, i, jsonb_build_object('id', i::text), at,
      jsonb_build_object('operation', 'update', 'before', jsonb_build_object('status', 'pending', 'note', md5(i::text)),
        'after', jsonb_build_object('status', 'confirmed', 'note', md5((i + 1)::text)),
        'origin', jsonb_build_object(
          'database', CASE WHEN i = 777 THEN 'rare' WHEN i % 10 < 6 THEN 'operations' ELSE 'system' END,
          'application', CASE WHEN own THEN 'astro-sync' WHEN i = 500 THEN 'rare-app' WHEN dataset = 'quiet' THEN 'nightly' WHEN i < 300000 AND i % 2 = 0 THEN 'old-app'
            WHEN i % 2000 = 1 THEN 'sparse-app' ELSE (ARRAY['booking-service', 'agency-portal', 'crm', 'mobile'])[1 + (i % 17) % 4] END,
          'actor', CASE WHEN i = 401 THEN 'rare-actor' WHEN i % 3 = 0 THEN 'user' || (i % 20000) ELSE 'service' || (i % 5) END,
          'session_user', 'booking', 'client', '10.0.0.7', 'transaction', i::text, 'at', to_json(at), 'run', CASE WHEN own THEN ${runOf('1')} END)),
      dataset, '018f3c1e-0000-7000-8000-000000000000', i::text
    FROM (
      SELECT i, timestamptz '2026-07-01Z' - (1000000 - i) * interval '2 seconds' AS at,
        CASE WHEN i = 123 THEN 'rare-set' ELSE (ARRAY['bookings', 'bookings', 'bookings', 'launches', 'agencies', 'quiet'])[1 + i % 6] END AS dataset,
        i > 450000 AND i <= 950000 AS own
      FROM generate_series(${String(after + 1)}, ${String(after + count)}) AS i
    ) numbers`;
}
