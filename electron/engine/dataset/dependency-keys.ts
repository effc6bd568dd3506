import { quoteIdent } from '../connect/identifiers';
import { SyncError } from '../errors';
import { bareType } from './column-image';
import { columnMissing, findColumn } from './find-column';
import type { Column, Table } from './resolved';

const reference = /\$keys\s*\.\s*("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)/gu;

/** Columns that a dependency's SELECT takes from $keys, each once, in order of appearance. */
export function keysColumns(dataset: string, keysSql: string, table: Table): Column[] {
  const found = new Set<Column>();
  for (const [, name = ''] of keysSql.matchAll(reference)) {
    const column = findColumn(table.columns, name);
    if (column === undefined)
      throw columnMissing(dataset, name, `${quoteIdent(table.name)} (depends_on)`, table.columns);
    found.add(column);
  }
  if (found.size > 0) return [...found];
  throw new SyncError(
    'DATASET_INVALID',
    `Dataset "${dataset}": the keys of its dependency on ${quoteIdent(table.name)} name no $keys.<column>`,
    {
      hint: `Write a SELECT such as: select id from … where ${table.columns[0]?.name ?? 'id'} = any($keys.${table.columns[0]?.name ?? 'id'})`,
    },
  );
}

/**
 * The SELECT of a dependency, with each $keys.<column> replaced by an array of that column's type.
 * @param arrayOf SQL of a text array with the changed values of a column, old and new, such as `$1::text[]`
 */
export function compileKeysSql(keysSql: string, table: Table, arrayOf: (column: string) => string): string {
  return keysSql
    .trim()
    .replace(/;\s*$/, '')
    .replaceAll(reference, (whole, name: string) => {
      const column = findColumn(table.columns, name);
      return column === undefined ? whole : `(${arrayOf(column.name)})::${bareType(column.type)}[]`;
    });
}
