import type { Client } from 'pg';
import type { EntityKey } from '../run/driver';

/** What a run left pending because a guard withheld it. */
export interface HeldJobs {
  /** At most 10,000. */
  readonly keys: readonly EntityKey[];
  /** Why, in the words of the guards; that of the latest. */
  readonly reason: string;
}

/** The entities of a dataset whose jobs were left pending by a run because a guard withheld what they stand for; null where none were. */
export async function readHeldJobs(
  system: Client,
  dataset: string,
  keyNames: readonly string[],
): Promise<HeldJobs | null> {
  const { rows } = await system.query<{ key: Readonly<Record<string, string>>; reason: string | null }>(
    `SELECT entity_key AS key, (array_agg(note ORDER BY id DESC))[1] AS reason FROM astro_sync.job_queue
     WHERE dataset = $1 AND status = 'pending' AND run_id IS NOT NULL GROUP BY entity_key ORDER BY max(id) DESC LIMIT 10000`,
    [dataset],
  );
  if (rows[0] === undefined) return null;
  return { keys: rows.map(({ key }) => keyNames.map((name) => key[name] ?? '')), reason: rows[0].reason ?? '' };
}
