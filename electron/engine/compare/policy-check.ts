import { quoteIdent, quoteQualified } from '../connect/identifiers';
import { sameKey } from '../dataset/key-predicates';
import { columnText, postgresTarget } from '../dataset/projection';
import type { EntityKey } from '../run/driver';
import type { Comparison } from './comparison';
import { selectRows } from './digest';
import { inBlocks } from './key-hashes';
import { keyText } from '../dataset/key-text';
import { isDataError } from './server-errors';
import { spanOfKeys } from './span';

const blockRows = 1_000;

/**
 * Those of these keys, present on both sides, for which update_where is not true. The source's images go to the target's server
 * as parameters, because a comparison creates no tables.
 */
export async function keysHeldBack(
  comparison: Comparison,
  updateWhere: string,
  keys: readonly EntityKey[],
): Promise<ReadonlySet<string>> {
  const back = new Set<string>();
  for (const block of inBlocks(keys, blockRows)) {
    for (const key of await heldBack(comparison, updateWhere, block)) back.add(keyText(key));
  }
  return back;
}

async function heldBack(
  comparison: Comparison,
  updateWhere: string,
  keys: readonly EntityKey[],
): Promise<readonly EntityKey[]> {
  const { policy, source, target, restoreSource } = comparison;
  const { dataset: ds } = policy;
  try {
    const texts = ds.columns.map((column) => columnText(ds, column, 'source')).join(', ');
    const { rows } = await source.query<(string | null)[]>({
      text: selectRows(ds, 'source', texts, spanOfKeys(keys)),
      rowMode: 'array',
    });
    const names = ds.columns.map((_, index) => `c${String(index)}`);
    const arrays = names.map((_, index) => `$${String(index + 1)}::pg_catalog.text[]`).join(', ');
    const values = ds.columns.map(
      ({ name, type }, index) => `${names[index] ?? ''}::${type.sql} AS ${quoteIdent(name)}`,
    );
    const { rows: found } = await target.query<string[]>({
      text:
        `SELECT ${ds.key.map(({ name }) => `target.${quoteIdent(name)}::text`).join(', ')} ` +
        `FROM unnest(${arrays}) AS given(${names.join(', ')}) CROSS JOIN LATERAL (SELECT ${values.join(', ')}) AS source ` +
        `JOIN ${quoteQualified(postgresTarget(ds).table)} AS target ON ${sameKey(ds, 'target', 'source')} ` +
        `WHERE (${updateWhere}) IS NOT TRUE`,
      values: ds.columns.map((_, index) => rows.map((row) => row[index] ?? null)),
      rowMode: 'array',
    });
    return found;
  } catch (error) {
    if (!isDataError(error)) throw error;
    await restoreSource();
    // A value that does not fit is no reason to hold back: the row is tried, and fails alone.
    if (keys.length === 1) return [];
    const middle = keys.length >> 1;
    return [
      ...(await heldBack(comparison, updateWhere, keys.slice(0, middle))),
      ...(await heldBack(comparison, updateWhere, keys.slice(middle))),
    ];
  }
}
