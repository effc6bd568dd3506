import type { ChangedBy } from '../../../shared/engine/documents';
import type { JobsFilter } from './job-filter';
import type { Parameter } from './job-filter';

/** As in migrations 002, 005, 007 and 009: a block is the jobs whose ids are equal but for the last ten bits; names of applications are cut. */
const blockBits = 10;

/** True where the notes of the blocks tell where to look. */
export function narrowsBlocks(filter: JobsFilter): boolean {
  const { dataset, originDatabase, application, actor, role, by, since, until } = filter;
  return [dataset, originDatabase, application, actor, role, by, since, until].some((value) => value !== undefined);
}

/**
 * The condition on astro_sync.job_block for blocks that may hold jobs of a filter.
 * @param originRun only blocks with changes that this run wrote
 */
export function blockCondition(filter: JobsFilter, parameter: Parameter, originRun?: string): string {
  const { dataset, originDatabase, application, actor, role, by, since, until } = filter;
  const conditions = ['true'];
  if (dataset !== undefined) conditions.push(`dataset = ${parameter(dataset)}`);
  if (originDatabase !== undefined) conditions.push(`database = ${parameter(originDatabase)}`);
  if (application !== undefined) conditions.push(`application = left(${parameter(application)}::text, 200)`);
  if (actor !== undefined) conditions.push(`names @> ARRAY[hashtext('actor ' || ${parameter(actor)}::text)]`);
  if (role !== undefined) conditions.push(`names @> ARRAY[hashtext('role ' || ${parameter(role)}::text)]`);
  if (by !== undefined) conditions.push(mayBeBy(by));
  if (originRun !== undefined) conditions.push(`names @> ARRAY[hashtext('run ' || ${parameter(originRun)}::text)]`);
  if (since !== undefined) conditions.push(`newest >= ${parameter(since)}::timestamptz`);
  if (until !== undefined) conditions.push(`oldest < ${parameter(until)}::timestamptz`);
  return conditions.join(' AND ');
}

/** The condition on astro_sync.job_block for those that may hold changes of a run of the sync, or of others. */
export function mayBeBy(by: ChangedBy): string {
  return `names @> ARRAY[hashtext('by ${by}')]`;
}

/** The block of a job's id. */
export function blockOf(idSql: string): string {
  return `(${idSql} >> ${String(blockBits)})`;
}

/** The condition that a job (alias j) is in a block. */
export function inBlock(blockSql: string): string {
  const first = `(${blockSql} << ${String(blockBits)})`;
  return `j.id >= ${first} AND j.id < ${first} + ${String(1 << blockBits)}`;
}
