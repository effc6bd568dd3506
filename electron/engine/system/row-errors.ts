import type { Client } from 'pg';
import type { RowErrorRecord } from '../../../shared/engine/reports';
import { cutText, cutValues } from './cut-text';
import { isoTime } from './iso-time';
import { rowId } from './row-id';

export interface RowErrorsQuery {
  readonly run?: string;
  readonly dataset?: string;
  readonly sqlstate?: string;
  /** '': those that name no column. */
  readonly column?: string;
  /** The reason of one: only those whose reason has the same shape. */
  readonly reason?: string;
  /** Those older than this id. */
  readonly before?: string;
  readonly limit: number;
  /** Long keys, values and reasons as their beginnings, so that a page can take all of them. */
  readonly brief?: boolean;
}

/** Row errors with one cause. */
export interface RowErrorGroup {
  readonly dataset: string;
  readonly sqlstate: string;
  readonly column: string | null;
  /** The latest of its reasons. */
  readonly reason: string;
  readonly count: number;
}

/** Characters of a page of them together; each takes up to four bytes, and a page sixteen megabytes. */
const charactersOfPage = 3_000_000;

/** @param rows of a page, whose keys, values and reasons are cut to what it can take; null: whole */
function fieldsOf(rows: number | null): string {
  const each = rows === null ? null : Math.floor(charactersOfPage / Math.max(rows, 100) / 5);
  const cut = (text: string): string => (each === null ? text : cutText(text, String(each)));
  // The most of it for the key, by which its entity is found: of a page's 200 as many as it may ask for.
  const key = each === null ? 'key' : cutValues('key', { least: 20, most: 3 * each, together: 3 * each });
  return `id, run_id AS run, dataset, ${key} AS key, operation, column_name AS "column", ${cut('value')} AS value, sqlstate,
    ${cut('reason')} AS reason, ${isoTime('at')} AS at`;
}

/** A reason without what differs from row to row: what is quoted, bracketed or a number. The constraint that it names is its cause. */
function shape(sql: string): string {
  const constraint = `coalesce(substring(${sql} from 'constraint ("[^"]*")'), '')`;
  const bracketed = `regexp_replace(${sql}, '=\\([^)]*\\)', '=()', 'g')`;
  const quoted = `regexp_replace(${bracketed}, '"[^"]*"|''[^'']*''', '""', 'g')`;
  return `left(regexp_replace(${quoted}, '[0-9]+', '0', 'g'), 500) || ${constraint}`;
}

/** Bad rows, newest first; values of masked columns were never recorded. @throws SyncError USAGE for a cursor that is no id */
export async function listRowErrors(system: Client, query: RowErrorsQuery): Promise<RowErrorRecord[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const conditions: string[] = ['true'];
  if (query.run !== undefined) conditions.push(`run_id::text = ${parameter(query.run)}`);
  if (query.run !== undefined && isUuid(query.run)) conditions.push(`run_id = ${parameter(query.run)}::uuid`);
  if (query.dataset !== undefined) conditions.push(`dataset = ${parameter(query.dataset)}`);
  if (query.sqlstate !== undefined) conditions.push(`sqlstate = ${parameter(query.sqlstate)}`);
  if (query.column !== undefined) conditions.push(`coalesce(column_name, '') = ${parameter(query.column)}`);
  if (query.reason !== undefined) conditions.push(`${shape('reason')} = ${shape(`${parameter(query.reason)}::text`)}`);
  if (query.before !== undefined) conditions.push(`id < ${parameter(rowId(query.before, 'a row error'))}::bigint`);
  const { rows } = await system.query<RowErrorRecord>(
    `SELECT ${fieldsOf(query.brief === true ? query.limit : null)} FROM astro_sync.row_error WHERE ${conditions.join(' AND ')}
     ORDER BY id DESC LIMIT ${parameter(query.limit)}`,
    values,
  );
  return rows;
}

/** The bad rows of a run by cause, most frequent first: dataset, SQLSTATE, column and shape of the reason. */
export async function groupRowErrors(system: Client, run: string): Promise<RowErrorGroup[]> {
  const { rows } = await system.query<RowErrorGroup>(
    `SELECT dataset, sqlstate, column_name AS "column", (array_agg(reason ORDER BY id DESC))[1] AS reason, count(*)::int AS count
     FROM astro_sync.row_error WHERE run_id = $1::uuid
     GROUP BY dataset, sqlstate, column_name, ${shape('reason')}
     ORDER BY count DESC, dataset, sqlstate, column_name, reason`,
    [run],
  );
  return rows;
}

/** Bad rows of one entity, newest first, as a page can take them. @param key column → canonical text */
export async function listEntityErrors(
  system: Client,
  query: {
    readonly dataset: string;
    readonly key: Readonly<Record<string, string>>;
    /** ISO time: only those of before then. */
    readonly until?: string;
    readonly limit: number;
  },
): Promise<RowErrorRecord[]> {
  const { rows } = await system.query<RowErrorRecord>(
    `SELECT ${fieldsOf(query.limit)} FROM astro_sync.row_error
     WHERE dataset = $1 AND hashtext(key::text) = hashtext($2::jsonb::text) AND key = $2::jsonb
       AND ($4::timestamptz IS NULL OR at < $4) ORDER BY id DESC LIMIT $3`,
    [query.dataset, JSON.stringify(query.key), query.limit, query.until ?? null],
  );
  return rows;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
