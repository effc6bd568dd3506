import type { Client } from 'pg';
import { isoTime } from './iso-time';

export interface Verification {
  readonly dataset: string;
  readonly run: string;
  readonly at: string;
  /** null: it was not compared to its end; never less than the rows that its run left as they were */
  readonly differences: number | null;
}

/** Rows that are known not to be equal, and so were left out of the comparison at the end of a run. */
const leftOver = ['failed', 'withheld', 'conflicted'].map((name) => `(d.counts ->> '${name}')::int`).join(' + ');

/** The latest verifications of a dataset that came to their end, by themselves or at the end of a run. */
export async function listVerifications(system: Client, dataset: string, limit: number): Promise<Verification[]> {
  const { rows } = await system.query<Verification>(
    `SELECT d.dataset, d.run_id::text AS run, ${isoTime('d.ended_at')} AS at,
       CASE WHEN d.differences IS NOT NULL THEN greatest(d.differences, ${leftOver}) END AS differences
     FROM astro_sync.run_dataset d JOIN astro_sync.run r ON r.id = d.run_id
     WHERE d.dataset = $1 AND d.verified IS NOT NULL AND d.ended_at IS NOT NULL ORDER BY r.started_at DESC LIMIT $2`,
    [dataset, limit],
  );
  return rows;
}
