import { postgresDatabase } from '../connect/postgres';
import type { PostgresDatabase } from '../connect/postgres';
import type {
  Column,
  ColumnType,
  ProjectedColumn,
  ResolvedDataset,
  ResolvedDependency,
  Table,
} from '../dataset/resolved';

/** For tests of capture and queue: a resolved dataset with the fields that these read, made by hand. */
export interface HandMade {
  readonly name: string;
  readonly table?: string;
  readonly schema?: string;
  readonly key?: readonly string[];
  /** Base type of the key. */
  readonly keyType?: string;
  readonly columns?: readonly string[];
  readonly capture?: 'values' | 'keys';
  readonly guard?: boolean;
  readonly targetDatabase?: string;
  readonly dependencies?: readonly {
    table: string;
    schema?: string;
    keysSql: string | null;
    mappingColumns: readonly string[];
  }[];
}

/** A dataset from table `table` of database `source` to a table of the same name in another database. */
export function handMadeDataset(options: HandMade): ResolvedDataset {
  const { name, schema = 'public', key = ['id'], keyType = 'int8' } = options;
  const names = [...new Set([...key, ...(options.columns ?? [])])];
  const columns = names.map((column) =>
    projected(column, key.includes(column), key.includes(column) ? keyType : 'text'),
  );
  const table = options.table === undefined ? null : handMadeTable(schema, options.table, names);
  return {
    definition: {
      name,
      source: { database: 'source', table: options.table ?? 'query' },
      target: { database: options.targetDatabase ?? 'target', table: options.table ?? name },
      on_delete: 'delete',
      write: 'upsert',
      capture: options.capture ?? 'values',
      guard: options.guard ?? false,
    },
    name,
    jobType: `${name}_sync`,
    entityType: name,
    source: {
      engine: 'postgres',
      database: 'source',
      table,
      from: table === null ? '(SELECT 1) AS s' : `"${schema}"."${table.name}" AS s`,
      where: null,
    },
    target: {
      engine: 'postgres',
      database: options.targetDatabase ?? 'target',
      table: table ?? handMadeTable(schema, name, names),
      updateWhere: null,
    },
    key: columns.filter((column) => column.isKey),
    columns,
    dependencies: (options.dependencies ?? []).map((dependency): ResolvedDependency => ({
      table: handMadeTable(dependency.schema ?? 'public', dependency.table, dependency.mappingColumns),
      keysSql: dependency.keysSql,
      mappingColumns: dependency.mappingColumns,
    })),
    masked: [],
    reads: table === null ? [] : names,
    fingerprint: name,
  };
}

/** A database of the environment, from the address of a test's database. */
export function databaseAt(url: string, name: string): PostgresDatabase {
  const { hostname, port, pathname, username, password } = new URL(url);
  return postgresDatabase({
    name,
    host: hostname,
    port: Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    tls: null,
    connectTimeoutMs: 10_000,
  });
}

function type(base: string): ColumnType {
  return {
    sql: base,
    base,
    oid: '0',
    typmod: -1,
    kind: 'b',
    baseSql: base,
    baseKind: 'b',
    builtin: true,
    element: null,
    collation: null,
  };
}

function projected(name: string, isKey: boolean, base: string): ProjectedColumn {
  return {
    name,
    expression: `s."${name}"`,
    type: type(base),
    sourceType: type(base),
    isKey,
    masked: false,
    reads: [name],
  };
}

function handMadeTable(schema: string, name: string, columns: readonly string[]): Table {
  const column = (columnName: string, i: number): Column => ({
    name: columnName,
    position: i + 1,
    type: type('text'),
    notNull: false,
    hasDefault: false,
    generated: 'none',
    identity: 'none',
  });
  return {
    schema,
    name,
    oid: '0',
    kind: 'r',
    columns: columns.map(column),
    uniqueKeys: [],
    foreignKeys: [],
    beforeTriggers: { insert: false, update: false, delete: false },
    partitions: [],
    estimatedRows: -1,
  };
}
