import type { Client } from 'pg';

/**
 * Skips the pending jobs of a capture that was removed: nothing can settle them any more. Gives how many there were.
 * @param operator who removed it, for the note of each
 */
export async function discardJobs(system: Client, captureId: string, operator: string): Promise<number> {
  const { rowCount } = await system.query(
    `UPDATE astro_sync.job_queue SET status = 'skipped', executed_at = now(),
       note = concat_ws('; ', note, format('lost: %s removed its capture', $2::text))
     WHERE status = 'pending' AND capture_id = $1`,
    [captureId, operator],
  );
  return rowCount ?? 0;
}
