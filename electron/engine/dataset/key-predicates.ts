import { traitsOf } from '../catalog/type-traits';
import { quoteIdent, quoteLiteral } from '../connect/identifiers';
import type { EntityKey } from '../run/driver';
import { columnText, keyExpression } from './projection';
import type { Side } from './projection';
import type { ProjectedColumn, ResolvedDataset } from './resolved';

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);
const texts: ReadonlySet<string> = new Set(['text', 'varchar']);

/**
 * The type that literals of a key column are cast to on both sides, so that an index on the bare column serves. Null where the two
 * sides have no type in common, or where equality there is not equality of images (collations that fold, types of users and
 * extensions): such keys are compared as text.
 */
export function literalType(ds: ResolvedDataset, column: ProjectedColumn): string | null {
  const from = column.sourceType;
  const to = ds.target.engine === 'postgres' ? column.type : from;
  if (!from.builtin || !to.builtin || from.element !== null || to.element !== null) return null;
  if (integers.has(from.base) && integers.has(to.base)) return 'pg_catalog.int8';
  if (texts.has(from.base) && texts.has(to.base)) {
    const plain = (from.collation?.deterministic ?? true) && (to.collation?.deterministic ?? true);
    return plain ? 'pg_catalog.text' : null;
  }
  return from.base === to.base ? `pg_catalog.${quoteIdent(from.base)}` : null;
}

/** One key value as a literal for comparison with keyExpression; or, for keys compared as text, with their canonical text. */
export function keyLiteral(ds: ResolvedDataset, column: ProjectedColumn, value: string): string {
  return `${quoteLiteral(value)}::${literalType(ds, column) ?? 'pg_catalog.text'}`;
}

/**
 * Condition over alias s or t: the key is one of these.
 * @param keys canonical texts in key order; an empty list gives `false`
 */
export function keysIn(ds: ResolvedDataset, side: Side, keys: readonly EntityKey[]): string {
  if (keys.length === 0) return 'false';
  // The single conditions of a composite key reach into subqueries and indexes where the row condition does not.
  const single = ds.key.map((column, index) => {
    const values = new Set(keys.map((key) => key[index] ?? ''));
    return `${lookup(ds, column, side)} = ANY (${arrayLiteral(ds, column, [...values])})`;
  });
  if (ds.key.length === 1) return single.join('');
  const names = ds.key.map((_, index) => `k${String(index)}`).join(', ');
  const arrays = ds.key.map((column, index) =>
    arrayLiteral(
      ds,
      column,
      keys.map((key) => key[index] ?? ''),
    ),
  );
  const row = ds.key.map((column) => lookup(ds, column, side)).join(', ');
  return `${single.join(' AND ')} AND (${row}) IN (SELECT ${names} FROM unnest(${arrays.join(', ')}) AS k(${names}))`;
}

/** native: the key has the same order on both sides, served by an index on the bare columns; else ranges are buckets of keyHash. */
export function keyOrder(ds: ResolvedDataset): 'native' | null {
  const native = ds.key.every((column) => {
    const types = ds.target.engine === 'postgres' ? [column.sourceType, column.type] : [column.sourceType];
    return literalType(ds, column) !== null && types.every((type) => traitsOf(type).order === 'native');
  });
  return native ? 'native' : null;
}

/** The list for ORDER BY where keyOrder is native. */
export function orderBy(ds: ResolvedDataset, side: Side): string {
  return ds.key.map((column) => keyExpression(column, side)).join(', ');
}

/**
 * Condition over alias s or t where keyOrder is native: from <= key < to, compared as rows.
 * @param from null: from the first key on
 * @param to null: to the last
 */
export function keyRange(ds: ResolvedDataset, side: Side, from: EntityKey | null, to: EntityKey | null): string {
  const bounds = [
    ...(from === null ? [] : [rowComparison(ds, side, '>=', from)]),
    ...(to === null ? [] : [rowComparison(ds, side, '<', to)]),
  ];
  return bounds.length === 0 ? 'true' : bounds.join(' AND ');
}

/** Condition over alias s or t where keyOrder is native: the key comes after this one. */
export function keyAfter(ds: ResolvedDataset, side: Side, key: EntityKey): string {
  return rowComparison(ds, side, '>', key);
}

/** Condition that a row of alias t is the entity of the row of alias s, both in one database (a staged row with the target's columns). */
export function sameKey(ds: ResolvedDataset, left: string, right: string): string {
  return ds.key.map(({ name }) => `${left}.${quoteIdent(name)} = ${right}.${quoteIdent(name)}`).join(' AND ');
}

function rowComparison(ds: ResolvedDataset, side: Side, operator: string, key: EntityKey): string {
  const literals = ds.key.map((column, index) => keyLiteral(ds, column, key[index] ?? ''));
  const columns = ds.key.map((column) => keyExpression(column, side));
  return ds.key.length === 1
    ? `${columns.join('')} ${operator} ${literals.join('')}`
    : `(${columns.join(', ')}) ${operator} (${literals.join(', ')})`;
}

function lookup(ds: ResolvedDataset, column: ProjectedColumn, side: Side): string {
  const type = literalType(ds, column);
  if (type === null) return `${columnText(ds, column, side)} COLLATE "C"`;
  return keyExpression(column, side);
}

function arrayLiteral(ds: ResolvedDataset, column: ProjectedColumn, values: readonly string[]): string {
  const items = values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  return `${quoteLiteral(`{${items.join(',')}}`)}::${literalType(ds, column) ?? 'pg_catalog.text'}[]`;
}
