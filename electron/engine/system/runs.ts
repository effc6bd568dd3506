import type { Client } from 'pg';
import { noCounts } from '../../../shared/engine/counts';
import type { Counts } from '../../../shared/engine/counts';
import type { Mode, RunStatus } from '../../../shared/engine/documents';
import type { RunDetail, RunSummary } from '../../../shared/engine/reports';
import { SyncError } from '../errors';
import { wholeId } from './id-beginning';
import { isoTime } from './iso-time';
import { silentSince } from './session';

export interface RunsQuery {
  readonly dataset?: string;
  readonly status?: readonly RunStatus[];
  readonly kind?: readonly RunSummary['kind'][];
  readonly mode?: Mode;
  readonly operator?: string;
  /** ISO times of the runs' start: since <= started_at < until. */
  readonly since?: string;
  readonly until?: string;
  /** Runs started before this one. */
  readonly before?: string;
  /** Runs started after this one, oldest first; not together with before. */
  readonly after?: string;
  readonly limit: number;
}

type SummaryRow = Omit<RunSummary, 'counts'> & { readonly all_counts: readonly Partial<Counts>[] };

const summary = `
SELECT r.id, r.kind, r.mode, r.status, r.operator, r.host, r.application, ${isoTime('r.started_at')} AS started_at,
  ${isoTime('r.ended_at')} AS ended_at, coalesce(d.names, '{}') AS datasets, coalesce(d.counts, '[]') AS all_counts,
  d.differences, d.in_flight, r.error, ${silentSince('r')} AS silent_since
FROM astro_sync.run r
LEFT JOIN LATERAL (
  SELECT array_agg(dataset ORDER BY position) AS names, jsonb_agg(counts) AS counts, sum(differences)::int AS differences,
    sum(in_flight)::int AS in_flight
  FROM astro_sync.run_dataset WHERE run_id = r.id
) d ON true`;

/** Runs, newest first (with `after`: oldest first). */
export async function listRuns(system: Client, query: RunsQuery): Promise<RunSummary[]> {
  const order = query.after === undefined ? 'DESC' : 'ASC';
  const { rows } = await system.query<SummaryRow>(
    `${summary}
     WHERE ($1::text IS NULL OR EXISTS (SELECT 1 FROM astro_sync.run_dataset x WHERE x.run_id = r.id AND x.dataset = $1))
       AND ($2::text[] IS NULL OR r.status = ANY ($2))
       AND ($3::text[] IS NULL OR r.kind = ANY ($3))
       AND ($4::text IS NULL OR r.mode = $4)
       AND ($5::text IS NULL OR r.operator = $5)
       AND ($6::timestamptz IS NULL OR r.started_at >= $6)
       AND ($7::timestamptz IS NULL OR r.started_at < $7)
       AND ($8::text IS NULL OR (r.started_at, r.id) < (SELECT b.started_at, b.id FROM astro_sync.run b WHERE b.id::text = $8))
       AND ($10::text IS NULL OR (r.started_at, r.id) > (SELECT b.started_at, b.id FROM astro_sync.run b WHERE b.id::text = $10))
     ORDER BY r.started_at ${order}, r.id ${order}
     LIMIT $9`,
    [
      query.dataset ?? null,
      anyOf(query.status),
      anyOf(query.kind),
      query.mode ?? null,
      query.operator ?? null,
      query.since ?? null,
      query.until ?? null,
      query.before ?? null,
      query.limit,
      query.after ?? null,
    ],
  );
  return rows.map(asSummary);
}

/**
 * One run with its datasets and its timeline (the last 1,000 lines).
 * @throws SyncError RUN_UNKNOWN
 */
