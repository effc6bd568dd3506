import type { Client } from 'pg';
import type { Environment } from '../connect/environment';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import { wantedRights } from './rights-wanted';
import type { TableRights, WantedRights } from './rights-wanted';
import type { ResolvedDataset } from './resolved';
import { rowSecurityText } from './workbench';
import { SyncError } from '../errors';

/** What a role lacks in one database, as SQL for an administrator of it. */
export interface MissingRights {
  readonly database: string;
  readonly role: string;
  /** Without these, init or a run fails. */
  readonly missing: readonly string[];
  /** Without these, something is not shown. */
  readonly recommended: readonly string[];
  /** All of them as they are to be carried out: what concerns roles, which a server has once, stands at its first database. */
  readonly grants: readonly string[];
}

interface DatabaseRow {
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

interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly usage: boolean;
  readonly lacking: readonly string[];
  readonly readable: readonly string[];
  readonly filtered: boolean;
}

/**
 * Compares what the environment's roles may do with what init and runs of these datasets need. Nothing is changed.
 * @returns one entry per PostgreSQL database that the datasets or the queue use, in the environment's order; a superuser lacks nothing
 * @throws SyncError CONNECT_FAILED
 */
export async function checkRights(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
): Promise<MissingRights[]> {
  const found: MissingRights[] = [];
  const listed = new Set<string>();
  const wantedOf = wantedRights(environment.system.name, datasets);
  for (const database of environment.names) {
    const wanted = wantedOf.get(database);
    if (wanted === undefined) continue;
    const client = await environment.postgres(database).connect('check');
    try {
      const { server, ...rights } = await compare(client, database, wanted);
      const all = [...rights.missing, ...rights.recommended];
      const grants = all.filter((sql) => !concernsRoles(sql) || !listed.has(`${server} ${sql}`));
      for (const sql of grants) listed.add(`${server} ${sql}`);
      found.push({ ...rights, grants });
    } finally {
      await client.end();
    }
  }
  return found;
}

/** Roles and their members belong to a server, everything else to a database. */
function concernsRoles(sql: string): boolean {
  return /^(CREATE ROLE|ALTER ROLE|GRANT (astro_sync|pg_read_all_stats) TO) /.test(sql);
}

