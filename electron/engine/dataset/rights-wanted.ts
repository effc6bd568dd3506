import { quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import { compileKeysSql } from './dependency-keys';
import { sourceSelect, textColumns } from './projection';
import type { ResolvedDataset, Table } from './resolved';

/** What a role has to be allowed on one table. */
export interface TableRights extends QualifiedName {
  readonly privileges: readonly string[];
  /** SELECT is enough on these columns; null: on all. */
  readonly columns: readonly string[] | null;
}

/** What a role has to be allowed in one database. */
export interface WantedRights {
  readonly tables: readonly TableRights[];
  /** Queries that it has to be able to run, beyond the tables that are known by name. */
  readonly queries: readonly string[];
  /** Changes are captured here. */
  readonly isSource: boolean;
}

/** Rights that init and runs of these datasets need, by the environment's names of the databases. */
export function wantedRights(system: string, datasets: readonly ResolvedDataset[]): Map<string, WantedRights> {
  const names = new Set([system, ...datasets.flatMap(({ source, target }) => [source, target].flatMap(postgresName))]);
  return new Map(
    [...names].map((name) => {
      const sources = datasets.filter(({ source }) => source.engine === 'postgres' && source.database === name);
      const targets = datasets.filter(({ target }) => target.engine === 'postgres' && target.database === name);
      return [
        name,
        {
          tables: merge([...sources.flatMap(onSource), ...targets.flatMap(onTarget)]),
          queries: sources.flatMap(queriesOf),
          isSource: sources.length > 0 || targets.some(({ definition }) => definition.guard),
        },
      ];
    }),
  );
}

function postgresName(side: { readonly engine: string; readonly database: string }): string[] {
  return side.engine === 'postgres' ? [side.database] : [];
}

function onSource({ source, reads, dependencies }: ResolvedDataset): TableRights[] {
  const table = source.engine === 'postgres' ? source.table : null;
  return [
    ...(table === null
      ? []
      : [{ ...nameOf(table), privileges: ['SELECT'], columns: someOf(table, reads) }, ...triggersOn(table)]),
    ...dependencies.flatMap((dependency) => [
      { ...nameOf(dependency.table), privileges: ['SELECT'], columns: null },
      ...triggersOn(dependency.table),
    ]),
  ];
}

/** The columns where they are not all: a role may be kept from the rest, credentials among them. */
function someOf(table: Table, reads: readonly string[]): readonly string[] | null {
  return reads.length === table.columns.length ? null : reads;
}

function onTarget({ definition, target }: ResolvedDataset): TableRights[] {
  if (target.engine !== 'postgres') return [];
  const { write, on_delete: onDelete, guard } = definition;
  const privileges = [
    'SELECT',
    ...(write === 'update' ? [] : ['INSERT']),
    ...(write === 'insert' && typeof onDelete === 'string' ? [] : ['UPDATE']),
    ...(onDelete === 'delete' ? ['DELETE'] : []),
  ];
  return [{ ...nameOf(target.table), privileges, columns: null }, ...(guard ? triggersOn(target.table) : [])];
}

/** Capture triggers go on a table and on each of its partitions. Views have none. */
function triggersOn(table: Table): TableRights[] {
  if (table.kind !== 'r' && table.kind !== 'p') return [];
  return [table, ...table.partitions].map((name) => ({ ...nameOf(name), privileges: ['TRIGGER'], columns: [] }));
}

function queriesOf(dataset: ResolvedDataset): string[] {
  return [
    sourceSelect(dataset, { columns: textColumns(dataset) }),
    ...dataset.dependencies.flatMap(({ keysSql, table }) =>
      keysSql === null ? [] : compileKeysSql(keysSql, table, () => `'{}'::text[]`),
    ),
  ];
}

function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}

/** One entry per table: all privileges, and all columns once one dataset needs them all. */
function merge(entries: readonly TableRights[]): TableRights[] {
  const merged = new Map<string, TableRights>();
  for (const entry of entries) {
    const name = quoteQualified(entry);
    const other = merged.get(name) ?? { ...entry, privileges: [], columns: [] };
    merged.set(name, {
      ...other,
      privileges: [...new Set([...other.privileges, ...entry.privileges])],
      columns:
        other.columns === null || entry.columns === null ? null : [...new Set([...other.columns, ...entry.columns])],
    });
  }
  return [...merged.values()];
}
