import { createHash } from 'node:crypto';
import type { ColumnType, ResolvedDataset, Table } from './resolved';

/**
 * sha256 over the definition and the facts of the catalogs that it rests on. Names and types count; oids, sizes and partitions,
 * which change without changing the meaning, do not.
 */
export function fingerprintOf(dataset: Omit<ResolvedDataset, 'fingerprint'>): string {
  const { description: _description, ...definition } = dataset.definition;
  const facts = {
    definition,
    source:
      dataset.source.engine === 'postgres'
        ? { from: dataset.source.from, table: tableFacts(dataset.source.table) }
        : dataset.source,
    target: dataset.target.engine === 'postgres' ? tableFacts(dataset.target.table) : dataset.target,
    key: dataset.key.map((column) => column.name),
    columns: dataset.columns.map((column) => [
      column.name,
      column.expression,
      typeFacts(column.sourceType),
      typeFacts(column.type),
    ]),
    dependencies: dataset.dependencies.map(({ table, keysSql, mappingColumns }) => [
      table.schema,
      table.name,
      keysSql,
      mappingColumns,
    ]),
  };
  return createHash('sha256').update(stable(facts)).digest('hex');
}

function tableFacts(table: Table | null): unknown {
  if (table === null) return null;
  return {
    name: [table.schema, table.name, table.kind],
    columns: table.columns.map((column) => [
      column.name,
      typeFacts(column.type),
      column.notNull,
      column.hasDefault,
      column.generated,
      column.identity,
    ]),
    keys: table.uniqueKeys.map((key) => [key.columns, key.primary, key.deferrable]),
    references: table.foreignKeys.map((key) => [key.columns, key.references, key.referencedColumns]),
  };
}

function typeFacts(type: ColumnType): unknown {
  return [type.sql, type.baseSql, type.kind, type.collation?.sql ?? null];
}

/** JSON with sorted properties: a definition that was read from a file and one that came out of a database are the same. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
