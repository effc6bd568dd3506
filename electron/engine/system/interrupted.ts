import type { Client } from 'pg';
import { runLock } from './session';

const sql = `
WITH dead AS (
  UPDATE astro_sync.run SET status = 'interrupted', ended_at = now(),
    error = coalesce(error, jsonb_build_object('code', 'INTERRUPTED', 'message', 'its program ended, or lost SystemDB, before it could say how the run went',
      'hint', 'Run again: its jobs are pending again, what was done stays done.'))
  WHERE id IN (
    SELECT id FROM (SELECT id FROM astro_sync.run WHERE ended_at IS NULL ORDER BY id OFFSET 0) active
    WHERE pg_try_advisory_xact_lock(${runLock('id::text')})
  ) AND ended_at IS NULL
  RETURNING id
), datasets AS (
  UPDATE astro_sync.run_dataset d SET status = 'interrupted', ended_at = now() FROM dead WHERE d.run_id = dead.id AND d.ended_at IS NULL
), leases AS (
  DELETE FROM astro_sync.lease l USING dead WHERE l.run_id = dead.id
)
SELECT id FROM dead`;

/**
 * Finds runs that say they are running and whose program is gone (nobody holds their lock), and marks them interrupted. Their
 * jobs need nothing: they were pending all the time. Call it at the start of every command. Gives the ids of those found.
 */
export async function markInterrupted(system: Client): Promise<string[]> {
  const { rows } = await system.query<{ id: string }>(sql);
  return rows.map((row) => row.id);
}
