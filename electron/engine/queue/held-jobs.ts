import type { Client } from 'pg';

/** True where jobs of the dataset were left pending by a run because a guard withheld what they stand for. */
export async function hasHeldJobs(system: Client, dataset: string): Promise<boolean> {
  const { rows } = await system.query<{ held: boolean }>(
    `SELECT EXISTS (SELECT FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'pending' AND run_id IS NOT NULL) AS held`,
    [dataset],
  );
  return rows[0]?.held ?? false;
}
