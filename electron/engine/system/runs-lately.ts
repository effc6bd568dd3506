import type { Client } from 'pg';
import type { RunSummary } from '../../../shared/engine/reports';

/** A run or verification that is under way, of whichever console. */
export interface ActiveRun extends Pick<RunSummary, 'id' | 'kind' | 'operator' | 'host' | 'datasets'> {
  /** Another text as soon as the run gave a sign of life: rows, a phase, a line of its log. */
  readonly moved: string;
}

/** What is asked every few seconds to know whether there is news in the history. */
export interface RunsLately {
  /** The run that began last; null where there is none. */
  readonly newest: string | null;
  readonly active: readonly ActiveRun[];
}

const active = `
SELECT r.id, r.kind, r.operator, r.host, coalesce(d.names, '{}') AS datasets,
  hashtextextended(concat_ws('|', r.status, d.state, (SELECT max(e.id) FROM astro_sync.run_event e WHERE e.run_id = r.id)), 0)::text AS moved
FROM astro_sync.run r
LEFT JOIN LATERAL (
  SELECT array_agg(dataset ORDER BY position) AS names, string_agg(concat(status, counts, progress), ',' ORDER BY position) AS state
  FROM astro_sync.run_dataset WHERE run_id = r.id
) d ON true
WHERE r.ended_at IS NULL AND r.kind IN ('run', 'verify')
ORDER BY r.started_at`;

const sql = `
SELECT (SELECT id FROM astro_sync.run ORDER BY started_at DESC, id DESC LIMIT 1) AS newest,
  (SELECT coalesce(json_agg(a), '[]') FROM (${active}) a) AS active`;

/** One statement, which costs no more the longer the history is: both of its parts have an index of their own. */
export async function runsLately(system: Client): Promise<RunsLately> {
  const { rows } = await system.query<RunsLately>(sql);
  return rows[0] ?? { newest: null, active: [] };
}
