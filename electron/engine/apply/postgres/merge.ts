import type { Client } from 'pg';
import { imageIsValue } from '../../compare/differences';
import type { Policy } from '../../compare/policy';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { postgresTarget, targetColumns } from '../../dataset/projection';
import type { ProjectedColumn, ResolvedDataset } from '../../dataset/resolved';
import { stage } from './work-tables';

/** What a merge of staged rows did. */
export interface Merged {
  readonly inserted: number;
  readonly updated: number;
  /** Left alone by the policy. */
  readonly skipped: number;
}

/**
 * Brings the target's rows to the image of the staged ones, in sets: updates what differs, inserts what is missing, writes
 * nothing that is equal. Updates go first, so that a value they free can be taken by an insert.
 * @param staged how many rows are in that part of the stage
 * @param part condition over alias source: only these staged rows
 */
export async function mergeStage(writer: Client, policy: Policy, staged: number, part = 'true'): Promise<Merged> {
  const { write, dataset: ds } = policy;
  if (write === 'insert') {
    const skipped = await countDiffering(writer, policy, part, 'true');
    return { inserted: await insertMissing(writer, ds, part), updated: 0, skipped };
  }
  const held =
    policy.updateWhere === null ? 0 : await countDiffering(writer, policy, part, `(${policy.updateWhere}) IS NOT TRUE`);
  if (write === 'update') {
    const updated = await updateDiffering(writer, policy, part);
    return { inserted: 0, updated, skipped: held + staged - (await countPresent(writer, ds, part)) };
  }
  if (refersToItself(ds)) return { ...(await mergeInOneStatement(writer, policy, part)), skipped: held };
  const updated = await updateDiffering(writer, policy, part);
  const inserted = updated + held >= staged ? 0 : await insertMissing(writer, ds, part);
  return { inserted, updated, skipped: held };
}

async function updateDiffering(writer: Client, policy: Policy, part: string): Promise<number> {
  const sql = updateSql(policy, part);
  return sql === null ? 0 : ((await writer.query(sql)).rowCount ?? 0);
}

async function insertMissing(writer: Client, ds: ResolvedDataset, part: string): Promise<number> {
  return (await writer.query(insertSql(ds, part))).rowCount ?? 0;
}

/**
 * One statement for both, where rows of one batch may refer to one another: foreign keys are checked at its end. The insert waits
 * for the update by reading its count.
 */
async function mergeInOneStatement(
  writer: Client,
  policy: Policy,
  part: string,
): Promise<{ inserted: number; updated: number }> {
  const update = updateSql(policy, part);
  const updated = update === null ? 'SELECT 1 WHERE false' : `${update} RETURNING 1`;
  const { rows } = await writer.query<{ inserted: string; updated: string }>(
    `WITH updated AS (${updated}), done AS MATERIALIZED (SELECT count(*) AS n FROM updated),
     inserted AS (${insertSql(policy.dataset, `(SELECT n FROM done) >= 0 AND (${part})`)} RETURNING 1)
     SELECT (SELECT count(*) FROM inserted) AS inserted, (SELECT n FROM done) AS updated`,
  );
  return { inserted: Number(rows[0]?.inserted), updated: Number(rows[0]?.updated) };
}

/** UPDATE of the rows that differ; null where the dataset has no column to write but its key. */
function updateSql(policy: Policy, part: string): string | null {
  const { dataset: ds, updateWhere } = policy;
  const written = writtenColumns(ds);
  if (written.length === 0) return null;
  const set = written.map(({ name }) => `${quoteIdent(name)} = source.${quoteIdent(name)}`).join(', ');
  return (
    `UPDATE ${targetTable(ds)} AS target SET ${set} FROM ${stage} AS source ` +
    `WHERE ${sameKey(ds, 'target', 'source')} AND ${differs(ds)} AND (${part})` +
    (updateWhere === null ? '' : ` AND (${updateWhere})`)
  );
}

function insertSql(ds: ResolvedDataset, part: string): string {
  const columns = ds.columns.map(({ name }) => `source.${quoteIdent(name)}`).join(', ');
  return (
    `INSERT INTO ${targetTable(ds)} (${targetColumns(ds)})${overriding(ds)} SELECT ${columns} FROM ${stage} AS source ` +
    `WHERE (${part}) AND NOT EXISTS (SELECT FROM ${targetTable(ds)} AS target WHERE ${sameKey(ds, 'target', 'source')})`
  );
}

async function countDiffering(writer: Client, policy: Policy, part: string, condition: string): Promise<number> {
  const { dataset: ds } = policy;
  const { rows } = await writer.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${stage} AS source JOIN ${targetTable(ds)} AS target ON ${sameKey(ds, 'target', 'source')} ` +
      `WHERE ${differs(ds)} AND (${part}) AND ${condition}`,
  );
  return Number(rows[0]?.n);
}

async function countPresent(writer: Client, ds: ResolvedDataset, part: string): Promise<number> {
  const { rows } = await writer.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${stage} AS source JOIN ${targetTable(ds)} AS target ON ${sameKey(ds, 'target', 'source')} WHERE ${part}`,
  );
  return Number(rows[0]?.n);
}

/** Another image, not merely another value: 1.0 and 1.00 differ. */
export function differs(ds: ResolvedDataset): string {
  const row = (alias: string): string => ds.columns.map(({ name }) => `${alias}.${quoteIdent(name)}`).join(', ');
  // Without the casts SQL reads two ROWs as a comparison column by column.
  return `ROW(${row('target')})::record *<> ROW(${row('source')})::record`;
}

/** All columns but the key's; a key whose type knows values that are equal and look different is written too. */
export function writtenColumns(ds: ResolvedDataset): readonly ProjectedColumn[] {
  return ds.columns.filter(
    (column) => !column.isKey || (!imageIsValue.has(column.type.base) && identityOf(ds, column.name) !== 'always'),
  );
}

function identityOf(ds: ResolvedDataset, name: string): 'none' | 'always' | 'default' {
  return postgresTarget(ds).table.columns.find((column) => column.name === name)?.identity ?? 'none';
}

/** The clause by which an INSERT may give values to a GENERATED ALWAYS identity. */
export function overriding(ds: ResolvedDataset): string {
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
