import type { Client } from 'pg';
import { imageIsValue } from '../../compare/differences';
import type { Policy } from '../../compare/policy';
import { KeptByTrigger } from '../../compare/server-errors';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import type { Span } from '../../compare/span';
import { keyLiteral, sameKey } from '../../dataset/key-predicates';
import { postgresTarget, targetColumns } from '../../dataset/projection';
import type { ProjectedColumn, ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey } from '../../run/driver';
import { stage } from './work-tables';

/** What a merge of staged rows did. */
export interface Merged {
  readonly inserted: number;
  readonly updated: number;
  /** Left alone by the policy. */
  readonly skipped: number;
}

/** Which staged rows are merged, and how. */
export interface MergePart {
  /** How many rows are in that part of the stage. */
  readonly staged: number;
  /** Condition over alias source: only these staged rows. */
  readonly part?: string;
  /** Condition over alias target that holds for every row that the staged ones can meet: keeps the planner from reading the rest. */
  readonly near?: string;
  /** Is told the keys, as canonical text, of the rows that were written. */
  readonly onWritten?: (deed: 'inserted' | 'updated', keys: readonly EntityKey[]) => void;
}

/**
 * Brings the target's rows to the image of the staged ones, in sets: updates what differs, inserts what is missing, writes
 * nothing that is equal. Updates go first, so that a value they free can be taken by an insert.
 * @throws KeptByTrigger where a trigger of the target silently kept a row as it was
 */
export async function mergeStage(writer: Client, policy: Policy, merge: MergePart): Promise<Merged> {
  const { dataset: ds, write } = policy;
  const { insert, update } = postgresTarget(ds).table.beforeTriggers;
  const updates = update && write !== 'insert' ? await countDiffering(writer, policy, merge, updatable(policy)) : 0;
  const inserts = insert && write !== 'update' ? merge.staged - (await countPresent(writer, ds, merge)) : 0;
  const merged = await mergeRows(writer, policy, merge);
  if (merged.updated < updates && (await countDiffering(writer, policy, merge, updatable(policy))) > 0)
    throw new KeptByTrigger('update');
  // A trigger may have put the row elsewhere, into a child of the table, say: what counts is whether it is there.
  if (inserts > 0 && (await countPresent(writer, ds, merge)) < merge.staged) throw new KeptByTrigger('insert');
  return { ...merged, inserted: Math.max(merged.inserted, inserts), updated: Math.max(merged.updated, updates) };
}

/** Whether a row that differs may be updated, over aliases target and source. */
function updatable({ dataset, updateWhere }: Policy): string {
  return writtenColumns(dataset).length === 0 ? 'false' : updateWhere === null ? 'true' : `(${updateWhere})`;
}

async function mergeRows(writer: Client, policy: Policy, merge: MergePart): Promise<Merged> {
  const { write, dataset: ds } = policy;
  const { staged } = merge;
  if (write === 'insert') {
    const skipped = await countDiffering(writer, policy, merge, 'true');
    return { inserted: await insertMissing(writer, ds, merge), updated: 0, skipped };
  }
  const held =
    policy.updateWhere === null
      ? 0
      : await countDiffering(writer, policy, merge, `(${policy.updateWhere}) IS NOT TRUE`);
  if (write === 'update') {
    const updated = await updateDiffering(writer, policy, merge);
    return { inserted: 0, updated, skipped: held + staged - (await countPresent(writer, ds, merge)) };
  }
  if (refersToItself(ds)) return { ...(await mergeInOneStatement(writer, policy, merge)), skipped: held };
  const updated = await updateDiffering(writer, policy, merge);
  const inserted = updated + held >= staged ? 0 : await insertMissing(writer, ds, merge);
  return { inserted, updated, skipped: held };
}

async function updateDiffering(writer: Client, policy: Policy, merge: MergePart): Promise<number> {
  const sql = updateSql(policy, merge);
  return sql === null ? 0 : write(writer, policy.dataset, 'updated', sql, merge);
}

function insertMissing(writer: Client, ds: ResolvedDataset, merge: MergePart): Promise<number> {
  return write(writer, ds, 'inserted', insertSql(ds, merge), merge);
}

/** Runs a writing statement over alias target; gives the number of rows. */
async function write(
  writer: Client,
  ds: ResolvedDataset,
  deed: 'inserted' | 'updated',
  sql: string,
  { onWritten }: MergePart,
): Promise<number> {
  if (onWritten === undefined) return (await writer.query(sql)).rowCount ?? 0;
  const { rows } = await writer.query<string[]>({ text: `${sql} RETURNING ${writtenKeys(ds)}`, rowMode: 'array' });
  onWritten(deed, rows);
  return rows.length;
}

/**
 * One statement for both, where rows of one batch may refer to one another: foreign keys are checked at its end. The insert waits
 * for the update by reading its count.
 */
