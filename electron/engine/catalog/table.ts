import type { QualifiedName } from '../connect/identifiers';

/** What is known of a column's type: enough to cast to it, to hash it, to order by it and to COPY it. */
export interface ColumnType {
  /** As format_type writes it, schema-qualified where needed, with typmod: safe to use in a cast. */
  readonly sql: string;
  /** The base type's name in pg_type (a domain is seen through): int8, text, numeric, _int4, … */
  readonly base: string;
  readonly oid: string;
  /** Of the base type: the column's, or the one that the domain brings. */
  readonly typmod: number;
  /** b base, e enum, c composite, d domain, r range, m multirange, p pseudo — of the type itself, before seeing through a domain. */
  readonly kind: string;
  /** The base type as SQL writes it, with the typmod of the column or of the domain. */
  readonly baseSql: string;
  /** Kind of the base type, once a domain is seen through. */
  readonly baseKind: string;
  /** True where the base type (for an array: its elements' type) is PostgreSQL's own, so that it means the same on every server. */
  readonly builtin: boolean;
  /** Name of the element type where the base type is an array. */
  readonly element: string | null;
  /** Effective collation, null for types without one. */
  readonly collation: { readonly sql: string; readonly deterministic: boolean; readonly bytewise: boolean } | null;
}

export interface Column {
  readonly name: string;
  readonly position: number;
  readonly type: ColumnType;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** none, stored or virtual generated columns are never written */
  readonly generated: 'none' | 'stored' | 'virtual';
  /** always: GENERATED ALWAYS AS IDENTITY, needs OVERRIDING SYSTEM VALUE */
  readonly identity: 'none' | 'always' | 'default';
}

export interface UniqueKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly primary: boolean;
  readonly deferrable: boolean;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: QualifiedName;
  readonly referencedColumns: readonly string[];
  readonly deferrable: boolean;
}

export interface Table extends QualifiedName {
  readonly oid: string;
  /** r table, p partitioned table, v view, m materialised view, f foreign table */
  readonly kind: string;
  readonly columns: readonly Column[];
  /** Primary and unique keys without expressions or predicates; the primary one first. */
  readonly uniqueKeys: readonly UniqueKey[];
  readonly foreignKeys: readonly ForeignKey[];
  /** What BEFORE row triggers fire on, those of partitions too: such a trigger can keep a row from being written and raise nothing. */
  readonly beforeTriggers: Readonly<Record<'insert' | 'update' | 'delete', boolean>>;
  /** Leaf partitions, for partitioned tables. */
  readonly partitions: readonly QualifiedName[];
  /** reltuples summed over partitions; -1 when never analysed */
  readonly estimatedRows: number;
}
