import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { ColumnType, Table } from '../catalog/table';

export type { Column, ColumnType, ForeignKey, Table, UniqueKey } from '../catalog/table';

/** One column of the projection: what is compared and written. */
export interface ProjectedColumn {
  /** Target column, or Redis field. */
  readonly name: string;
  /** SQL over the source row (alias s), not yet cast. */
  readonly expression: string;
  /** Type of the values compared and written: the target column's, or for Redis the expression's own. */
  readonly type: ColumnType;
  /** Type of the bare expression in the source. */
  readonly sourceType: ColumnType;
  readonly isKey: boolean;
  readonly masked: boolean;
  /** Source columns that the expression reads (a superset for SQL expressions); for a query columns of its result, for a stream fields. */
  readonly reads: readonly string[];
}

export interface ResolvedPostgresSource {
  readonly engine: 'postgres';
  readonly database: string;
  /** null for a query. */
  readonly table: Table | null;
  /** FROM item with alias s: `"public"."cities" AS s` or `(SELECT …) AS s`. */
  readonly from: string;
  /** SQL condition over alias s, or null. */
  readonly where: string | null;
}

export interface ResolvedStreamSource {
  readonly engine: 'redis';
  readonly database: string;
  readonly stream: string;
  readonly entity: string;
  readonly where: string | null;
}

export interface ResolvedPostgresTarget {
  readonly engine: 'postgres';
  readonly database: string;
  readonly table: Table;
  /** SQL condition over aliases target and source, or null. */
  readonly updateWhere: string | null;
}

export interface RedisIndex {
  readonly kind: 'set' | 'zset' | 'string';
  readonly template: string;
  /** Projected column that is the member (set, zset) or the value (string). */
  readonly member: string;
  /** zset: projected column of the score, as a number (epoch: seconds since 1970 of a date or timestamp). */
  readonly score: { readonly column: string; readonly epoch: boolean } | null;
}

export interface ResolvedRedisTarget {
  readonly engine: 'redis';
  readonly database: string;
  readonly kind: 'hash' | 'json' | 'string';
  readonly template: string;
  /** kind string: the projected column that is the value. */
  readonly value: string | null;
  readonly indexes: readonly RedisIndex[];
  readonly ttl: number | null;
  readonly adopt: boolean;
}

export interface ResolvedDependency {
  readonly table: Table;
  /** SELECT with $keys.<column> as the definition has it (see dependencyKeys), or null: the dataset's key columns are columns of that table. */
  readonly keysSql: string | null;
  /** Columns of that table whose old and new values are recorded. */
  readonly mappingColumns: readonly string[];
}

/** A dataset checked against the catalogs of both sides; the only form in which later stages see one. */
export interface ResolvedDataset {
  readonly definition: DatasetDefinition;
  readonly name: string;
  readonly jobType: string;
  readonly entityType: string;
  readonly source: ResolvedPostgresSource | ResolvedStreamSource;
  readonly target: ResolvedPostgresTarget | ResolvedRedisTarget;
  /** The key's columns, in key order. isKey is true for each. */
  readonly key: readonly ProjectedColumn[];
  /** All columns in target order, the key's among them. */
  readonly columns: readonly ProjectedColumn[];
  readonly dependencies: readonly ResolvedDependency[];
  /** Names of source columns and of projected columns that are hidden in queue, errors, exports and on screen. */
  readonly masked: readonly string[];
  /** Source columns (stream: fields) that the dataset reads, where and key included; never a credential that was not asked for by name. Empty for query sources. */
  readonly reads: readonly string[];
  /** sha256 over definition and the catalog facts it rests on: two plans with the same fingerprint mean the same thing. */
  readonly fingerprint: string;
}
