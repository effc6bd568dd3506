import type { Client } from 'pg';
import { quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import { SyncError } from '../errors';

/** What a role may do in a database as a whole. */
export interface DatabaseFacts {
  readonly role: string;
  readonly server: string;
  readonly database: string;
  readonly create: boolean;
  readonly temporary: boolean;
  readonly schema: boolean;
  readonly schema_usable: boolean;
  readonly role_exists: boolean;
  readonly may_create_role: boolean;
  readonly member: boolean;
  readonly reads_stats: boolean;
}

/** What a role may do with one table. */
export interface TableFacts extends QualifiedName {
  readonly usage: boolean;
  readonly held: readonly string[];
  /** Columns that it may read. */
  readonly readable: readonly string[];
  /** Row level security would hide rows from it. */
  readonly filtered: boolean;
  /** Behind its columns; usable: SELECT and UPDATE are held. */
  readonly sequences: readonly (QualifiedName & { readonly identity: boolean; readonly usable: boolean })[];
}

/** Asks what the connected role may do in this database. */
export async function databaseFacts(client: Client): Promise<DatabaseFacts> {
  const { rows } = await client.query<DatabaseFacts>(
    `SELECT current_user::text AS role, current_database()::text AS database,
       (SELECT system_identifier::text FROM pg_control_system()) AS server,
       has_database_privilege(current_database(), 'CREATE') AS create,
       has_database_privilege(current_database(), 'TEMPORARY') AS temporary,
       to_regnamespace('astro_sync') IS NOT NULL AS schema,
       coalesce(has_schema_privilege(to_regnamespace('astro_sync'), 'USAGE'), false) AS schema_usable,
       to_regrole('astro_sync') IS NOT NULL AS role_exists,
       r.rolcreaterole OR r.rolsuper AS may_create_role,
       CASE WHEN to_regrole('astro_sync') IS NULL THEN false ELSE pg_has_role(current_user, 'astro_sync', 'MEMBER') END AS member,
       pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS reads_stats
     FROM pg_roles AS r WHERE r.rolname = current_user`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new SyncError('INTERNAL', 'The database did not say who is connected');
  return facts;
}

/** has_column_privilege is asked for each column: a role may be kept from some, credentials among them. */
const tablesSql = `
SELECT n.nspname::text AS schema, c.relname::text AS name,
  has_schema_privilege(n.oid, 'USAGE') AS usage,
  ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRIGGER']) AS p WHERE has_table_privilege(c.oid, p)) AS held,
  ARRAY(SELECT a.attname::text FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')) AS readable,
  row_security_active(c.oid) AS filtered,
  coalesce((SELECT jsonb_agg(jsonb_build_object('schema', sn.nspname, 'name', s.relname, 'identity', d.deptype = 'i',
      'usable', has_sequence_privilege(s.oid, 'SELECT') AND has_sequence_privilege(s.oid, 'UPDATE')) ORDER BY sn.nspname, s.relname)
    FROM pg_depend AS d JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace AS sn ON sn.oid = s.relnamespace
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
      AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')), '[]'::jsonb) AS sequences
FROM unnest($1::text[], $2::text[]) AS w(schema, name)
JOIN pg_namespace AS n ON n.nspname = w.schema
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.name`;

/** Asks what the connected role may do with these tables; by their quoted names. */
export async function tableFacts(
  client: Client,
  tables: readonly QualifiedName[],
): Promise<ReadonlyMap<string, TableFacts>> {
  const { rows } = await client.query<TableFacts>(tablesSql, [
    tables.map(({ schema }) => schema),
    tables.map(({ name }) => name),
  ]);
  return new Map(rows.map((row) => [quoteQualified(row), row]));
}
