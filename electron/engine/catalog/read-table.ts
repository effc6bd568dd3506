import type { Client } from 'pg';
import { nearNames } from '../connect/near-names';
import { quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import type { Column, ForeignKey, Table, UniqueKey } from './table';
import { SyncError } from '../errors';
import { readTypes } from './column-type';

interface ColumnFacts {
  readonly name: string;
  readonly position: number;
  readonly type: string;
  readonly typmod: number;
  readonly collation: string;
  readonly not_null: boolean;
  readonly has_default: boolean;
  readonly generated: string;
  readonly identity: string;
}

interface ForeignKeyFacts {
  readonly name: string;
  readonly columns: readonly string[];
  readonly schema: string;
  readonly table: string;
  readonly referenced: readonly string[];
  readonly deferrable: boolean;
}

interface RelationRow {
  readonly oid: string;
  readonly kind: string;
  readonly columns: readonly ColumnFacts[];
  readonly keys: readonly UniqueKey[];
  readonly foreign_keys: readonly ForeignKeyFacts[];
  readonly before_triggers: number;
  readonly partitions: readonly QualifiedName[];
  readonly estimated: string;
}

const relationSql = `
WITH relation AS (
  SELECT c.oid, c.relkind, c.reltuples
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), leaves AS (
  SELECT l.oid, n.nspname, l.relname, l.reltuples
  FROM relation AS r
  CROSS JOIN LATERAL pg_partition_tree(r.oid) AS p
  JOIN pg_class AS l ON l.oid = p.relid
  JOIN pg_namespace AS n ON n.oid = l.relnamespace
  WHERE r.relkind = 'p' AND p.isleaf
)
SELECT r.oid::text AS oid, r.relkind::text AS kind,
  coalesce((
    SELECT json_agg(json_build_object(
      'name', a.attname, 'position', a.attnum, 'type', a.atttypid::text, 'typmod', a.atttypmod, 'collation', a.attcollation::text,
      'not_null', a.attnotnull OR (
        WITH RECURSIVE under AS (
          SELECT t.typnotnull, t.typbasetype
          UNION ALL
          SELECT b.typnotnull, b.typbasetype FROM under AS u JOIN pg_type AS b ON b.oid = u.typbasetype
        )
        SELECT bool_or(u.typnotnull) FROM under AS u),
       'has_default', a.atthasdef AND a.attgenerated = '' OR t.typdefault IS NOT NULL,
      'generated', a.attgenerated, 'identity', a.attidentity) ORDER BY a.attnum)
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
  coalesce((
    SELECT json_agg(json_build_object('name', i.relname, 'primary', x.indisprimary, 'deferrable', NOT x.indimmediate, 'columns', (
        SELECT json_agg(a.attname ORDER BY k.n)
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = k.attnum
        WHERE k.n <= x.indnkeyatts)) ORDER BY x.indisprimary DESC, x.indnkeyatts, i.relname)
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
    WHERE x.indrelid = r.oid AND x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL), '[]') AS keys,
  coalesce((
    SELECT json_agg(json_build_object('name', f.conname, 'schema', fn.nspname, 'table', fc.relname, 'deferrable', f.condeferrable,
      'columns', (
        SELECT json_agg(a.attname ORDER BY k.n)
        FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
      'referenced', (
        SELECT json_agg(a.attname ORDER BY k.n)
        FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.attnum)) ORDER BY f.conname)
    FROM pg_constraint AS f JOIN pg_class AS fc ON fc.oid = f.confrelid JOIN pg_namespace AS fn ON fn.oid = fc.relnamespace
    WHERE f.conrelid = r.oid AND f.contype = 'f'), '[]') AS foreign_keys,
  coalesce((
    SELECT bit_or(t.tgtype)
    FROM pg_trigger AS t
    WHERE (t.tgrelid = r.oid OR t.tgrelid IN (SELECT l.oid FROM leaves AS l))
      AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 3 = 3), 0)::int2 AS before_triggers,
  coalesce((SELECT json_agg(json_build_object('schema', l.nspname, 'name', l.relname) ORDER BY l.nspname, l.relname) FROM leaves AS l), '[]') AS partitions,
  CASE WHEN r.relkind = 'p'
    THEN coalesce((SELECT CASE WHEN min(l.reltuples) < 0 THEN -1 ELSE sum(l.reltuples) END FROM leaves AS l), 0)
    ELSE r.reltuples END::float8::text AS estimated
FROM relation AS r`;

const generatedKinds: Readonly<Record<string, Column['generated']>> = { s: 'stored', v: 'virtual' };
/** Bits of pg_trigger.tgtype, as in PostgreSQL's pg_trigger.h; 1 is ROW, 2 BEFORE. */
const firesOn = { insert: 4, delete: 8, update: 16 } as const;
const identityKinds: Readonly<Record<string, Column['identity']>> = { a: 'always', d: 'default' };

/**
 * Reads one table, partitioned table, view, materialised view or foreign table in two queries; needs no right on it.
 * A unique key counts when it has no expression and no predicate; whether its columns are NOT NULL is said by the columns.
 * @throws SyncError TABLE_MISSING with names that come near
 */
export async function readTable(client: Client, name: QualifiedName): Promise<Table> {
  const table = await findTable(client, name);
  if (table !== null) return table;
  const near = await tablesNear(client, name);
  throw new SyncError(
    'TABLE_MISSING',
    `There is no table ${quoteQualified(name)} in database ${client.database ?? ''}`,
    {
      hint:
        near.length === 0
          ? 'Write its name as SQL does; unquoted names fold to lower case, and no schema means public.'
          : `Did you mean ${near.map(quoteQualified).join(' or ')}?`,
      details: { table: quoteQualified(name) },
    },
  );
}

/** As readTable, but null where there is no such table. */
async function findTable(client: Client, name: QualifiedName): Promise<Table | null> {
  const { rows } = await client.query<RelationRow>(relationSql, [name.schema, name.name]);
  const row = rows[0];
  if (row === undefined) return null;
  const types = await readTypes(
    client,
    row.columns.map((column) => ({ oid: column.type, typmod: column.typmod, collation: column.collation })),
  );
  return {
    ...name,
    oid: row.oid,
    kind: row.kind,
    columns: row.columns.flatMap((column, index) => {
      const type = types[index];
      if (type === undefined) return [];
      return {
        name: column.name,
        position: column.position,
        type,
        notNull: column.not_null,
        hasDefault: column.has_default,
        generated: generatedKinds[column.generated] ?? 'none',
        identity: identityKinds[column.identity] ?? 'none',
      };
    }),
    uniqueKeys: row.keys,
    foreignKeys: row.foreign_keys.map(toForeignKey),
    beforeTriggers: {
      insert: (row.before_triggers & firesOn.insert) !== 0,
      update: (row.before_triggers & firesOn.update) !== 0,
      delete: (row.before_triggers & firesOn.delete) !== 0,
    },
    partitions: row.partitions,
    estimatedRows: Math.round(Number(row.estimated)),
  };
}

function toForeignKey(facts: ForeignKeyFacts): ForeignKey {
  return {
    name: facts.name,
    columns: facts.columns,
    references: { schema: facts.schema, name: facts.table },
    referencedColumns: facts.referenced,
    deferrable: facts.deferrable,
  };
}

/** Every table of the database that is neither a system's, nor a partition, nor the sync's own, by schema and name. */
export async function listTables(client: Client): Promise<QualifiedName[]> {
  const { rows } = await client.query<QualifiedName>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'astro_sync') AND n.nspname !~ '^pg_(toast|temp)'
     ORDER BY 1, 2`,
  );
  return rows.map(({ schema, name }) => ({ schema, name }));
}

async function tablesNear(client: Client, wanted: QualifiedName): Promise<QualifiedName[]> {
  const tables = await listTables(client);
  const elsewhere = tables.filter((table) => table.name.toLowerCase() === wanted.name.toLowerCase());
  if (elsewhere.length > 0) return elsewhere.slice(0, 3);
  const names = nearNames(
    wanted.name,
    tables.filter((table) => table.schema === wanted.schema).map((table) => table.name),
  );
  return names.map((name) => ({ schema: wanted.schema, name }));
}
