import type { Client } from 'pg';
import { quoteQualified } from '../../connect/identifiers';
import type { QualifiedName } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { keyTexts, postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { RowError } from '../../run/driver';
import { targetTable } from './merge';
import { referencesTo, refersTo } from './references-to';
import type { ReferenceTo } from './references-to';
import { keyRecord } from './row-errors';
import { deletes } from './work-tables';

interface Action {
  readonly words: string;
  readonly fate: string;
}

/** Those that take, or change, the rows that refer; the others refuse the delete by themselves. */
const actions: Readonly<Partial<Record<ReferenceTo['onDelete'], Action>>> = {
  c: { words: 'ON DELETE CASCADE', fate: 'would be deleted with it' },
  n: { words: 'ON DELETE SET NULL', fate: 'would be changed with it' },
  d: { words: 'ON DELETE SET DEFAULT', fate: 'would be changed with it' },
};

/**
 * Forgets the remembered deletes of rows to which rows of other datasets' tables still refer by an ON DELETE action: these would go, or
 * change, uncounted and past every guard. Whoever wants them gone syncs those datasets first; with NO ACTION the server would refuse
 * the delete with the same SQLSTATE. Tables that no dataset writes follow as their owner has declared it.
 * @param others the tables that other datasets write
 * @param add is told of each row that stays
 */
export async function keepReferred(
  writer: Client,
  ds: ResolvedDataset,
  others: readonly QualifiedName[],
  add: (error: RowError) => void,
): Promise<void> {
  const own = postgresTarget(ds).table;
  const guarded = others.filter((other) => !isSame(other, own));
  if (guarded.length === 0) return;
  for (const reference of await referencesTo(writer, ds)) {
    const action = actions[reference.onDelete];
    if (action === undefined || !guarded.some((other) => isSame(other, reference))) continue;
    const { rows } = await writer.query<string[]>({
      text: `DELETE FROM ${deletes} AS d USING ${targetTable(ds)} AS t
        WHERE ${sameKey(ds, 't', 'd')} AND EXISTS (SELECT FROM ${quoteQualified(reference)} AS child WHERE ${refersTo(reference)})
        RETURNING ${keyTexts(ds, 'target').join(', ')}`,
      rowMode: 'array',
    });
    for (const key of rows) add(stays(ds, keyRecord(ds, key), reference, action));
  }
}

function isSame(one: QualifiedName, other: QualifiedName): boolean {
  return one.schema === other.schema && one.name === other.name;
}

function stays(
  { name }: ResolvedDataset,
  key: RowError['key'],
  { schema, name: table, constraint }: ReferenceTo,
  { words, fate }: Action,
): RowError {
  const reason =
    `rows of ${schema}.${table}, which another dataset writes, still refer to it and ${fate} ` +
    `(${constraint}, ${words}): sync that dataset first`;
  return { dataset: name, key, operation: 'delete', column: null, value: null, sqlstate: '23503', reason };
}
