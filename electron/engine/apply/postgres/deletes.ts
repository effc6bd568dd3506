import type { Client } from 'pg';
import { selectRows } from '../../compare/digest';
import type { Policy } from '../../compare/policy';
import { spanCondition, spanOfKeys } from '../../compare/span';
import type { Span } from '../../compare/span';
import { quoteIdent } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { keyTexts } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey } from '../../run/driver';
import { targetTable } from './merge';
import { stage } from './stage';

/** Keys of target rows that are to be deleted (or marked), in the writer's session until the run is over. */
export const deletes = 'pg_temp.astro_sync_deletes';

export async function createDeletes(writer: Client, ds: ResolvedDataset): Promise<void> {
  const columns = ds.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  await writer.query(
    `CREATE TEMPORARY TABLE IF NOT EXISTS astro_sync_deletes AS SELECT ${columns} FROM ${targetTable(ds)} AS t WITH NO DATA;
     ALTER TABLE ${deletes} ADD COLUMN IF NOT EXISTS astro_sync_n bigint GENERATED ALWAYS AS IDENTITY,
       ADD COLUMN IF NOT EXISTS astro_sync_proven boolean NOT NULL DEFAULT false;
     CREATE UNIQUE INDEX IF NOT EXISTS astro_sync_deletes_key ON ${deletes} (${keyNames(ds)})`,
  );
}

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
export async function proveAbsence(source: Client, writer: Client, ds: ResolvedDataset): Promise<void> {
  for await (const block of rememberedKeys(writer, ds, 10_000, 'NOT t.astro_sync_proven')) {
    const keys = block.map(({ key }) => key);
    const { rows } = await source.query<string[]>({
      text: selectRows(ds, 'source', keyTexts(ds, 'source').join(', '), spanOfKeys(keys)),
      rowMode: 'array',
    });
    if (rows.length > 0)
      await writer.query(
        `DELETE FROM ${deletes} AS t WHERE ${spanCondition(ds, 'target', spanOfKeys(rows)) ?? 'true'}`,
      );
    const [first, last] = [block[0]?.n ?? '0', block.at(-1)?.n ?? '0'];
    await writer.query(
      `UPDATE ${deletes} SET astro_sync_proven = true WHERE astro_sync_n BETWEEN ${first} AND ${last}`,
    );
  }
}

/** Deletes, or marks, the remembered rows with these numbers; gives how many were there. */
export async function deleteBlock(writer: Client, policy: Policy, first: string, last: string): Promise<number> {
  const { dataset: ds, mark, targetScope } = policy;
  const block = `d.astro_sync_n BETWEEN ${first} AND ${last} AND d.astro_sync_proven`;
  const same = sameKey(ds, 't', 'd');
  const sql =
    mark === null
      ? `DELETE FROM ${targetTable(ds)} AS t USING ${deletes} AS d WHERE ${same} AND ${block}`
      : `UPDATE ${targetTable(ds)} AS t SET ${quoteIdent(mark.column)} = ${mark.literal} FROM ${deletes} AS d ` +
        `WHERE ${same} AND ${block} AND ${targetScope ?? 'true'}`;
  const result = await writer.query(sql);
  await writer.query(`DELETE FROM ${deletes} AS d WHERE ${block}`);
  return result.rowCount ?? 0;
}

function keyNames(ds: ResolvedDataset): string {
  return ds.key.map(({ name }) => quoteIdent(name)).join(', ');
}
