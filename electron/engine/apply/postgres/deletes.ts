import type { Client } from 'pg';
import { keyText } from '../../dataset/key-text';
import type { Policy } from '../../compare/policy';
import { KeptByTrigger } from '../../compare/server-errors';
import { spanCondition } from '../../compare/span';
import type { Span } from '../../compare/span';
import { quoteIdent } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { keyTexts, postgresTarget } from '../../dataset/projection';
import type { ForeignKey, ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey } from '../../run/driver';
import type { Condition } from './divide';
import { targetTable } from './merge';
import type { RowSource } from './row-source';
import { deletes, stage } from './work-tables';

/** Remembers the target's rows of a span that were not staged; gives their number. */
export async function rememberUnstaged(writer: Client, policy: Policy, span: Span): Promise<number> {
  const { dataset: ds } = policy;
  const absent = `NOT EXISTS (SELECT FROM ${stage} AS source WHERE ${sameKey(ds, 't', 'source')})`;
  return remember(writer, policy, span, absent);
}

/** Remembers the target's rows of a span, all of them or those that meet a condition over alias t; gives their number. */
export async function remember(writer: Client, policy: Policy, span: Span, condition?: string): Promise<number> {
  const { dataset: ds, targetScope } = policy;
  const keys = ds.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  const conditions = [spanCondition(ds, 'target', span), targetScope, condition].filter((part) => part !== undefined);
  const result = await writer.query(
    `INSERT INTO ${deletes} (${keyNames(ds)}) SELECT ${keys} FROM ${targetTable(ds)} AS t ` +
      `WHERE ${conditions.map((part) => `(${part})`).join(' AND ') || 'true'} ON CONFLICT DO NOTHING`,
  );
  return result.rowCount ?? 0;
}

export async function countDeletes(writer: Client): Promise<number> {
  const { rows } = await writer.query<{ n: string }>(`SELECT count(*) AS n FROM ${deletes}`);
  return Number(rows[0]?.n);
}

/** The remembered keys in blocks, with the number of each. */
export async function* rememberedKeys(
  writer: Client,
  ds: ResolvedDataset,
  size: number,
  condition = 'true',
): AsyncGenerator<readonly { readonly n: string; readonly key: EntityKey }[]> {
  let last = '0';
  for (;;) {
    const { rows }: { rows: string[][] } = await writer.query<string[]>({
      text:
        `SELECT t.astro_sync_n, ${keyTexts(ds, 'target').join(', ')} FROM ${deletes} AS t ` +
        `WHERE t.astro_sync_n > ${last} AND ${condition} ORDER BY t.astro_sync_n LIMIT ${String(size)}`,
      rowMode: 'array',
    });
    const block = rows.map(([n, ...key]) => ({ n: n ?? '', key }));
    const end = block.at(-1);
    if (end === undefined) return;
    yield block;
    last = end.n;
  }
}

/**
 * Looks each remembered key up in the source's snapshot, directly, and forgets those that are there after all.
 * A comparison by hashes may find a row missing; only this proves it.
 */
export async function proveAbsence(writer: Client, ds: ResolvedDataset, rows: RowSource): Promise<void> {
  for await (const block of rememberedKeys(writer, ds, 10_000, 'NOT t.astro_sync_proven')) {
    const gone = await rows.gone(block.map(({ key }) => key));
    const there = block.filter(({ key }) => !gone.has(keyText(key))).map(({ n }) => n);
    if (there.length > 0) await writer.query(`DELETE FROM ${deletes} WHERE astro_sync_n = ANY ($1::bigint[])`, [there]);
    const last = block.at(-1)?.n ?? '0';
    await writer.query(
      `UPDATE ${deletes} SET astro_sync_proven = true WHERE astro_sync_n <= ${last} AND NOT astro_sync_proven`,
    );
  }
}

/**
 * Deletes, or marks, the remembered rows that meet a condition over the remembered key, and forgets them; gives their number.
 * A row to which one that stays still refers, in this very table, is left remembered: an ON DELETE action would take that one too.
 * @throws KeptByTrigger where a trigger of the target silently kept a row
 */
export async function deleteRemembered(writer: Client, policy: Policy, which: Condition): Promise<number> {
  const { dataset: ds, mark, targetScope } = policy;
  const { beforeTriggers } = postgresTarget(ds).table;
  const proven = `${which('d')} AND d.astro_sync_proven`;
  const same = sameKey(ds, 't', 'd');
  const countThere = async (condition: string): Promise<number> => {
    const sql = `SELECT count(*) AS n FROM ${deletes} AS d JOIN ${targetTable(ds)} AS t ON ${same} WHERE ${condition}`;
    return Number((await writer.query<{ n: string }>(sql)).rows[0]?.n);
  };
  if (mark !== null) {
    await writer.query(
      `UPDATE ${targetTable(ds)} AS t SET ${quoteIdent(mark.column)} = ${mark.literal} FROM ${deletes} AS d ` +
        `WHERE ${same} AND ${proven} AND ${targetScope ?? 'true'}`,
    );
    if (beforeTriggers.update && (await countThere(`${proven} AND ${targetScope ?? 'true'}`)) > 0)
      throw new KeptByTrigger('update');
    return (await writer.query(`DELETE FROM ${deletes} AS d WHERE ${proven}`)).rowCount ?? 0;
  }
  const kept = `EXISTS (SELECT FROM ${targetTable(ds)} AS t WHERE ${same} AND (${staysReferred(ds)}))`;
  const free = hasOwnReferences(ds) ? `${proven} AND NOT ${kept}` : proven;
  const there = beforeTriggers.delete ? await countThere(free) : 0;
  const { rows } = await writer.query<{ n: string; gone: string }>(
    `WITH done AS (DELETE FROM ${deletes} AS d WHERE ${free} RETURNING ${keyNames(ds)}),
     gone AS (DELETE FROM ${targetTable(ds)} AS t USING done AS d WHERE ${same} RETURNING 1)
     SELECT (SELECT count(*) FROM done) AS n, (SELECT count(*) FROM gone) AS gone`,
  );
  if (Number(rows[0]?.gone) < there) throw new KeptByTrigger('delete');
  return Number(rows[0]?.n);
}

function ownReferences(ds: ResolvedDataset): readonly ForeignKey[] {
  const { table } = postgresTarget(ds);
  return table.foreignKeys.filter(
    ({ references }) => references.schema === table.schema && references.name === table.name,
  );
}

function hasOwnReferences(ds: ResolvedDataset): boolean {
  return ownReferences(ds).length > 0;
}

/** Over alias t: a row of the same table that is not to be deleted refers to it. */
function staysReferred(ds: ResolvedDataset): string {
  return ownReferences(ds)
    .map(({ columns, referencedColumns }) => {
      const refers = columns.map(
        (name, index) => `child.${quoteIdent(name)} = t.${quoteIdent(referencedColumns[index] ?? '')}`,
      );
      const stays = `NOT EXISTS (SELECT FROM ${deletes} AS other WHERE ${sameKey(ds, 'other', 'child')} AND other.astro_sync_proven)`;
      return `EXISTS (SELECT FROM ${targetTable(ds)} AS child WHERE ${refers.join(' AND ')} AND ${stays})`;
    })
    .join(' OR ');
}

function keyNames(ds: ResolvedDataset): string {
  return ds.key.map(({ name }) => quoteIdent(name)).join(', ');
}
