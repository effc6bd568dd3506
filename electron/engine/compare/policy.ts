import { quoteIdent, quoteLiteral, splitIdentifiers } from '../connect/identifiers';
import { postgresTarget } from '../dataset/projection';
import type { ProjectedColumn, ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';

/** What a dataset's definition says about writing to its target in PostgreSQL. */
export interface Policy {
  /** The dataset with all columns that are compared and written: the mark's column among them, unless the projection has it. */
  readonly dataset: ResolvedDataset;
  readonly write: 'insert' | 'update' | 'upsert';
  readonly onDelete: 'delete' | 'keep' | 'mark';
  /** Column and value that mark an entity which is gone from the source. */
  readonly mark: { readonly column: string; readonly value: string; readonly literal: string } | null;
  /** SQL over aliases target and source: an existing row for which it is not true is left as it is. */
  readonly updateWhere: string | null;
  /** Condition over alias t: the row takes part in the comparison. Rows already marked do not. */
  readonly targetScope: string | undefined;
}

/**
 * Reads the policy of a dataset with a target in PostgreSQL.
 * @throws SyncError COLUMN_MISSING where the mark's column is not in the target
 */
export function policyOf(ds: ResolvedDataset): Policy {
  const { write, on_delete: onDelete } = ds.definition;
  const { table, updateWhere } = postgresTarget(ds);
  const plain = { dataset: ds, write, updateWhere, mark: null, targetScope: undefined } as const;
  if (typeof onDelete === 'string') return { ...plain, onDelete };

  const { column: wanted, value, clear } = onDelete.mark;
  const exact = splitIdentifiers(wanted)[0] ?? wanted;
  const column = table.columns.find(({ name }) => name === wanted) ?? table.columns.find(({ name }) => name === exact);
  if (column === undefined) {
    throw new SyncError(
      'COLUMN_MISSING',
      `Dataset "${ds.name}": the target has no column "${wanted}" to mark deleted entities with`,
      {
        hint: 'Name a column of the target table in on_delete.mark.column.',
        details: { dataset: ds.name, column: wanted },
      },
    );
  }
  const literal = `${quoteLiteral(value)}::${column.type.sql}`;
  const cleared: ProjectedColumn = {
    name: column.name,
    expression: clear === null ? 'NULL::pg_catalog.text' : `${quoteLiteral(clear)}::pg_catalog.text`,
    type: column.type,
    sourceType: textType,
    isKey: false,
    masked: false,
    reads: [],
  };
  const projected = ds.columns.some(({ name }) => name === column.name);
  return {
    ...plain,
    dataset: projected ? ds : { ...ds, columns: [...ds.columns, cleared] },
    onDelete: 'mark',
    mark: { column: column.name, value, literal },
    targetScope: `(t.${quoteIdent(column.name)})::pg_catalog.text IS DISTINCT FROM (${literal})::pg_catalog.text`,
  };
}

const textType: ProjectedColumn['sourceType'] = {
  sql: 'text',
  base: 'text',
  oid: '25',
  typmod: -1,
  kind: 'b',
  baseSql: 'text',
  baseKind: 'b',
  builtin: true,
  element: null,
  collation: { sql: 'pg_catalog."default"', deterministic: true, bytewise: false },
};
