import type { JobsFilter } from './job-filter';
import type { Parameter } from './job-filter';

/** As in migrations 002, 005 and 007: a block is the jobs whose ids are equal but for the last ten bits; names of applications are cut. */
const blockBits = 10;

/** True where the notes of the blocks tell where to look. */
export function narrowsBlocks(filter: JobsFilter): boolean {
  const { dataset, originDatabase, application, actor, role, since, until } = filter;
  return [dataset, originDatabase, application, actor, role, since, until].some((value) => value !== undefined);
}

/**
 * The condition on astro_sync.job_block for blocks that may hold jobs of a filter.
 * @param originRun only blocks with changes that this run wrote
 */
export function blockCondition(filter: JobsFilter, parameter: Parameter, originRun?: string): string {
  const { dataset, originDatabase, application, actor, role, since, until } = filter;
  const conditions = ['true'];
  if (dataset !== undefined) conditions.push(`dataset = ${parameter(dataset)}`);
  if (originDatabase !== undefined) conditions.push(`database = ${parameter(originDatabase)}`);
  if (application !== undefined) conditions.push(`application = left(${parameter(application)}::text, 200)`);
  if (actor !== undefined) conditions.push(`names @> ARRAY[hashtext('actor ' || ${parameter(actor)}::text)]`);
  if (role !== undefined) conditions.push(`names @> ARRAY[hashtext('role ' || ${parameter(role)}::text)]`);
  if (originRun !== undefined) conditions.push(`names @> ARRAY[hashtext('run ' || ${parameter(originRun)}::text)]`);
  if (since !== undefined) conditions.push(`newest >= ${parameter(since)}::timestamptz`);
  if (until !== undefined) conditions.push(`oldest < ${parameter(until)}::timestamptz`);
  return conditions.join(' AND ');
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
