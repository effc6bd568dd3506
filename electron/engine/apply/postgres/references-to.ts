import type { Client } from 'pg';
import { quoteIdent } from '../../connect/identifiers';
import type { QualifiedName } from '../../connect/identifiers';
import { postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';

/** A foreign key, of whichever table, that refers to the target of a dataset. */
export interface ReferenceTo extends QualifiedName {
  readonly constraint: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  /** What a delete of a row does to those that refer to it, as pg_constraint has it: a and r refuse it. */
  readonly onDelete: 'a' | 'r' | 'c' | 'n' | 'd';
}

/** The foreign keys that refer to a dataset's target, its own among them. */
export async function referencesTo(writer: Client, ds: ResolvedDataset): Promise<readonly ReferenceTo[]> {
  const { rows } = await writer.query<ReferenceTo>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, f.conname::text AS constraint, f.confdeltype::text AS "onDelete",
       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
             JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum ORDER BY k.n) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, n)
             JOIN pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.attnum ORDER BY k.n) AS referenced
     FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE f.contype = 'f' AND f.confrelid = $1::oid AND f.conparentid = 0
     ORDER BY 1, 2, 3`,
    [postgresTarget(ds).table.oid],
  );
  return rows;
}

/** Over aliases child and t: the child's row refers to that of the target. */
export function refersTo({ columns, referenced }: Pick<ReferenceTo, 'columns' | 'referenced'>): string {
  return columns
    .map((name, index) => `child.${quoteIdent(name)} = t.${quoteIdent(referenced[index] ?? '')}`)
    .join(' AND ');
}
