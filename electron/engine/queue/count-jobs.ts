import type { Client } from 'pg';
import { blockCondition } from './job-blocks';
import { activeRuns } from './job-filter';
import type { JobsFilter } from './job-filter';
import { jobPaths } from './job-paths';

/** Counting stops at so many jobs, or after so many blocks were read for them. */
const enough = { jobs: 100_000, blocks: 200 } as const;

/** How many jobs match; exact false: at least so many. */
export interface JobCount {
  readonly count: number;
  readonly exact: boolean;
}

/** Counts the jobs of a filter, at a bounded cost: a count that would take long is given as "at least". */
export async function countJobs(system: Client, filter: JobsFilter): Promise<JobCount> {
  if (isNoted(filter)) return countNoted(system, filter);
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const span = { limit: enough.jobs + 1, ...(readsFewRows(filter) ? {} : { blocks: enough.blocks }) };
  const paths = jobPaths(filter, span, parameter).map((path) => `(${path})`);
  const blocks = `SELECT count(DISTINCT block) FROM astro_sync.job_block WHERE ${blockCondition(filter, parameter, filter.run)}`;
  const { rows } = await system.query<{ count: string; blocks: string }>(
    `WITH ${activeRuns} SELECT (SELECT count(*) FROM (SELECT FROM (${paths.join(' UNION ')}) found LIMIT ${String(enough.jobs + 1)}) bounded) AS count,
       (${blocks}) AS blocks`,
    values,
  );
  const count = Number(rows[0]?.count ?? 0);
  const readAll = span.blocks === undefined || !paths.some((path) => path.includes('job_block'));
  const exact = count <= enough.jobs && (readAll || Number(rows[0]?.blocks ?? 0) <= enough.blocks);
  return { count: Math.min(count, enough.jobs), exact };
}

/** Counts all jobs of a filter, however long that takes: for a question that names the number. */
export async function countEveryJob(system: Client, filter: JobsFilter): Promise<number> {
  if (isNoted(filter)) return (await countNoted(system, filter)).count;
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const paths = jobPaths(filter, { limit: Number.MAX_SAFE_INTEGER }, parameter).map((path) => `(${path})`);
  const { rows } = await system.query<{ count: string }>(
    `WITH ${activeRuns} SELECT count(*) AS count FROM (${paths.join(' UNION ')}) found`,
    values,
  );
  return Number(rows[0]?.count ?? 0);
}

/** True where the notes of the blocks hold the number itself. */
function isNoted({ status, entity, actor, role, changesOnly, by, run, since, until }: JobsFilter): boolean {
  if (status !== undefined && status.length > 0) return false;
  return changesOnly !== true && [entity, actor, role, by, run, since, until].every((value) => value === undefined);
}

async function countNoted(system: Client, filter: JobsFilter): Promise<JobCount> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const { rows } = await system.query<{ count: string }>(
    `SELECT coalesce(sum(jobs), 0) AS count FROM astro_sync.job_block WHERE ${blockCondition(filter, parameter)}`,
    values,
  );
  return { count: Number(rows[0]?.count ?? 0), exact: true };
}

/** Jobs with these statuses are found by an index, in every block. */
function readsFewRows({ status }: JobsFilter): boolean {
  const indexed = ['failed', 'conflict', 'skipped'];
  return status !== undefined && status.length > 0 && status.every((one) => indexed.includes(one));
}