export async function showRun(system: Client, id: string): Promise<RunDetail> {
  const { rows } = await system.query<SummaryRow>(`${summary} WHERE r.id::text = $1`, [id]);
  const run = rows[0];
  if (run === undefined) throw unknownRun(id);
  const datasets = await system.query<Omit<RunDetail['datasets'][number], 'counts'> & { counts: Partial<Counts> }>(
    `SELECT dataset AS name, mode, baseline, status, counts, verified, differences, in_flight, changes, changed_rows, phases_ms, error,
       coalesce(samples, '[]') AS samples,
       ARRAY(SELECT e.message FROM astro_sync.run_event AS e
         WHERE e.run_id = d.run_id AND e.dataset = d.dataset AND e.level = 'warn' AND e.details ? 'stands' ORDER BY e.id) AS warnings,
       jsonb_build_object('phase', NULL, 'done', 0, 'total', NULL, 'total_kind', 'unknown') || progress AS progress,
       coalesce(duration_ms, (extract(epoch FROM coalesce(ended_at, now()) - started_at) * 1000)::float8) AS duration_ms
     FROM astro_sync.run_dataset AS d WHERE run_id::text = $1 ORDER BY position`,
    [id],
  );
  const events = await system.query<RunDetail['events'][number]>(
    `SELECT ${isoTime('at')} AS at, level, dataset, message
     FROM (SELECT * FROM astro_sync.run_event WHERE run_id::text = $1 ORDER BY id DESC LIMIT 1000) latest ORDER BY id`,
    [id],
  );
  const errors = await system.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM astro_sync.row_error WHERE run_id::text = $1',
    [id],
  );
  // It is told of when a run begins.
  const approvals = await system.query<{ approved: RunDetail['approved'] }>(
    `SELECT details AS approved FROM (
       SELECT details FROM astro_sync.run_event WHERE run_id::text = $1 ORDER BY id LIMIT 50
     ) first WHERE details ?& '{approve_deletes,allow_empty_source}' LIMIT 1`,
    [id],
  );
  return {
    run: asSummary(run),
    approved: approvals.rows[0]?.approved ?? null,
    datasets: datasets.rows.map((row) => ({ ...row, counts: { ...noCounts(), ...row.counts } })),
    events: events.rows,
    row_errors: errors.rows[0]?.count ?? 0,
  };
}

/** Runs that are under way, of all consoles, oldest first. */
export async function listActiveRuns(system: Client): Promise<RunSummary[]> {
  const { rows } = await system.query<SummaryRow>(`${summary} WHERE r.ended_at IS NULL ORDER BY r.started_at`);
  return rows.map(asSummary);
}

/**
 * Asks a run, of this or another computer, to stop; it sees that within a second or two. True where it was under way.
 * @throws SyncError RUN_UNKNOWN
 */
export async function requestCancel(system: Client, id: string, operator: string): Promise<boolean> {
  const { rows } = await system.query<{ running: boolean }>(
    `WITH asked AS (
       UPDATE astro_sync.run SET cancel_requested_at = coalesce(cancel_requested_at, now()),
         cancel_requested_by = coalesce(cancel_requested_by, $2)
       WHERE id::text = $1 AND ended_at IS NULL RETURNING id
     )
     SELECT EXISTS (SELECT 1 FROM asked) AS running FROM astro_sync.run WHERE id::text = $1`,
    [id, operator],
  );
  const row = rows[0];
  if (row === undefined) throw unknownRun(id);
  return row.running;
}

/** An empty list means any. */
function anyOf<Value>(values: readonly Value[] | undefined): readonly Value[] | null {
  return values === undefined || values.length === 0 ? null : values;
}

function asSummary({ all_counts, ...run }: SummaryRow): RunSummary {
  const counts = noCounts();
  for (const one of all_counts) {
    for (const [name, value] of Object.entries(one)) counts[name as keyof Counts] += value;
  }
  return { ...run, counts };
}

/**
 * The id of a run of which somebody gave the beginning, 6 characters at least; a whole id is not looked up.
 * @throws SyncError RUN_UNKNOWN, USAGE where several begin so
 */
export async function runIdOf(system: Client, text: string): Promise<string> {
  const id = await wholeId(system, 'run', text);
  if (id === null) throw unknownRun(text);
  return id;
}

/** For an id that no run has. */
export function unknownRun(id: string): SyncError {
  return new SyncError('RUN_UNKNOWN', `There is no run ${id}`, {
    hint: 'List them with "astro-sync runs"; the first 6 characters of an id are enough.',
    details: { run: id },
  });
}
