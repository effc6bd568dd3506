import type { Client } from 'pg';
import type { Policy } from '../../compare/policy';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import { differs, targetTable } from './merge';
import { referencesTo, refersTo } from './references-to';
import { inGroup, stage, together } from './work-tables';

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
  for (const reference of await referencesTo(writer, ds)) {
    const { rows } = await writer.query(
      `SELECT FROM ${quoteQualified(reference)} AS child JOIN ${targetTable(ds)} AS t ON ${refersTo(reference)}
       JOIN ${together} AS g ON ${sameKey(ds, 'g', 't')} AND ${inGroup('g', group)} LIMIT 1`,
    );
    if (rows.length > 0) return true;
  }
  return false;
}
