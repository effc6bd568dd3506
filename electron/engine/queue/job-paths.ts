import { quoteLiteral } from '../connect/identifiers';
import { rowId } from '../system/row-id';
import { blockCondition, blockOf, inBlock, narrowsBlocks } from './job-blocks';
import { entityLookup } from './entity-lookup';
import { jobConditions } from './job-filter';
import type { JobsFilter, Parameter } from './job-filter';

/** Where in the queue a page lies, and how many jobs it takes at most. */
export interface Span {
  /** Jobs older than this id, newest first. */
  readonly before?: string | undefined;
  /** Jobs newer than this id, oldest first. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Blocks to look into at most; all where left out. */
  readonly blocks?: number;
}

/** SELECTs of ids in order, each by an index that fits; together they find what a filter wants, some perhaps twice. */
export function jobPaths(filter: JobsFilter, span: Span, parameter: Parameter): string[] {
  const conditions = [...jobConditions(filter, parameter), ...spanConditions(span, parameter)];
  const page = { filter, span, parameter, conditions, direction: directionOf(span), limit: String(span.limit) };
  if (filter.entity !== undefined) {
    if (filter.run !== undefined) conditions.push(ofRun(parameter(filter.run)));
    return [entityPath(page, filter.entity)];
  }
  if (filter.run !== undefined) return runPaths(page, filter.run);
  const waits = (filter.status ?? ['completed']).every((one) => one === 'pending' || one === 'running');
  const { originDatabase, application, actor, role, by } = filter;
  const byOrigin = [originDatabase, application, actor, role, by].some((name) => name !== undefined);
  if (waits && filter.status?.length !== 0 && !byOrigin) return [waitingPath(page, null)];
  if (narrowsBlocks(filter)) return blockPaths(page);
  if (filter.status === undefined || filter.status.length === 0 || filter.status.includes('completed'))
    return [plainPath(page, [])];
  return statusPaths(page);
}

/** DESC: newest first. */
export function directionOf({ after }: Pick<Span, 'after'>): 'ASC' | 'DESC' {
  return after === undefined ? 'DESC' : 'ASC';
}

interface Page {
  readonly filter: JobsFilter;
  readonly span: Span;
  readonly parameter: Parameter;
  readonly conditions: readonly string[];
  readonly direction: 'ASC' | 'DESC';
  readonly limit: string;
}

function spanConditions({ before, after }: Span, parameter: Parameter): string[] {
  return [
    ...(before === undefined ? [] : [`j.id < ${parameter(rowId(before, 'a job'))}::bigint`]),
    ...(after === undefined ? [] : [`j.id > ${parameter(rowId(after, 'a job'))}::bigint`]),
  ];
}

function plainPath({ conditions, direction, limit }: Page, more: readonly string[]): string {
  const where = [...conditions, ...more];
  return `SELECT j.id FROM astro_sync.job_queue j ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
    ORDER BY j.id ${direction} LIMIT ${limit}`;
}

/** Of jobs that failed, conflict or were skipped one path for each status: their index serves one status at a time. */
function blockPaths(page: Page): string[] {
  const status = [...new Set(page.filter.status)];
  const left = ['failed', 'conflict', 'skipped'];
  if (status.length < 2 || !status.every((one) => left.includes(one))) return [blockPath(page)];
  return status.map((one) =>
    blockPath({ ...page, conditions: [...page.conditions, `j.status = ${quoteLiteral(one)}`] }),
  );
}

/** Block by block, only those that may hold such jobs; stops where there are enough. */
function blockPath(page: Page, originRun?: string): string {
  const { filter, span, parameter, conditions, direction, limit } = page;
  const blocks = [blockCondition(filter, parameter, originRun)];
  if (span.before !== undefined) blocks.push(`block <= ${blockOf(`${parameter(span.before)}::bigint`)}`);
  if (span.after !== undefined) blocks.push(`block >= ${blockOf(`${parameter(span.after)}::bigint`)}`);
  const own = originRun === undefined ? [] : [`j.data #>> '{origin,run}' = ${parameter(originRun)}`];
  return `SELECT j.id FROM (
      SELECT DISTINCT block FROM astro_sync.job_block WHERE ${blocks.join(' AND ')} ORDER BY block ${direction}
      LIMIT ${span.blocks === undefined ? 'ALL' : String(span.blocks)}
    ) b CROSS JOIN LATERAL (
      SELECT j.id FROM astro_sync.job_queue j WHERE ${[inBlock('b.block'), ...conditions, ...own].join(' AND ')}
      ORDER BY j.id ${direction}
    ) j LIMIT ${limit}`;
}

/** Pending jobs, dataset by dataset: their index is ordered so. @param run only those that this run has in hand */
function waitingPath({ conditions, direction, limit }: Page, run: string | null): string {
  const waiting = (after: string): string =>
    `SELECT q.dataset FROM astro_sync.job_queue q WHERE q.status = 'pending' ${after} ORDER BY q.dataset LIMIT 1`;
  const inHand =
    run === null
      ? []
      : [
          `EXISTS (SELECT 1 FROM active a WHERE a.run_id::text = ${run} AND a.dataset = d.dataset AND a.through_job_id >= j.id)`,
        ];
  return `WITH RECURSIVE d(dataset) AS (
      (${waiting('')}) UNION ALL SELECT (${waiting('AND q.dataset > d.dataset')}) FROM d WHERE d.dataset IS NOT NULL
    )
    SELECT j.id FROM d CROSS JOIN LATERAL (
      SELECT j.id FROM astro_sync.job_queue j
      WHERE ${[`j.dataset = d.dataset`, `j.status = 'pending'`, ...conditions, ...inHand].join(' AND ')}
      ORDER BY j.id ${direction} LIMIT ${limit}
    ) j`;
}

function statusPaths(page: Page): string[] {
  const status = [...new Set(page.filter.status)];
  const ended = status.filter((one) => one !== 'pending' && one !== 'running');
  const paths = ended.map((one) => plainPath(page, [`j.status = ${quoteLiteral(one)}`]));
  return ended.length === status.length ? paths : [...paths, waitingPath(page, null)];
}

function ofRun(run: string): string {
  return `(j.run_id::text = ${run} OR j.data #>> '{origin,run}' = ${run}
    OR j.status = 'pending' AND EXISTS (SELECT 1 FROM active a WHERE a.run_id::text = ${run} AND a.dataset = j.dataset AND a.through_job_id >= j.id))`;
}

/** What a run settled, what it has in hand, and what it wrote itself. */
function runPaths(page: Page, run: string): string[] {
  const settled = isUuid(run) ? [plainPath(page, [`j.run_id = ${page.parameter(run)}::uuid`])] : [];
  return [...settled, waitingPath(page, page.parameter(run)), blockPath(page, run)];
}

/** The id of a run, as PostgreSQL reads it. */
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

function entityPath({ filter, parameter, conditions, direction, limit }: Page, entity: string): string {
  const { withSql, dataset, entitySql } = entityLookup(entity, filter.dataset, filter.keyColumns ?? {}, parameter);
  return `WITH RECURSIVE ${withSql}
    SELECT j.id FROM d CROSS JOIN LATERAL (
      SELECT j.id FROM astro_sync.job_queue j
      WHERE ${[`j.dataset = ${dataset}`, `j.entity = ${entitySql}`, ...conditions].join(' AND ')}
      ORDER BY j.id ${direction} LIMIT ${limit}
    ) j`;
}
