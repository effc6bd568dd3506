import type { Client } from 'pg';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import type { QualifiedName } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { keyTexts, postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { RowError } from '../../run/driver';
import { targetTable } from './merge';
import { keyRecord } from './row-errors';
import { deletes } from './work-tables';

/** A foreign key of another dataset's table, by whose ON DELETE action rows would go, or change, with a row that is deleted here. */
interface Reference extends QualifiedName {
  readonly constraint: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly action: 'c' | 'n' | 'd';
}

const actions = { c: 'ON DELETE CASCADE', n: 'ON DELETE SET NULL', d: 'ON DELETE SET DEFAULT' } as const;

/**
 * Forgets the remembered deletes of rows to which rows of other datasets' tables still refer by an ON DELETE action: these would go, or
 * change, uncounted and past every guard. Whoever wants them gone syncs those datasets first; with NO ACTION the server would refuse
 * the delete in the same words. Tables that no dataset writes follow as their owner has declared it.
 * @param others the tables that other datasets write
 * @param add is told of each row that stays
 */
export async function keepReferred(
  writer: Client,
  ds: ResolvedDataset,
  others: readonly QualifiedName[],
  add: (error: RowError) => void,
): Promise<void> {
  for (const reference of await referencesFrom(writer, ds, others)) {
    const refers = reference.columns.map(
      (name, index) => `child.${quoteIdent(name)} = t.${quoteIdent(reference.referenced[index] ?? '')}`,
    );
    const { rows } = await writer.query<string[]>({
      text: `DELETE FROM ${deletes} AS d USING ${targetTable(ds)} AS t
        WHERE ${sameKey(ds, 't', 'd')} AND EXISTS (SELECT FROM ${quoteQualified(reference)} AS child WHERE ${refers.join(' AND ')})
        RETURNING ${keyTexts(ds, 'target').join(', ')}`,
      rowMode: 'array',
    });
    for (const key of rows) add(stays(ds, keyRecord(ds, key), reference));
  }
}

function stays(
  { name }: ResolvedDataset,
  key: RowError['key'],
  { schema, name: table, constraint, action }: Reference,
): RowError {
  const fate = action === 'c' ? 'would be deleted with it' : 'would be changed with it';
  const reason =
    `rows of ${schema}.${table}, which another dataset writes, still refer to it and ${fate} ` +
    `(${constraint}, ${actions[action]}): sync that dataset first`;
  return { dataset: name, key, operation: 'delete', column: null, value: null, sqlstate: '23503', reason };
}

async function referencesFrom(
  writer: Client,
  ds: ResolvedDataset,
  others: readonly QualifiedName[],
): Promise<readonly Reference[]> {
  if (others.length === 0) return [];
  const { rows } = await writer.query<Reference>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name, f.conname::text AS constraint, f.confdeltype::text AS action,
       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
             JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum ORDER BY k.n) AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(f.confkey) WITH ORDINALITY AS k(attnum, n)
             JOIN pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.attnum ORDER BY k.n) AS referenced
     FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE f.contype = 'f' AND f.confrelid = $1::oid AND f.conrelid <> f.confrelid AND f.conparentid = 0
       AND f.confdeltype IN ('c', 'n', 'd')
       AND (n.nspname, c.relname) IN (SELECT * FROM unnest($2::name[], $3::name[]))
     ORDER BY 1, 2, 3`,
    [postgresTarget(ds).table.oid, others.map(({ schema }) => schema), others.map(({ name }) => name)],
  );
  return rows;
}
