import type { Client } from 'pg';
import type { QualifiedName } from '../connect/identifiers';
import type { CapturedColumn } from './column-text';

/** What the catalog says of a table that is to be captured. */
export interface TableFacts extends QualifiedName {
  readonly oid: string;
  readonly kind: string;
  readonly columns: readonly (CapturedColumn & { readonly virtual: boolean })[];
  /** Columns of the primary key, else of the smallest unique key without nulls; empty without one. */
  readonly pairing: readonly string[];
  /** The table and all that hangs under it: partitions and inheritance children. Oids, sorted. */
  readonly members: readonly string[];
}

const sql = `
WITH RECURSIVE tree AS (
  SELECT c.oid FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE s.nspname = $1 AND c.relname = $2
  UNION
  SELECT i.inhrelid FROM pg_inherits i JOIN tree ON tree.oid = i.inhparent
)
SELECT c.oid::text AS oid, c.relkind::text AS kind,
  (SELECT jsonb_agg(jsonb_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, -1), 'virtual', a.attgenerated = 'v',
      'base', base.typname, 'builtIn', base.typnamespace = 'pg_catalog'::regnamespace, 'enumerated', base.typtype = 'e')
      ORDER BY a.attnum)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
      WITH RECURSIVE under AS (
        SELECT t.oid, t.typname, t.typnamespace, t.typtype, t.typbasetype
        UNION ALL
        SELECT b.oid, b.typname, b.typnamespace, b.typtype, b.typbasetype
        FROM under u JOIN pg_type b ON u.typtype = 'd' AND b.oid = u.typbasetype
      )
      SELECT typname, typnamespace, typtype FROM under WHERE typtype <> 'd') base
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
  (SELECT array_agg(a.attname::text ORDER BY k.position)
    FROM (SELECT i.indkey FROM pg_index i
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT 1 FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]) AND NOT a.attnotnull)
      ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) best
    CROSS JOIN LATERAL unnest(best.indkey::int2[]) WITH ORDINALITY k(attnum, position)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) AS pairing,
  (SELECT array_agg(oid::text ORDER BY oid) FROM tree) AS members
FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE s.nspname = $1 AND c.relname = $2`;

/** Reads the facts of a table; null where it does not exist. */
export async function readTableFacts(client: Client, table: QualifiedName): Promise<TableFacts | null> {
  const { rows } = await client.query<{
    oid: string | number;
    kind: string;
    columns: TableFacts['columns'] | null;
    pairing: string[] | null;
    members: string[];
  }>(sql, [table.schema, table.name]);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    schema: table.schema,
    name: table.name,
    oid: String(row.oid),
    kind: row.kind,
    columns: row.columns ?? [],
    pairing: row.pairing ?? [],
    members: row.members,
  };
}
