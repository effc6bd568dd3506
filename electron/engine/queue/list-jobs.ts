import type { Client } from 'pg';
import type { Job } from '../../../shared/engine/documents';
import { SyncError } from '../errors';
import { cutText, cutValues } from '../system/cut-text';
import { isoTime } from '../system/iso-time';
import type { KeyColumns } from './entity-lookup';
import { activeRuns } from './job-filter';
import type { JobsFilter } from './job-filter';
import { directionOf, jobPaths } from './job-paths';
import { maskJob } from './mask-job';
import type { Masks } from './mask-job';

export interface JobsQuery extends JobsFilter {
  /** Jobs older than this id, newest first. */
  readonly before?: string;
  /** Jobs newer than this id, oldest first. */
  readonly after?: string;
  readonly limit: number;
  /** Long keys, values and errors as their beginnings: rows of megabytes are no page of a list. */
  readonly brief?: boolean;
}

/** How much of a job is read: all of it, what a list needs, or what a page can take of one. */
type Extent = 'whole' | 'brief' | 'shown';

/** SELECT of jobs as the contract has them. @param ids SELECT of their ids @param order of the ids */
function selectJobs(ids: string, order: string, extent: Extent): string {
  return `SELECT j.id, j.dataset, j.job_type, j.entity_type, j.entity_id, ${keyOf(extent)},
    CASE WHEN j.status = 'pending' AND active.run_id IS NOT NULL THEN 'running' ELSE j.status END AS status,
    ${isoTime('j.created_at')} AS created_at, ${isoTime('j.executed_at')} AS executed_at,
    CASE WHEN j.status = 'pending' THEN coalesce(active.run_id, j.run_id) ELSE j.run_id END::text AS run,
    j.attempts, ${textsOf(extent)}
  FROM (${ids}) page
  CROSS JOIN LATERAL (SELECT * FROM astro_sync.job_queue q WHERE q.id = page.id) j
  LEFT JOIN LATERAL (
    SELECT a.run_id FROM active a WHERE a.dataset = j.dataset AND a.through_job_id >= j.id LIMIT 1
  ) active ON j.status = 'pending'
  ORDER BY j.id ${order}`;
}

/** Characters of each value of one side, of all of them, and of an error or note. */
interface Characters {
  readonly least: number;
  readonly most: number;
  readonly together: number;
  readonly text: number;
}

/** So many bytes of one job a page can take in one answer (16 MiB); of a larger one it gets the beginnings. */
const shownWhole = 8_000_000;

/** A list has a page of them. */
const characters = {
  brief: { least: 20, most: 500, together: 5000, text: 2000 },
  shown: { least: 500, most: 200_000, together: 1_000_000, text: 100_000 },
} as const satisfies Record<string, Characters>;

/** Whole, but in lists: a key may have as many characters as an index can compress. */
function keyOf(extent: Extent): string {
  return extent === 'brief' ? `${cutValues('j.entity_key', characters.brief)} AS entity_key` : 'j.entity_key';
}

function textsOf(extent: Extent): string {
  if (extent === 'whole') return `j.last_error, j.note, j.data - 'via' AS data`;
  const most = characters[extent];
  const data = `(j.data - 'via') || jsonb_build_object('before', ${cutValues("j.data -> 'before'", most)}, 'after', ${cutValues("j.data -> 'after'", most)})`;
  return `${cutText('j.last_error', String(most.text))} AS last_error, ${cutText('j.note', String(most.text))} AS note,
    ${extent === 'brief' ? data : `CASE WHEN octet_length(j.data::text) > ${String(shownWhole)} THEN ${data} ELSE j.data - 'via' END`} AS data`;
}

/**
 * Jobs, newest first (with `after`: oldest first).
 * @param masks dataset to its masked columns: their values are hidden; so are all values of a dataset that is not among them
 * @throws SyncError USAGE for a cursor that is no id
 */
export async function listJobs(system: Client, query: JobsQuery, masks: Masks): Promise<Job[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const paths = jobPaths(query, query, parameter).map((path) => `(${path})`);
  const order = directionOf(query);
  const ids = `SELECT id FROM (${paths.join(' UNION ')}) found ORDER BY id ${order} LIMIT ${String(query.limit)}`;
  const { rows } = await system.query<Job>(
    `WITH ${activeRuns} ${selectJobs(ids, order, query.brief === true ? 'brief' : 'whole')}`,
    values,
  );
  return rows.map((job) => maskJob(job, masks));
}

/** One job; of values of megabytes the beginning, with their length. @throws SyncError JOB_UNKNOWN */
export async function readJob(system: Client, id: string, masks: Masks): Promise<Job> {
  const unknown = new SyncError('JOB_UNKNOWN', `There is no job ${id}`, {
    hint: 'It may have been removed by prune.',
    details: { job: id },
  });
  if (!/^\d{1,18}$/.test(id)) throw unknown;
  const { rows } = await system.query<Job>(
    `WITH ${activeRuns} ${selectJobs(`SELECT ${id}::bigint AS id`, 'DESC', 'shown')}`,
  );
  const [job] = rows;
  if (job === undefined) throw unknown;
  return maskJob(job, masks);
}

/** Every change and job of one entity, newest first. */
export async function entityHistory(
  system: Client,
  dataset: string,
  entity: string,
  masks: Masks,
  keyColumns: KeyColumns = {},
): Promise<Job[]> {
  return listJobs(system, { dataset, entity, keyColumns, limit: 1000 }, masks);
}
