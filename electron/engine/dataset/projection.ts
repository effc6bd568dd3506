import { canonicalText, hashElement, recordHash, traitsOf } from '../catalog/type-traits';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import { bareType, columnImage } from './column-image';
import type { ProjectedColumn, ResolvedDataset, ResolvedPostgresSource, ResolvedPostgresTarget } from './resolved';

/** The side of a comparison: the source's rows are alias s, the target's alias t. */
export type Side = 'source' | 'target';

/**
 * SELECT over the source's rows, its `where` applied.
 * @param columns SQL list over alias s
 * @param predicate a further SQL condition over alias s
 */
export function sourceSelect(
  ds: ResolvedDataset,
  { columns, predicate }: { readonly columns: string; readonly predicate?: string },
): string {
  const { from, where } = postgresSource(ds);
  const conditions = [where, predicate].filter((condition) => condition !== null && condition !== undefined);
  const filter = conditions.map((condition) => `(${condition})`).join(' AND ');
  return `SELECT ${columns} FROM ${from}${filter === '' ? '' : ` WHERE ${filter}`}`;
}

/** SELECT over the target's rows. @param columns SQL list over alias t; @param predicate a condition over alias t */
export function targetSelect(
  ds: ResolvedDataset,
  { columns, predicate }: { readonly columns: string; readonly predicate?: string },
): string {
  const filter = predicate === undefined ? '' : ` WHERE (${predicate})`;
  return `SELECT ${columns} FROM ${quoteQualified(postgresTarget(ds).table)} AS t${filter}`;
}

/**
 * The projection as values on their way to the target: of the target's own types where the source has them, else as text that
 * the target's input reads. COPY them into columns of the target's types (a temporary table made like the target): that
 * applies lengths and precision as an assignment does, and refuses what does not fit.
 * For a stream source the expressions are over an alias s whose columns are the fields ds.reads, as text, on the target's server.
 * @returns `expression AS "name", …`, in the order of ds.columns
 */
export function typedColumns(ds: ResolvedDataset): string {
  return ds.columns.map((column) => `${typedColumn(ds, column)} AS ${quoteIdent(column.name)}`).join(', ');
}

/** The target's column names, quoted, in the order of ds.columns. */
export function targetColumns(ds: ResolvedDataset): string {
  return ds.columns.map((column) => quoteIdent(column.name)).join(', ');
}

/** The projection as canonical text, `… AS "name", …`: what Redis fields, samples and jobs hold. */
export function textColumns(ds: ResolvedDataset, side: Side = 'source'): string {
  return ds.columns.map((column) => `${columnText(ds, column, side)} AS ${quoteIdent(column.name)}`).join(', ');
}

/** One column as canonical text, over alias s or t. */
export function columnText(ds: ResolvedDataset, column: ProjectedColumn, side: Side): string {
  if (side === 'target') return canonicalText(`t.${quoteIdent(column.name)}`);
  const value = typedColumn(ds, column);
  return canonicalText(value);
}

/** True where every column may travel in COPY's binary format. */
export function copiesBinary(ds: ResolvedDataset): boolean {
  return ds.columns.every((column) => {
    const image = columnImage(column);
    if (image.form === 'value') return traitsOf(column.type).copyBinary;
    return column.type.baseKind === 'e' && column.type.element === null;
  });
}

/**
 * A bigint over alias s or t that is equal exactly where the images of the row are, whatever the server. Null never meets a value.
 * The key is its seed, so that sums over rows tell which row a value belongs to.
 */
export function rowHash(ds: ResolvedDataset, side: Side): string {
  const elements = ds.columns.map((column) => columnHash(column, side));
  return recordHash(elements, keySeed(ds, side));
}

function keySeed(ds: ResolvedDataset, side: Side): string {
  const [key] = ds.key;
  if (ds.key.length !== 1 || key === undefined || !integers.has(key.type.base)) return keyHash(ds, side);
  const image = columnImage(key);
  if (image.form === 'text') return keyHash(ds, side);
  return `(${side === 'source' ? image.sql : `t.${quoteIdent(key.name)}`})::pg_catalog.int8`;
}

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/** A bigint over alias s or t, of the key alone: buckets of it divide a dataset whose key has no common order. */
export function keyHash(ds: ResolvedDataset, side: Side): string {
  return recordHash(ds.key.map((column) => columnHash(column, side)));
}

/** Canonical texts of the key over alias s or t, in key order. */
export function keyTexts(ds: ResolvedDataset, side: Side): string[] {
  return ds.key.map((column) => columnText(ds, column, side));
}

/** SQL over alias s or t by which this key column is looked up and ordered: the bare column wherever there is one. */
export function keyExpression(column: ProjectedColumn, side: Side): string {
  return side === 'source' ? column.expression : `t.${quoteIdent(column.name)}`;
}

function columnHash(column: ProjectedColumn, side: Side): string {
  const image = columnImage(column);
  const textOf = (sql: string): string => `(${sql}) COLLATE "C"`;
  const costly = !column.reads.some((name) => column.expression === `s.${quoteIdent(name)}`);
  if (side === 'source') return image.form === 'text' ? textOf(image.sql) : hashElement(image.sql, column.type, costly);
  const sql = `t.${quoteIdent(column.name)}`;
  return image.form === 'text' ? textOf(`${sql}::text`) : hashElement(sql, column.type, costly);
}

/** One column's value on its way to the target, over alias s; see typedColumns. */
export function typedColumn(ds: ResolvedDataset, column: ProjectedColumn): string {
  if (ds.source.engine === 'redis') return `(${column.expression})::${bareType(column.type)}`;
  return ds.target.engine === 'redis' ? column.expression : columnImage(column).sql;
}

/** The dataset's source, where it is in PostgreSQL. */
export function postgresSource(ds: ResolvedDataset): ResolvedPostgresSource {
  if (ds.source.engine !== 'postgres') throw new TypeError(`the source of ${ds.name} is a stream`);
  return ds.source;
}

/** The dataset's target, where it is in PostgreSQL. */
export function postgresTarget(ds: ResolvedDataset): ResolvedPostgresTarget {
  if (ds.target.engine !== 'postgres') throw new TypeError(`the target of ${ds.name} is in Redis`);
  return ds.target;
}
