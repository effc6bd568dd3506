import type { Client } from 'pg';
import { describeQuery } from './describe-query';
import type { QualifiedName } from '../connect/identifiers';

/**
 * The tables and views that a query needs rights on, found without any right on them: parsing takes a lock on each until the
 * transaction ends. What a view reads stands behind the rights of its owner, unless it is one of its invoker.
 * @returns none where the query does not parse
 */
export async function relationsByLocks(client: Client, sql: string): Promise<QualifiedName[]> {
  // Where rows would be hidden, parsing is refused under row_security = off, as every session here has it.
  await client.query('BEGIN; SET LOCAL row_security = on');
  try {
    await describeQuery(client, sql);
    const { rows } = await client.query<QualifiedName>(`
WITH locked AS MATERIALIZED (
  SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'v'
    AND NOT coalesce('security_invoker=true' = ANY (c.reloptions) OR 'security_invoker=on' = ANY (c.reloptions), false) AS covers
  FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
)
SELECT DISTINCT l.schema, l.name FROM locked AS l
WHERE NOT EXISTS (
  SELECT FROM locked AS v JOIN pg_rewrite AS r ON r.ev_class = v.oid
  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
  WHERE v.covers AND v.oid <> l.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = l.oid)
ORDER BY 1, 2`);
    return rows;
  } catch {
    return [];
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Words that may be the name of a table with its schema. */
const pairs = /(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*\.\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))/gu;

/** The tables and views whose names stand, with their schema, in pieces of SQL that the server does not take as they are. */
export async function relationsByName(client: Client, sql: readonly string[]): Promise<QualifiedName[]> {
  const exact = (quoted: string | undefined, plain: string | undefined): string =>
    quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"');
  const names = sql.flatMap((text) =>
    [...text.matchAll(pairs)].map(([, schema, plainSchema, name, plainName]) => ({
      schema: exact(schema, plainSchema),
      name: exact(name, plainName),
    })),
  );
  if (names.length === 0) return [];
  const { rows } = await client.query<QualifiedName>(
    `SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS name
     FROM unnest($1::text[], $2::text[]) AS asked(schema, name)
     JOIN pg_namespace AS n ON n.nspname = asked.schema
     JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = asked.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
    [names.map(({ schema }) => schema), names.map(({ name }) => name)],
  );
  return rows;
}
