import { quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { compileKeysSql } from './dependency-keys';
import { sourceSelect, textColumns } from './projection';
import type { ResolvedDataset, Table } from './resolved';

/** What a role has to be allowed on one table. */
export interface WantedTable extends QualifiedName {
  readonly database: string;
  readonly privileges: readonly string[];
  /** SELECT is enough on these columns; any: on at least one, which ones is only known to whoever may look. */
  readonly columns: readonly string[] | 'all' | 'any';
}

/** What a role has to be allowed in the PostgreSQL databases of one dataset. */
export interface WantedRights {
  readonly dataset: string;
  /** The databases that it works in, beside SystemDB. */
  readonly databases: readonly string[];
  /** Those in which changes are captured. */
  readonly captures: readonly string[];
  readonly tables: readonly WantedTable[];
  /** Queries that it has to be able to run, beyond the tables that are known by name. */
  readonly queries: readonly Sql[];
  /** Pieces of SQL that the server would not take: the tables whose names stand in them are wanted. */
  readonly mentions: readonly Sql[];
}

/** SQL for one database. */
export interface Sql {
  readonly database: string;
  readonly sql: string;
}

/** Rights that init and runs of this dataset need. */
export function wantedRights(dataset: ResolvedDataset): WantedRights {
  const { source, target, definition } = dataset;
  const inPostgres = [source, ...(definition.guard ? [target] : [])].filter(({ engine }) => engine === 'postgres');
  return {
    dataset: dataset.name,
    databases: [source, target].flatMap(({ engine, database }) => (engine === 'postgres' ? [database] : [])),
    captures: inPostgres.map(({ database }) => database),
    tables: mergeTables([...onSource(dataset), ...onTarget(dataset)]),
    queries: queriesOf(dataset),
    mentions: [],
  };
}

function onSource({ source, reads, dependencies }: ResolvedDataset): WantedTable[] {
  if (source.engine !== 'postgres') return [];
  const { database, table } = source;
  return [
    ...(table === null ? [] : [readOf(database, table, someOf(table, reads)), ...triggersOn(database, table)]),
    ...dependencies.flatMap((dependency) => [
      readOf(database, dependency.table, 'all'),
      ...triggersOn(database, dependency.table),
    ]),
  ];
}

/** The columns where they are not all: a role may be kept from the rest, credentials among them. */
export function someOf(table: Table, reads: readonly string[]): readonly string[] | 'all' {
  return reads.length === table.columns.length ? 'all' : reads;
}

function onTarget({ definition, target }: ResolvedDataset): WantedTable[] {
  return target.engine === 'postgres' ? writesTo(target.database, target.table, definition) : [];
}

/** What is left of that in an environment in which nothing is installed and nothing written: comparing and previews. */
export function onlyReading(wanted: WantedRights): WantedRights {
  const tables = wanted.tables.flatMap((table) =>
    table.privileges.includes('SELECT') ? [{ ...table, privileges: ['SELECT'] }] : [],
  );
  return { ...wanted, captures: [], tables };
}

/** SELECT on a table. */
export function readOf(database: string, name: QualifiedName, columns: WantedTable['columns']): WantedTable {
  return { database, ...nameOf(name), privileges: ['SELECT'], columns };
}

/** What the policies of a dataset do to its target table. */
export function writesTo(database: string, table: Table, definition: DatasetDefinition): WantedTable[] {
  const { write, on_delete: onDelete, guard } = definition;
  const privileges = [
    'SELECT',
    ...(write === 'update' ? [] : ['INSERT']),
    ...(write === 'insert' && typeof onDelete === 'string' ? [] : ['UPDATE']),
    ...(onDelete === 'delete' ? ['DELETE'] : []),
  ];
  return [{ database, ...nameOf(table), privileges, columns: 'all' }, ...(guard ? triggersOn(database, table) : [])];
}

/** Capture triggers go on a table and on each of its partitions. Views have none. */
export function triggersOn(database: string, table: Table): WantedTable[] {
  if (table.kind !== 'r' && table.kind !== 'p') return [];
  return [table, ...table.partitions].map((name) => ({
    database,
    ...nameOf(name),
    privileges: ['TRIGGER'],
    columns: [],
  }));
}

function queriesOf(dataset: ResolvedDataset): Sql[] {
  const { source } = dataset;
  if (source.engine !== 'postgres') return [];
  return [
    sourceSelect(dataset, { columns: textColumns(dataset) }),
    ...dataset.dependencies.flatMap(({ keysSql, table }) =>
      keysSql === null ? [] : compileKeysSql(keysSql, table, () => `'{}'::text[]`),
    ),
  ].map((sql) => ({ database: source.database, sql }));
}

function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}

/** One entry per table: all privileges, and all columns once one of them needs all. */
export function mergeTables(entries: readonly WantedTable[]): WantedTable[] {
  const merged = new Map<string, WantedTable>();
  for (const entry of entries) {
    const name = `${entry.database} ${quoteQualified(entry)}`;
    const other = merged.get(name);
    merged.set(
      name,
      other === undefined
        ? entry
        : {
            ...other,
            privileges: [...new Set([...other.privileges, ...entry.privileges])],
            columns: mergeColumns(other.columns, entry.columns),
          },
    );
  }
  return [...merged.values()];
}

function mergeColumns(one: WantedTable['columns'], other: WantedTable['columns']): WantedTable['columns'] {
  if (one === 'all' || other === 'all') return 'all';
  const named = [one, other].flatMap((columns) => (columns === 'any' ? [] : columns));
  return named.length === 0 && (one === 'any' || other === 'any') ? 'any' : [...new Set(named)];
}
