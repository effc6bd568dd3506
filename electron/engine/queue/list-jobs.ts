import type { Client } from 'pg';
import type { Job, JobStatus } from '../../../shared/engine/documents';
import { isoTime } from '../system/iso-time';
import { entityCondition } from './entity-filter';
import { maskJob } from './mask-job';
import type { Masks } from './mask-job';

export interface JobsQuery {
  readonly dataset?: string;
  readonly status?: readonly JobStatus[];
  /** An entity's key: the one value, or JSON {column: value}. */
  readonly entity?: string;
  readonly originDatabase?: string;
  readonly application?: string;
  readonly actor?: string;
  /** Jobs that this run settled or has in hand, or whose change it wrote itself. */
  readonly run?: string;
  /** ISO times of the jobs' creation. */
  readonly since?: string;
  readonly until?: string;
  /** Jobs older than this id (paging). */
  readonly before?: string;
  readonly limit: number;
}

/** A pending job that a living run has in its range is shown as running, with that run. */
const select = `
SELECT j.id, j.dataset, j.job_type, j.entity_type, j.entity_id, j.entity_key,
  CASE WHEN j.status = 'pending' AND active.run_id IS NOT NULL THEN 'running' ELSE j.status END AS status,
  ${isoTime('j.created_at')} AS created_at, ${isoTime('j.executed_at')} AS executed_at,
  CASE WHEN j.status = 'pending' THEN coalesce(active.run_id, j.run_id) ELSE j.run_id END::text AS run,
  j.attempts, j.last_error, j.note, j.data
FROM astro_sync.job_queue j
LEFT JOIN LATERAL (
  SELECT d.run_id FROM astro_sync.run r JOIN astro_sync.run_dataset d ON d.run_id = r.id
  WHERE r.ended_at IS NULL AND d.ended_at IS NULL AND d.dataset = j.dataset AND d.through_job_id >= j.id LIMIT 1
) active ON j.status = 'pending'`;

/**
 * Jobs, newest first.
 * @param masks dataset to its masked columns: their values are hidden; so are all values of a dataset that is not among them
 */
export async function listJobs(system: Client, query: JobsQuery, masks: Masks): Promise<Job[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const conditions: string[] = [];
  if (query.dataset !== undefined) conditions.push(`j.dataset = ${parameter(query.dataset)}`);
  if (query.status !== undefined && query.status.length > 0) conditions.push(statusCondition(query.status, parameter));
  if (query.entity !== undefined) conditions.push(entityCondition(query.entity, query.dataset, parameter));
  if (query.originDatabase !== undefined)
    conditions.push(`j.data #>> '{origin,database}' = ${parameter(query.originDatabase)}`);
  if (query.application !== undefined)
    conditions.push(`j.data #>> '{origin,application}' = ${parameter(query.application)}`);
  if (query.actor !== undefined) conditions.push(`j.data #>> '{origin,actor}' = ${parameter(query.actor)}`);
  if (query.run !== undefined) {
    const run = parameter(query.run);
    conditions.push(`(j.run_id::text = ${run} OR active.run_id::text = ${run} OR j.data #>> '{origin,run}' = ${run})`);
  }
  if (query.since !== undefined) conditions.push(`j.created_at >= ${parameter(query.since)}::timestamptz`);
  if (query.until !== undefined) conditions.push(`j.created_at < ${parameter(query.until)}::timestamptz`);
  if (query.before !== undefined) conditions.push(`j.id < ${parameter(query.before)}::bigint`);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const { rows } = await system.query<Job>(
    `${select} ${where} ORDER BY j.id DESC LIMIT ${parameter(query.limit)}`,
    values,
  );
  return rows.map((job) => maskJob(job, masks));
}

/** Every change and job of one entity, newest first. */
export async function entityHistory(
  system: Client,
  dataset: string,
  entity: string,
  masks: Masks,
  limit = 1000,
): Promise<Job[]> {
  return listJobs(system, { dataset, entity, limit }, masks);
}

function statusCondition(status: readonly JobStatus[], parameter: (value: unknown) => string): string {
  const conditions = [`j.status = ANY (${parameter(status.filter((one) => one !== 'pending'))}::text[])`];
  if (status.includes('pending')) conditions.push(`(j.status = 'pending' AND active.run_id IS NULL)`);
  if (status.includes('running')) conditions.push(`(j.status = 'pending' AND active.run_id IS NOT NULL)`);
  return `(${conditions.join(' OR ')})`;
}
