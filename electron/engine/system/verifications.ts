import type { Client } from 'pg';
import { isoTime } from './iso-time';

export interface Verification {
  readonly dataset: string;
  readonly run: string;
  readonly at: string;
  /** null: it was not compared to its end */
  readonly differences: number | null;
}

/** The latest verifications of a dataset that came to their end, by themselves or at the end of a run. */
export async function listVerifications(system: Client, dataset: string, limit: number): Promise<Verification[]> {
  const { rows } = await system.query<Verification>(
    `SELECT d.dataset, d.run_id::text AS run, ${isoTime('d.ended_at')} AS at, d.differences
     FROM astro_sync.run_dataset d JOIN astro_sync.run r ON r.id = d.run_id
     WHERE d.dataset = $1 AND d.verified IS NOT NULL AND d.ended_at IS NOT NULL ORDER BY r.started_at DESC LIMIT $2`,
    [dataset, limit],
  );
  return rows;
}