async function compare(
  client: Client,
  database: string,
  wanted: WantedRights,
): Promise<Omit<MissingRights, 'grants'> & { readonly server: string }> {
  const { rows } = await client.query<DatabaseRow>(
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
  const state = rows[0];
  if (state === undefined) throw new SyncError('INTERNAL', `Database "${database}" did not say who is connected`);
  const role = quoteIdent(state.role);
  const missing: string[] = [];
  const onDatabase = [...(state.schema || state.create ? [] : ['CREATE']), ...(state.temporary ? [] : ['TEMPORARY'])];
  if (onDatabase.length > 0)
    missing.push(`GRANT ${onDatabase.join(', ')} ON DATABASE ${quoteIdent(state.database)} TO ${role};`);
  const membership = {
    create: !state.role_exists && !state.may_create_role ? ['CREATE ROLE astro_sync NOLOGIN;'] : [],
    grant: !state.member && (state.role_exists || !state.may_create_role) ? [`GRANT astro_sync TO ${role};`] : [],
  };
  // What another role has installed, only members may use; where nothing is installed yet, everything works without.
  const needed = state.schema && !state.schema_usable && state.role_exists;
  if (needed) missing.push(...membership.grant);
  missing.push(...(await missingOnTables(client, role, wanted.tables)));
  for (const query of wanted.queries) missing.push(...(await missingForQuery(client, role, query, missing)));
  const sequences = await missingOnSequences(client, role, wanted.tables);
  missing.push(...sequences.missing);
  const recommended = [
    ...(needed ? [] : [...membership.create, ...membership.grant]),
    ...(wanted.isSource && !state.reads_stats ? [`GRANT pg_read_all_stats TO ${role};`] : []),
    ...sequences.recommended,
  ];
  return { database, role: state.role, server: state.server, missing: [...new Set(missing)], recommended };
}

/** has_column_privilege is asked for the columns read: a role may be kept from the others, credentials among them. */
const tablesSql = `
SELECT n.nspname::text AS schema, c.relname::text AS name,
  has_schema_privilege(n.oid, 'USAGE') AS usage,
  ARRAY(SELECT p FROM jsonb_array_elements_text(w.item -> 'privileges') AS p WHERE NOT has_table_privilege(c.oid, p)) AS lacking,
  ARRAY(SELECT a.attname::text FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')) AS readable,
  row_security_active(c.oid) AS filtered
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS w(item, n)
JOIN pg_namespace AS n ON n.nspname = w.item ->> 'schema'
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.item ->> 'name'
ORDER BY w.n`;

async function missingOnTables(client: Client, role: string, tables: readonly TableRights[]): Promise<string[]> {
  const { rows } = await client.query<TableRow>(tablesSql, [JSON.stringify(tables)]);
  return rows.flatMap((row) => {
    const wanted = tables.find((table) => table.schema === row.schema && table.name === row.name);
    const columns = wanted?.columns ?? null;
    const readsEnough = columns?.every((column) => row.readable.includes(column)) === true;
    const privileges = row.lacking.flatMap((privilege) => {
      if (privilege !== 'SELECT' || columns === null) return privilege;
      return readsEnough ? [] : `SELECT (${columns.map(quoteIdent).join(', ')})`;
    });
    return [
      ...(row.usage ? [] : [`GRANT USAGE ON SCHEMA ${quoteIdent(row.schema)} TO ${role};`]),
      ...(privileges.length === 0
        ? []
        : [`GRANT ${privileges.join(', ')} ON TABLE ${quoteQualified(row)} TO ${role};`]),
      ...(row.filtered
        ? [`ALTER ROLE ${role} BYPASSRLS; -- row level security would hide rows of ${quoteQualified(row)}`]
        : []),
    ];
  });
}

/**
 * Sequences behind columns of tables that rows are inserted into. A serial column that is left to its default needs its sequence; one
 * behind explicit ids is moved past them, so that the next id which the table gives is free.
 */
async function missingOnSequences(
  client: Client,
  role: string,
  tables: readonly TableRights[],
): Promise<Pick<MissingRights, 'missing' | 'recommended'>> {
  const targets = tables.filter(({ privileges }) => privileges.includes('INSERT'));
  const { rows } = await client.query<QualifiedName & { identity: boolean }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, d.deptype = 'i' AS identity
     FROM unnest($1::text[], $2::text[]) AS t(schema, name)
     JOIN pg_namespace AS tn ON tn.nspname = t.schema JOIN pg_class AS tc ON tc.relnamespace = tn.oid AND tc.relname = t.name
     JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = tc.oid AND d.refobjsubid > 0
       AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
     JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE NOT (has_sequence_privilege(c.oid, 'SELECT') AND has_sequence_privilege(c.oid, 'UPDATE'))
     ORDER BY 1, 2`,
    [targets.map(({ schema }) => schema), targets.map(({ name }) => name)],
  );
  const grant = (name: QualifiedName): string => `GRANT SELECT, UPDATE ON SEQUENCE ${quoteQualified(name)} TO ${role};`;
  return {
    missing: rows.filter(({ identity }) => !identity).map(grant),
    recommended: rows.filter(({ identity }) => identity).map(grant),
  };
}

/** The planner checks rights: where it refuses although every table that is known is readable, it names one that is not. */
async function missingForQuery(
  client: Client,
  role: string,
  query: string,
  known: readonly string[],
): Promise<string[]> {
  if (known.some((grant) => grant.includes('SELECT') || grant.includes('USAGE'))) return [];
  try {
    await client.query(`EXPLAIN ${query}`);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== '42501') return [];
    const hidden = rowSecurityText(error.message);
    if (hidden !== null)
      return known.some((sql) => sql.includes('BYPASSRLS')) ? [] : [`ALTER ROLE ${role} BYPASSRLS; -- ${hidden}`];
    const refused = /^permission denied for .*?(\S+)$/.exec(error.message)?.[1];
    const tables = refused === undefined ? [] : await unreadable(client, refused, query);
    return tables.length === 0
      ? [`-- ${error.message}`]
      : tables.map((table) => `GRANT SELECT ON TABLE ${quoteQualified(table)} TO ${role};`);
  }
}

/** The server names a table without its schema: those of that name that cannot be read, in schemas that the query mentions. */
async function unreadable(client: Client, name: string, query: string): Promise<QualifiedName[]> {
  const { rows } = await client.query<QualifiedName>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT has_table_privilege(c.oid, 'SELECT') ORDER BY 1`,
    [name],
  );
  const mentioned = rows.filter(({ schema }) => query.includes(schema));
  return mentioned.length > 0 ? mentioned : rows;
}
