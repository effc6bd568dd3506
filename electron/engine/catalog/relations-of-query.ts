import type { Client } from 'pg';
import { quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';

/**
 * The tables that a query reads, views seen through and partitions counted as their root, as the planner tells.
 * @returns null where this role may not read one of them
 */
export async function relationsOfQuery(client: Client, sql: string): Promise<QualifiedName[] | null> {
  let plan: unknown;
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': unknown }>(`EXPLAIN (FORMAT JSON, VERBOSE) ${sql}`);
    plan = rows[0]?.['QUERY PLAN'];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42501') return null;
    throw error;
  }
  const found = new Map<string, QualifiedName>();
  collect(plan, found);
  const { rows } = await client.query<QualifiedName>(
    `SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS name
     FROM unnest($1::text[]) AS asked(name)
     CROSS JOIN LATERAL (SELECT coalesce(pg_partition_root(to_regclass(asked.name)), to_regclass(asked.name)) AS root) AS r
     JOIN pg_class AS c ON c.oid = r.root JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname <> 'pg_catalog' ORDER BY 1, 2`,
    [[...found.keys()]],
  );
  return rows.map(({ schema, name }) => ({ schema, name }));
}

function collect(node: unknown, found: Map<string, QualifiedName>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
  } else if (typeof node === 'object' && node !== null) {
    const relation = node as Readonly<Record<string, unknown>>;
    const name = relation['Relation Name'];
    const schema = relation['Schema'];
    if (typeof name === 'string' && typeof schema === 'string')
      found.set(quoteQualified({ schema, name }), { schema, name });
    for (const value of Object.values(relation)) collect(value, found);
  }
}
