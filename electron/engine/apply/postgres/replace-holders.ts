import type { Client } from 'pg';
import type { Policy } from '../../compare/policy';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import { differs, targetTable } from './merge';
import { inGroup, stage, together } from './work-tables';

interface Reference {
  readonly schema: string;
  readonly name: string;
  readonly columns: string[];
  readonly referenced: string[];
}

/**
 * Deletes the holders of wanted values and inserts them anew with their new image, unless they are to be deleted anyway; columns
 * outside the dataset keep their values.
 * Gives how many rows it wrote. Does nothing where any row of any table refers to one of them, so that no ON DELETE action can run.
 */
export async function replaceHolders(writer: Client, policy: Policy, group: number | null): Promise<number> {
  const { dataset: ds, updateWhere } = policy;
  const { table } = postgresTarget(ds);
  if (await isReferred(writer, ds, group)) return 0;
  const projected = new Set(ds.columns.map(({ name }) => name));
  const columns = table.columns.filter(({ generated }) => generated === 'none').map(({ name }) => name);
  const values = columns.map((name) => `${projected.has(name) ? 'source' : 'gone'}.${quoteIdent(name)}`);
  await writer.query(
    `DELETE FROM ${targetTable(ds)} AS target USING ${together} AS g
     WHERE ${sameKey(ds, 'target', 'g')} AND ${inGroup('g', group)} AND g.astro_sync_doomed`,
  );
  const result = await writer.query(
    `WITH gone AS (
       DELETE FROM ${targetTable(ds)} AS target USING ${stage} AS source, ${together} AS g
       WHERE ${sameKey(ds, 'target', 'source')} AND ${sameKey(ds, 'g', 'source')}
         AND ${inGroup('g', group)} AND g.astro_sync_holds <> '{}'
         AND ${differs(ds)}${updateWhere === null ? '' : ` AND (${updateWhere})`}
       RETURNING target.*)
     INSERT INTO ${targetTable(ds)} (${columns.map(quoteIdent).join(', ')}) OVERRIDING SYSTEM VALUE
     SELECT ${values.join(', ')} FROM gone JOIN ${stage} AS source ON ${sameKey(ds, 'gone', 'source')}`,
  );
  return result.rowCount ?? 0;
}

async function isReferred(writer: Client, ds: ResolvedDataset, group: number | null): Promise<boolean> {
  const { rows: references } = await writer.query<Reference>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name,
       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
             JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum ORDER BY k.n) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, n)
             JOIN pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.attnum ORDER BY k.n) AS referenced
     FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE f.contype = 'f' AND f.confrelid = $1::oid AND f.conparentid = 0`,
    [postgresTarget(ds).table.oid],
  );
  for (const reference of references) {
    const refers = reference.columns.map(
      (name, i) => `child.${quoteIdent(name)} = t.${quoteIdent(reference.referenced[i] ?? '')}`,
    );
    const { rows } = await writer.query(
      `SELECT FROM ${quoteQualified(reference)} AS child JOIN ${targetTable(ds)} AS t ON ${refers.join(' AND ')}
       JOIN ${together} AS g ON ${sameKey(ds, 'g', 't')} AND ${inGroup('g', group)} LIMIT 1`,
    );
    if (rows.length > 0) return true;
  }
  return false;
}
