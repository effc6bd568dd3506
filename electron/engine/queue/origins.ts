import type { Client } from 'pg';
import type { Origins } from '../../../shared/contract/methods/origins';
import { isoTime } from '../system/iso-time';
import type { ChangedBy } from '../../../shared/engine/documents';
import { inBlock, mayBeBy } from './job-blocks';
import { changedAt, isBy, isChange } from './job-filter';
import { countBySync } from './count-by-sync';

/** What is read at most: the newest blocks of 1,024 jobs, then the most frequent lines. */
const most = { blocks: 500, lines: 500, series: 20_000 } as const;

export interface OriginsQuery {
  /** ISO times of the changes: since <= at < until. */
  readonly since: string;
  readonly until: string;
  readonly buckets: number;
  readonly dataset?: string;
  /** Only the changes that a run of the sync wrote itself, or only those of others. */
  readonly by?: ChangedBy;
}

interface OriginRow {
  readonly part: number | null;
  readonly application: string | null;
  readonly actor: string | null;
  readonly session_user: string | null;
  readonly database: string | null;
  readonly dataset: string | null;
  readonly changes: number;
  readonly last_at: string;
}

/**
 * Who changed how much in a span of time. What a full run found is nobody's change and not counted. A change that concerns several
 * datasets counts for each. How many a run of the sync wrote itself is told in any case. Reads the blocks with changes of that time, the
 * newest half a million jobs at most: about 1 s for that, in proportion for fewer.
 */
export async function summariseOrigins(system: Client, query: OriginsQuery): Promise<Origins> {
  const bucket = Math.max(1, Math.ceil((Date.parse(query.until) - Date.parse(query.since)) / 1000 / query.buckets));
  await system.query(`SET work_mem = '64MB'`);
  const rows = await readSums(system, query, bucket);
  const read = await system.query<{ count: string }>(`SELECT count(DISTINCT block) AS count ${blocksOf(query)}`, [
    query.since,
    query.until,
    query.dataset ?? null,
  ]);
  const series = rows.filter(({ part }) => part !== null);
  const lines = rows.filter(({ part }) => part === null);
  const since = Date.parse(query.since);
  return {
    since: query.since,
    until: query.until,
    by: query.by ?? null,
    bucket_s: bucket,
    series: series
      .slice(0, most.series)
      .map(({ part, application, changes }) => ({
        at: new Date(since + (part ?? 0) * bucket * 1000).toISOString(),
        application,
        changes,
      }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : b.changes - a.changes)),
    lines: lines.slice(0, most.lines).map(({ part: _part, ...line }) => ({
      ...line,
      database: line.database ?? '',
      dataset: line.dataset ?? '',
    })),
    by_sync: await countBySync(system, query),
    truncated:
      lines.length > most.lines || series.length > most.series || Number(read.rows[0]?.count ?? 0) > most.blocks,
  };
}

/** Blocks that may hold changes of the span. */
function blocksOf({ by }: OriginsQuery): string {
  return `FROM astro_sync.job_block WHERE newest >= $1::timestamptz AND oldest < $2::timestamptz AND ($3::text IS NULL OR dataset = $3)
    ${by === undefined ? '' : `AND ${mayBeBy(by)}`}`;
}

/** The most frequent lines (part is null) and the series, one more of each than is shown. */
async function readSums(system: Client, query: OriginsQuery, bucket: number): Promise<OriginRow[]> {
  const { rows } = await system.query<OriginRow>(
    `WITH sums AS MATERIALIZED (
       SELECT part, application, actor, session_user_name, database, dataset, count(*)::int AS changes, max(at) AS last_at
       FROM (
         SELECT floor(extract(epoch FROM at - $1::timestamptz) / $4::float8)::int AS part, at, dataset,
           origin ->> 'database' AS database, nullif(origin ->> 'application', '') AS application,
           nullif(origin ->> 'actor', '') AS actor, origin ->> 'session_user' AS session_user_name
         FROM (SELECT DISTINCT block ${blocksOf(query)} ORDER BY block DESC LIMIT ${String(most.blocks)}) b
         CROSS JOIN LATERAL (
           SELECT ${changedAt} AS at, j.dataset, j.data -> 'origin' AS origin FROM astro_sync.job_queue j
           WHERE ${inBlock('b.block')} AND ${isChange} AND ($3::text IS NULL OR j.dataset = $3)
             ${query.by === undefined ? '' : `AND ${isBy(query.by)}`} OFFSET 0
         ) j
         WHERE at >= $1::timestamptz AND at < $2::timestamptz OFFSET 0
       ) changes
       GROUP BY GROUPING SETS ((part, application), (application, actor, session_user_name, database, dataset))
     ), shown AS (
       (SELECT * FROM sums WHERE part IS NULL ORDER BY changes DESC, last_at DESC LIMIT ${String(most.lines + 1)})
       UNION ALL (SELECT * FROM sums WHERE part IS NOT NULL ORDER BY changes DESC LIMIT ${String(most.series + 1)})
     )
     SELECT part, application, actor, session_user_name AS session_user, database, dataset, changes, ${isoTime('last_at')} AS last_at
     FROM shown`,
    [query.since, query.until, query.dataset ?? null, bucket],
  );
  return rows;
}
