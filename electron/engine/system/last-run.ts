import type { Client } from 'pg';
import { noCounts } from '../../../shared/engine/counts';
import type { Counts } from '../../../shared/engine/counts';
import type { DatasetStatus } from '../../../shared/engine/reports';
import { isoTime } from './iso-time';

type LastRun = NonNullable<DatasetStatus['last_run']>;

/** The latest run (no plan, no verification) of a dataset, with what became of that dataset in it; null where there is none. */
export async function lastRunOf(system: Client, dataset: string): Promise<LastRun | null> {
  const { rows } = await system.query<Omit<LastRun, 'counts'> & { counts: Partial<Counts> }>(
    // A dataset that was not ended has the end of its run.
    `SELECT r.id, CASE WHEN d.ended_at IS NULL THEN r.status ELSE d.status END AS status,
       ${isoTime('coalesce(d.ended_at, r.ended_at)')} AS ended_at, d.counts
     FROM astro_sync.run_dataset d JOIN astro_sync.run r ON r.id = d.run_id
     WHERE d.dataset = $1 AND r.kind = 'run' ORDER BY r.started_at DESC, r.id DESC LIMIT 1`,
    [dataset],
  );
  const [last] = rows;
  return last === undefined ? null : { ...last, counts: { ...noCounts(), ...last.counts } };
}
