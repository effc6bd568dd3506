import type { Client } from 'pg';
import type { Policy } from '../../compare/policy';
import { quoteIdent, quoteLiteral } from '../../connect/identifiers';
import { literalType } from '../../dataset/key-predicates';
import type { EntityKey } from '../../run/driver';
import { differs, targetTable } from './merge';
import { stage } from './work-tables';

/**
 * Looks at staged rows and target before a merge; one letter per key, in order: i insert, u update, e equal, s left alone by the policy,
 * d gone from the source, n on neither side.
 */
export async function classify(writer: Client, policy: Policy, keys: readonly EntityKey[]): Promise<string> {
  const { dataset: ds, write, updateWhere, mark } = policy;
  const names = ds.key.map((_, index) => `k${String(index)}`);
  const types = ds.key.map((column) => literalType(ds, column) ?? 'pg_catalog.text');
  const arrays = ds.key.map((_, index) => `$${String(index + 1)}::pg_catalog.text[]::${types[index] ?? ''}[]`);
  const is = (alias: string): string =>
    ds.key
      .map((column, index) => {
        const sql = `${alias}.${quoteIdent(column.name)}`;
        return `${literalType(ds, column) === null ? `${sql}::pg_catalog.text COLLATE "C"` : sql} = k.${names[index] ?? ''}`;
      })
      .join(' AND ');
  const marked =
    mark === null
      ? 'false'
      : `target.${quoteIdent(mark.column)}::pg_catalog.text IS NOT DISTINCT FROM (${mark.literal})::pg_catalog.text`;
  const { rows } = await writer.query<{ deeds: string | null }>(
    `SELECT string_agg(CASE
       WHEN source.tableoid IS NULL THEN CASE WHEN target.tableoid IS NULL OR ${marked} THEN 'n' ELSE 'd' END
       WHEN target.tableoid IS NULL THEN ${quoteLiteral(write === 'update' ? 's' : 'i')}
       WHEN NOT (${differs(ds)}) THEN 'e'
       WHEN ${write === 'insert' ? 'true' : updateWhere === null ? 'false' : `(${updateWhere}) IS NOT TRUE`} THEN 's'
       ELSE 'u' END, '' ORDER BY k.n) AS deeds
     FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS k(${names.join(', ')}, n)
     LEFT JOIN ${stage} AS source ON ${is('source')}
     LEFT JOIN ${targetTable(ds)} AS target ON ${is('target')}`,
    ds.key.map((_, index) => keys.map((key) => key[index] ?? '')),
  );
  return rows[0]?.deeds ?? '';
}
