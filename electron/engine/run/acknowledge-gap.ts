import type { Client } from 'pg';

/**
 * Ends the gap of a dataset that only a person can end: its gap jobs are settled as skipped, with who took note of them.
 * @param who for the note of the jobs
 * @returns why there was a gap; empty where there was none
 */
export async function acknowledgeGap(system: Client, dataset: string, who: string): Promise<string[]> {
  await system.query('BEGIN');
  try {
    const jobs = await system.query<{ reason: string | null }>(
      `WITH gaps AS (SELECT id, note FROM astro_sync.job_queue WHERE dataset = $1 AND gap AND status = 'pending' FOR UPDATE)
       UPDATE astro_sync.job_queue j SET status = 'skipped', executed_at = now(), note = concat_ws('; ', j.note, 'acknowledged by ' || $2)
       FROM gaps WHERE j.id = gaps.id RETURNING gaps.note AS reason`,
      [dataset, who],
    );
    const checkpoints = await system.query<{ reason: string }>(
      `WITH gaps AS (SELECT dataset, target, gap_reason FROM astro_sync.checkpoint WHERE dataset = $1 AND gap_reason IS NOT NULL FOR UPDATE)
       UPDATE astro_sync.checkpoint c SET gap_reason = NULL, gap_at = NULL
       FROM gaps WHERE c.dataset = gaps.dataset AND c.target = gaps.target RETURNING gaps.gap_reason AS reason`,
      [dataset],
    );
    await system.query('COMMIT');
    const reasons = [...jobs.rows, ...checkpoints.rows].map(({ reason }) => reason ?? 'changes were missed');
    return [...new Set(reasons)];
  } catch (error) {
    await system.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
