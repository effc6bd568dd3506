import type { ChangedBy, JobStatus } from '../../../shared/engine/documents';
import { quoteLiteral } from '../connect/identifiers';
import type { KeyColumns } from './entity-lookup';
import { fullRunChange } from './failed-jobs';

/** Which jobs; what is left out does not matter. */
export interface JobsFilter {
  readonly dataset?: string;
  readonly status?: readonly JobStatus[];
  /** An entity's key: the one value, values in key order (300 · 1), columns with values (a=1, b=x), or JSON {column: value}. */
  readonly entity?: string;
  /** Key columns of the datasets in which `entity` may be, where they are known. */
  readonly keyColumns?: KeyColumns;
  /** '': not known; so for application, actor and role. */
  readonly originDatabase?: string;
  readonly application?: string;
  readonly actor?: string;
  /** The database role that made the change, as the server knows it. */
  readonly role?: string;
  /** Only changes that somebody made: no gap, nothing that only a full run found. */
  readonly changesOnly?: boolean;
  /** Whose changes: those that a run of the sync wrote itself, or all others. */
  readonly by?: ChangedBy;
  /** Jobs that this run settled or has in hand, or whose change it wrote itself. */
  readonly run?: string;
  /** ISO times of the change. */
  readonly since?: string;
  readonly until?: string;
}

/** When the change of a job (alias j) was made. Each job was given a time that PostgreSQL can read. */
export const changedAt = `coalesce((j.data #>> '{origin,at}')::timestamptz, j.created_at)`;

/** That a job (alias j) is a change that somebody made. */
export const isChange = `NOT j.gap AND j.change_id <> '${fullRunChange}'`;

/** That the change of a job (alias j) was written by a run of the sync itself, or by anybody else. */
export function isBy(by: ChangedBy): string {
  return `j.data #>> '{origin,run}' IS ${by === 'sync' ? 'NOT ' : ''}NULL`;
}

/** Adds a value to a query's parameters, gives its place: $1. */
export type Parameter = (value: unknown) => string;

/**
 * For the WITH of a query: the datasets that a living run has in hand, up to which job. A pending job in that range is shown as
 * running, with that run.
 */
export const activeRuns = `active AS MATERIALIZED (
  SELECT d.dataset, d.run_id, d.through_job_id FROM astro_sync.run r JOIN astro_sync.run_dataset d ON d.run_id = r.id
  WHERE r.ended_at IS NULL AND d.ended_at IS NULL AND d.through_job_id IS NOT NULL
)`;

const inHand = 'EXISTS (SELECT 1 FROM active a WHERE a.dataset = j.dataset AND a.through_job_id >= j.id)';

/** The conditions of a filter on a job (alias j), but for its entity and its run. */
export function jobConditions(filter: JobsFilter, parameter: Parameter): string[] {
  const { dataset, status, originDatabase, application, actor, role, changesOnly, by, since, until } = filter;
  const conditions: string[] = [];
  const origin = (field: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push(`coalesce(j.data #>> '{origin,${field}}', '') = ${parameter(value)}`);
  };
  if (dataset !== undefined) conditions.push(`j.dataset = ${parameter(dataset)}`);
  if (status !== undefined && status.length > 0) conditions.push(statusCondition(status));
  origin('database', originDatabase);
  origin('application', application);
  origin('actor', actor);
  origin('session_user', role);
  if (changesOnly === true) conditions.push(isChange);
  if (by !== undefined) conditions.push(isBy(by));
  if (since !== undefined) conditions.push(`${changedAt} >= ${parameter(since)}::timestamptz`);
  if (until !== undefined) conditions.push(`${changedAt} < ${parameter(until)}::timestamptz`);
  return conditions;
}

/** Statuses are written as literals: the planner proves from them that an index of some statuses serves. */
function statusCondition(status: readonly JobStatus[]): string {
  const ended = [...new Set(status)].filter((one) => one !== 'pending' && one !== 'running');
  const conditions: string[] = [];
  if (ended.length === 1) conditions.push(`j.status = ${quoteLiteral(ended[0] ?? '')}`);
  if (ended.length > 1) conditions.push(`j.status IN (${ended.map(quoteLiteral).join(', ')})`);
  const [pending, running] = [status.includes('pending'), status.includes('running')];
  if (pending && running) conditions.push(`j.status = 'pending'`);
  else if (pending) conditions.push(`j.status = 'pending' AND NOT ${inHand}`);
  else if (running) conditions.push(`j.status = 'pending' AND ${inHand}`);
  return conditions.length === 1 ? conditions.join('') : `(${conditions.map((one) => `(${one})`).join(' OR ')})`;
}