async function mergeInOneStatement(
  writer: Client,
  policy: Policy,
  merge: MergePart,
): Promise<{ inserted: number; updated: number }> {
  const { dataset: ds } = policy;
  const { part = 'true', onWritten } = merge;
  const update = updateSql(policy, merge);
  const keys = ds.key.map((_, index) => `k${String(index)}`).join(', ');
  const names = `(${keys})`;
  const updated =
    update === null
      ? `SELECT ${ds.key.map(() => "''").join(', ')} WHERE false`
      : `${update} RETURNING ${writtenKeys(ds)}`;
  const insert = insertSql(ds, { ...merge, part: `(SELECT n FROM done) >= 0 AND (${part})` });
  const listed = (deed: string): string =>
    onWritten === undefined ? 'NULL' : `(SELECT json_agg(json_build_array(${keys})) FROM ${deed})`;
  const { rows } = await writer.query<
    Record<'inserted' | 'updated', string> & Record<'inserts' | 'updates', EntityKey[] | null>
  >(
    `WITH updated${names} AS (${updated}), done AS MATERIALIZED (SELECT count(*) AS n FROM updated),
     inserted${names} AS (${insert} RETURNING ${writtenKeys(ds)})
     SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT n FROM done) AS updated,
       ${listed('inserted')} AS inserts, ${listed('updated')} AS updates`,
  );
  onWritten?.('updated', rows[0]?.updates ?? []);
  onWritten?.('inserted', rows[0]?.inserts ?? []);
  return { inserted: Number(rows[0]?.inserted), updated: Number(rows[0]?.updated) };
}

function writtenKeys(ds: ResolvedDataset): string {
  return ds.key.map(({ name }) => `target.${quoteIdent(name)}::pg_catalog.text`).join(', ');
}

/** UPDATE of the rows that differ; null where the dataset has no column to write but its key. */
function updateSql(policy: Policy, merge: MergePart): string | null {
  const { dataset: ds, updateWhere } = policy;
  const written = writtenColumns(ds);
  if (written.length === 0) return null;
  const set = written.map(({ name }) => `${quoteIdent(name)} = source.${quoteIdent(name)}`).join(', ');
  return (
    `UPDATE ${targetTable(ds)} AS target SET ${set} FROM ${stage} AS source ` +
    `WHERE ${meets(ds, merge)} AND ${differs(ds)}` +
    (updateWhere === null ? '' : ` AND (${updateWhere})`)
  );
}

function insertSql(ds: ResolvedDataset, { part = 'true', near = 'true' }: MergePart): string {
  const columns = ds.columns.map(({ name }) => `source.${quoteIdent(name)}`).join(', ');
  const held = `SELECT FROM ${targetTable(ds)} AS target WHERE ${sameKey(ds, 'target', 'source')} AND (${near})`;
  return (
    `INSERT INTO ${targetTable(ds)} AS target (${targetColumns(ds)})${overriding(ds)} SELECT ${columns} FROM ${stage} AS source ` +
    `WHERE (${part}) AND NOT EXISTS (${held})`
  );
}

async function countDiffering(writer: Client, policy: Policy, merge: MergePart, condition: string): Promise<number> {
  const { dataset: ds } = policy;
  return countMet(writer, ds, `${meets(ds, merge)} AND ${differs(ds)} AND ${condition}`);
}

function countPresent(writer: Client, ds: ResolvedDataset, merge: MergePart): Promise<number> {
  return countMet(writer, ds, meets(ds, merge));
}

async function countMet(writer: Client, ds: ResolvedDataset, condition: string): Promise<number> {
  const { rows } = await writer.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${stage} AS source JOIN ${targetTable(ds)} AS target ON ${condition}`,
  );
  return Number(rows[0]?.n);
}

/** A row of the target is the entity of a staged row of the part. */
function meets(ds: ResolvedDataset, { part = 'true', near = 'true' }: MergePart): string {
  return `${sameKey(ds, 'target', 'source')} AND (${part}) AND (${near})`;
}

/** The range of a span as a condition over alias target, for MergePart.near. */
export function nearTo(ds: ResolvedDataset, { from, to }: Span): string {
  const row = (keys: readonly string[]): string => (keys.length === 1 ? keys.join('') : `(${keys.join(', ')})`);
  const columns = row(ds.key.map(({ name }) => `target.${quoteIdent(name)}`));
  const bound = (operator: string, key: EntityKey | null): string[] =>
    key === null
      ? []
      : [`${columns} ${operator} ${row(ds.key.map((column, index) => keyLiteral(ds, column, key[index] ?? '')))}`];
  return [...bound('>=', from), ...bound('<', to)].join(' AND ') || 'true';
}

/** Another image, not merely another value: 1.0 and 1.00 differ. */
export function differs(ds: ResolvedDataset): string {
  const row = (alias: string): string => ds.columns.map(({ name }) => `${alias}.${quoteIdent(name)}`).join(', ');
  // Without the casts SQL reads two ROWs as a comparison column by column.
  return `ROW(${row('target')})::record *<> ROW(${row('source')})::record`;
}

/** All columns but the key's; a key whose type knows values that are equal and look different is written too. */
function writtenColumns(ds: ResolvedDataset): readonly ProjectedColumn[] {
  return ds.columns.filter(
    (column) => !column.isKey || (!imageIsValue.has(column.type.base) && identityOf(ds, column.name) !== 'always'),
  );
}

function identityOf(ds: ResolvedDataset, name: string): 'none' | 'always' | 'default' {
  return postgresTarget(ds).table.columns.find((column) => column.name === name)?.identity ?? 'none';
}

/** The clause by which an INSERT may give values to a GENERATED ALWAYS identity. */
function overriding(ds: ResolvedDataset): string {
  return ds.columns.some(({ name }) => identityOf(ds, name) === 'always') ? ' OVERRIDING SYSTEM VALUE' : '';
}

export function targetTable(ds: ResolvedDataset): string {
  return quoteQualified(postgresTarget(ds).table);
}

function refersToItself(ds: ResolvedDataset): boolean {
  const { table } = postgresTarget(ds);
  return table.foreignKeys.some(
    ({ references }) => references.schema === table.schema && references.name === table.name,
  );
}
