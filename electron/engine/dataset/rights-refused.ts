import type { Client } from 'pg';
import type { QualifiedName } from '../connect/identifiers';
import { plainName, readNeed, seesAllRows } from './rights-needs';
import type { Need } from './rights-needs';
import { rowSecurityText } from './workbench';

/**
 * The planner checks rights: where it refuses a query for a reason that is not among the known ones, that one is told.
 * @param known what is wanted of this database so far
 */
export async function refusedByPlanner(
  client: Client,
  database: string,
  role: string,
  query: string,
  known: readonly Need[],
): Promise<Need[]> {
  try {
    await client.query(`EXPLAIN ${query}`);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== '42501') return [];
    const missing = known.filter(({ has }) => !has);
    const hidden = rowSecurityText(error.message);
    if (hidden !== null) {
      const told = missing.some(({ privilege }) => privilege === 'BYPASSRLS');
      return told ? [] : [seesAllRows(database, role, hidden, hidden)];
    }
    const [, kind, name = ''] = /^permission denied for (.*?)(\S+)$/.exec(error.message) ?? [];
    if (kind?.includes('function') === true) {
      const functions = await functionsNamed(client, database, name);
      return functions.length > 0 ? functions : [inItsOwnWords(database, error.message)];
    }
    // The server names a table without its schema, and one at a time.
    const last = (object: string): string => object.replace(/^.*\./u, '');
    if (missing.some(({ on, object }) => on !== 'database' && last(object) === plainName(name))) return [];
    const tables = name === '' ? [] : await unreadable(client, name, query);
    return tables.length > 0
      ? tables.map((table) => readNeed(database, table))
      : [inItsOwnWords(database, error.message)];
  }
}

/** What the server refuses, where nobody can tell which statement would give it. */
function inItsOwnWords(database: string, message: string): Need {
  const object = message.replace(/^permission denied for /u, '');
  return { database, on: 'table', object, privilege: 'SELECT', has: false, grantOn: null, statement: `-- ${message}` };
}

async function functionsNamed(client: Client, database: string, name: string): Promise<Need[]> {
  const { rows } = await client.query<{ signature: string }>(
    `SELECT p.oid::regprocedure::text AS signature FROM pg_proc AS p
     WHERE p.proname = $1 AND NOT has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1`,
    [name],
  );
  return rows.map(({ signature }) => ({
    database,
    on: 'function',
    object: signature,
    privilege: 'EXECUTE',
    has: false,
    grantOn: `FUNCTION ${signature}`,
  }));
}

/** The tables of that name that cannot be read, in schemas that the query mentions where there are any. */
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
