import type { Client } from 'pg';
import type { ColumnType } from './table';

/** A type as a column or a described query has it. */
export interface TypeReference {
  readonly oid: string;
  readonly typmod: number;
  /** Oid of the collation; '0' for none; null for not known: deterministic, and no order that others share. */
  readonly collation: string | null;
}

interface TypeRow {
  readonly sql: string;
  readonly oid: string;
  readonly kind: string;
  readonly base: string;
  readonly base_sql: string;
  readonly base_kind: string;
  readonly typmod: number;
  readonly builtin: boolean;
  readonly element: string | null;
  readonly collation: string | null;
  readonly deterministic: boolean;
  readonly bytewise: boolean;
}

/**
 * A type's name is qualified unless it is PostgreSQL's own, so that a cast to it means the same under any search_path.
 * to_jsonb(row) reads catalog columns that only some major versions have.
 */
const typesSql = `
WITH RECURSIVE asked AS (
  SELECT a.ordinality AS n, a.oid, a.typmod, a.collation
  FROM unnest($1::oid[], $2::int4[], $3::oid[]) WITH ORDINALITY AS a(oid, typmod, "collation", ordinality)
), seen AS (
  SELECT a.n, 0 AS depth, t.oid, t.typtype, t.typbasetype, t.typtypmod, a.typmod
  FROM asked AS a JOIN pg_type AS t ON t.oid = a.oid
  UNION ALL
  SELECT s.n, s.depth + 1, t.oid, t.typtype, t.typbasetype, t.typtypmod, s.typtypmod
  FROM seen AS s JOIN pg_type AS t ON t.oid = s.typbasetype
  WHERE s.typtype = 'd'
), base AS (
  SELECT DISTINCT ON (n) n, oid, typmod FROM seen ORDER BY n, depth DESC
), named AS (
  SELECT b.n, b.oid, b.typmod, t.typname, t.typtype, t.typcollation, e.typname AS element, coalesce(e.oid, t.oid) < 16384 AS builtin
  FROM base AS b
  JOIN pg_type AS t ON t.oid = b.oid
  LEFT JOIN pg_type AS e ON e.oid = t.typelem AND t.typcategory = 'A'
), sql_names AS (
  SELECT r.oid, r.typmod,
    CASE WHEN ns.nspname = 'pg_catalog' OR NOT pg_type_is_visible(coalesce(e.oid, t.oid)) THEN ''
         ELSE quote_ident(ns.nspname) || '.' END || format_type(r.oid, r.typmod) AS sql
  FROM (SELECT oid, typmod FROM asked UNION SELECT oid, typmod FROM base) AS r
  JOIN pg_type AS t ON t.oid = r.oid
  LEFT JOIN pg_type AS e ON e.oid = t.typelem AND t.typcategory = 'A'
  JOIN pg_namespace AS ns ON ns.oid = coalesce(e.typnamespace, t.typnamespace)
), effective AS (
  SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.collname) AS sql, c.collisdeterministic AS deterministic,
    CASE c.collprovider
      WHEN 'd' THEN coalesce(d.j ->> 'datlocprovider', 'c')
      ELSE c.collprovider::text END AS provider,
    CASE c.collprovider
      WHEN 'd' THEN CASE coalesce(d.j ->> 'datlocprovider', 'c') WHEN 'c' THEN d.j ->> 'datcollate' ELSE d.j ->> 'datlocale' END
      WHEN 'c' THEN to_jsonb(c) ->> 'collcollate'
      ELSE to_jsonb(c) ->> 'colllocale' END AS locale
  FROM pg_collation AS c
  JOIN pg_namespace AS n ON n.oid = c.collnamespace
  CROSS JOIN (SELECT to_jsonb(db) AS j FROM pg_database AS db WHERE db.datname = current_database()) AS d
  WHERE c.oid = ANY ($3::oid[])
)
SELECT
  (SELECT s.sql FROM sql_names AS s WHERE s.oid = a.oid AND s.typmod = a.typmod) AS sql,
  a.oid::text AS oid,
  t.typtype::text AS kind,
  n.typname::text AS base,
  (SELECT s.sql FROM sql_names AS s WHERE s.oid = n.oid AND s.typmod = n.typmod) AS base_sql,
  n.typtype::text AS base_kind,
  n.typmod,
  n.builtin,
  n.element::text AS element,
  CASE WHEN a.collation IS NULL AND t.typcollation <> 0 THEN 'pg_catalog."default"' ELSE c.sql END AS collation,
  coalesce(c.deterministic, true) AS deterministic,
  coalesce(c.provider IN ('b', 'c') AND c.locale IN ('C', 'POSIX') OR c.provider = 'b', false) AS bytewise
FROM asked AS a
JOIN pg_type AS t ON t.oid = a.oid
JOIN named AS n ON n.n = a.n
LEFT JOIN effective AS c ON c.oid = a.collation
ORDER BY a.n`;

/**
 * Reads what casts, hashes and orders need to know of each type; domains are seen through, the database's default collation
 * is resolved (bytewise: C, POSIX, or PostgreSQL's builtin provider, whose locales all order by code point).
 * @returns one ColumnType per reference, in order
 */
export async function readTypes(client: Client, references: readonly TypeReference[]): Promise<ColumnType[]> {
  if (references.length === 0) return [];
  const { rows } = await client.query<TypeRow>(typesSql, [
    references.map((reference) => reference.oid),
    references.map((reference) => reference.typmod),
    references.map((reference) => reference.collation),
  ]);
  return rows.map((row) => ({
    sql: row.sql,
    base: row.base,
    oid: row.oid,
    typmod: row.typmod,
    kind: row.kind,
    baseSql: row.base_sql,
    baseKind: row.base_kind,
    builtin: row.builtin,
    element: row.element,
    collation:
      row.collation === null ? null : { sql: row.collation, deterministic: row.deterministic, bytewise: row.bytewise },
  }));
}
