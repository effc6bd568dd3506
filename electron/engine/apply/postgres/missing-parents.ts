import { DatabaseError } from 'pg';
import type { Client } from 'pg';
import { isDataError, sqlstateOf } from '../../compare/server-errors';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../connect/identifiers';
import { postgresTarget } from '../../dataset/projection';
import type { ForeignKey, ResolvedDataset } from '../../dataset/resolved';
import { errorLiteral, setAside } from './aside';
import type { Why } from './aside';
import type { Condition } from './divide';
import { inSavepoint } from './divide';
import { describeError } from './row-errors';
import type { Session } from './session';
import { stage } from './work-tables';

/**
 * Sets aside, in one step, every staged row whose parent under the foreign key that an error names is neither in the target nor
 * in the stage; their children in the stage follow. False where that moved nothing, or the parent may not be read.
 */
export async function setAsideMissingParents(session: Session, writer: Client, error: unknown): Promise<boolean> {
  if (!(error instanceof DatabaseError)) return false;
  const { table } = postgresTarget(session.policy.dataset);
  const foreignKey = table.foreignKeys.find(({ name }) => name === error.constraint);
  return foreignKey !== undefined && (await setOrphansAside(session, writer, foreignKey)) > 0;
}

/** The same for all foreign keys of the target; gives the number of rows. */
export async function setAllOrphansAside(session: Session, writer: Client): Promise<number> {
  let moved = 0;
  for (const foreignKey of postgresTarget(session.policy.dataset).table.foreignKeys) {
    moved += await setOrphansAside(session, writer, foreignKey);
  }
  return moved;
}

async function setOrphansAside(session: Session, writer: Client, foreignKey: ForeignKey): Promise<number> {
  const ds = session.policy.dataset;
  const { columns } = foreignKey;
  if (!columns.every((name) => ds.columns.some((column) => column.name === name))) return 0;
  const value = columns.map((name) => `source.${quoteIdent(name)}::pg_catalog.text`).join(` || ', ' || `);
  const masked = ds.columns.some((column) => column.masked && columns.includes(column.name));
  const [only, second] = columns;
  const reason = `no row of ${quoteQualified(foreignKey.references)} is there for foreign key ${quoteIdent(foreignKey.name)}`;
  const told =
    `pg_catalog.json_build_object('column', ${second === undefined && only !== undefined ? quoteLiteral(only) : 'NULL'}, ` +
    `'value', ${masked ? 'NULL' : `left(${value}, 200)`}, 'sqlstate', '23503', 'reason', ${quoteLiteral(reason)})::pg_catalog.text`;
  try {
    return await inSavepoint(writer, () => setAside(writer, ds, orphans(ds, foreignKey), 'parent', told));
  } catch (cause) {
    // Without the right to read the parent, the rows are found one by one.
    if (!isDataError(cause) && sqlstateOf(cause) !== '42501') throw cause;
    return 0;
  }
}

/**
 * Staged rows without a parent. In a table that refers to itself a staged row may be the parent, unless it is such an orphan itself.
 * A foreign key with a NULL in it refers to nothing.
 */
function orphans(ds: ResolvedDataset, { columns, references, referencedColumns }: ForeignKey): Condition {
  const { table } = postgresTarget(ds);
  const refers = (child: string, parent: string, names: readonly string[]): string =>
    columns.map((name, index) => `${parent}.${names[index] ?? ''} = ${child}.${quoteIdent(name)}`).join(' AND ');
  const referenced = referencedColumns.map(quoteIdent);
  const parentless = (alias: string): string =>
    [
      ...columns.map((name) => `${alias}.${quoteIdent(name)} IS NOT NULL`),
      `NOT EXISTS (SELECT FROM ${quoteQualified(references)} AS parent WHERE ${refers(alias, 'parent', referenced)})`,
    ].join(' AND ');
  const itself = references.schema === table.schema && references.name === table.name;
  const staged = referencedColumns.every((name) => ds.columns.some((column) => column.name === name));
  if (!itself || !staged) return parentless;
  const names = referencedColumns.map((_, index) => `r${String(index)}`);
  const row = (alias: string): string => [`${alias}.ctid`, ...referenced.map((name) => `${alias}.${name}`)].join(', ');
  return (alias) => `${alias}.ctid = ANY (ARRAY(
    WITH RECURSIVE lost(place, ${names.join(', ')}) AS (
      SELECT ${row('o')} FROM ${stage} AS o
      WHERE ${parentless('o')} AND NOT EXISTS (SELECT FROM ${stage} AS sibling WHERE ${refers('o', 'sibling', referenced)})
      UNION
      SELECT ${row('o')} FROM lost JOIN ${stage} AS o ON ${refers('o', 'lost', names)} WHERE ${parentless('o')}
    ) SELECT place FROM lost))`;
}

/** Sets one staged row aside for the error that it met. */
export async function setAsideRow(
  writer: Client,
  ds: ResolvedDataset,
  row: Condition,
  why: Why,
  error: unknown,
): Promise<void> {
  await setAside(writer, ds, row, why, errorLiteral(describeError(ds, error, null, null)));
}
