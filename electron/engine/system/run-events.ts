import type { Client } from 'pg';
import { isoTime } from './iso-time';
import { rowId } from './row-id';
import { unknownRun } from './runs';

/** Levels of the log, the least first. */
const levels = ['debug', 'info', 'warn', 'error'] as const;

export interface RunEventRecord {
  readonly id: string;
  readonly at: string;
  readonly level: (typeof levels)[number];
  readonly dataset: string | null;
  readonly message: string;
}

/**
 * The timeline and log of a run, oldest first.
 * @throws SyncError RUN_UNKNOWN, USAGE for a cursor that is no id
 */
export async function listRunEvents(
  system: Client,
  query: {
    readonly run: string;
    /** The least level. */
    readonly level: RunEventRecord['level'];
    /** Entries after this id. */
    readonly after?: string;
    readonly limit: number;
  },
): Promise<RunEventRecord[]> {
  await requireRun(system, query.run);
  const after = query.after === undefined ? null : rowId(query.after, 'a log entry');
  const { rows } = await system.query<RunEventRecord>(
    `SELECT id, ${isoTime('at')} AS at, level, dataset, message FROM astro_sync.run_event
     WHERE run_id = $1::uuid AND level = ANY ($2::text[]) AND ($3::bigint IS NULL OR id > $3)
     ORDER BY id LIMIT $4`,
    [query.run, levels.slice(levels.indexOf(query.level)), after, query.limit],
  );
  return rows;
}

/** @throws SyncError RUN_UNKNOWN */
export async function requireRun(system: Client, id: string): Promise<void> {
  const { rowCount } = await system.query('SELECT FROM astro_sync.run WHERE id::text = $1', [id]);
  if (rowCount === 0) throw unknownRun(id);
}
