import { quoteIdent } from '../connect/identifiers';

/** A column of a captured table, as the catalog knows it. */
export interface CapturedColumn {
  readonly name: string;
  /** As format_type writes it, without a length: a cast to it cuts nothing. */
  readonly type: string;
  /** The base type's name, a domain seen through. */
  readonly base: string;
  /** The type (or a domain's base type) is in pg_catalog. */
  readonly builtIn: boolean;
  readonly enumerated: boolean;
}

/** SQL of a column's text. A cast of a type that somebody made may call that somebody's function; its output function may not. */
export function columnText(alias: string, column: CapturedColumn): string {
  const value = `${alias}.${quoteIdent(column.name)}`;
  return column.builtIn ? `${value}::text` : `CASE WHEN ${value} IS DISTINCT FROM NULL THEN concat(${value}) END`;
}

/** SQL of a value that pairs the old and the new image of a row by key: native where the operator is PostgreSQL's own. */
export function pairingValue(alias: string, column: CapturedColumn): string {
  return column.builtIn ? `${alias}.${quoteIdent(column.name)}` : columnText(alias, column);
}

const exactlyEqual = new Set([
  'int2',
  'int4',
  'int8',
  'oid',
  'bool',
  'uuid',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'bytea',
  'inet',
  'bpchar',
]);
const texts = new Set(['text', 'varchar', 'name']);

/**
 * SQL that is true where a column's text changed, for types whose equality is the equality of their text; null for the others
 * (floats know -0, intervals 30 days, jsonb 1.0), which are compared as text when they are relayed.
 */
export function changedCheaply(column: CapturedColumn): string | null {
  const [o, n] = [`o.${quoteIdent(column.name)}`, `n.${quoteIdent(column.name)}`];
  if (column.enumerated || (column.builtIn && exactlyEqual.has(column.base))) return `${o} IS DISTINCT FROM ${n}`;
  if (!column.builtIn) return null;
  if (texts.has(column.base)) return `${o} COLLATE "C" IS DISTINCT FROM ${n} COLLATE "C"`;
  if (column.base === 'numeric') return `(${o} IS DISTINCT FROM ${n} OR scale(${o}) IS DISTINCT FROM scale(${n}))`;
  return null;
}
