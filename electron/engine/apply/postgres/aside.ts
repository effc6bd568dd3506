import type { Client } from 'pg';
import { keyText } from '../../dataset/key-text';
import { spanCondition, spanOfKeys } from '../../compare/span';
import { quoteIdent, quoteLiteral } from '../../connect/identifiers';
import { keyTexts } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey, RowError } from '../../run/driver';
import type { Condition } from './divide';
import { aside, stage } from './work-tables';

/**
 * Why a row is set aside. parent: a foreign key is not there yet; value: a unique value is held by a row that is not in this batch;
 * delete: the value is held by a row whose delete is pending; failed: it was tried to the end and told as a row error.
 */
export type Why = 'parent' | 'value' | 'delete' | 'failed';

/** What will be told if the row never gets in. */
export type AsideError = Pick<RowError, 'column' | 'value' | 'sqlstate' | 'reason'>;

/** Moves rows from the stage to those set aside; gives their number. @param error SQL over alias source of the error as JSON text */
export async function setAside(
  writer: Client,
  ds: ResolvedDataset,
  rows: Condition,
  why: Why,
  error: string,
): Promise<number> {
  const names = ds.key.map(({ name }) => quoteIdent(name)).join(', ');
  const keys = ds.key.map(({ name }) => `source.${quoteIdent(name)}`).join(', ');
  const result = await writer.query(
    `WITH moved AS (DELETE FROM ${stage} AS source WHERE ${rows('source')} RETURNING ${keys}, ${error} AS error)
     INSERT INTO ${aside} (${names}, astro_sync_why, astro_sync_error) SELECT ${names}, '${why}', error FROM moved
     ON CONFLICT (${names}) DO UPDATE SET astro_sync_why = excluded.astro_sync_why, astro_sync_error = excluded.astro_sync_error`,
  );
  return result.rowCount ?? 0;
}

/** An error as SQL, for setAside. */
export function errorLiteral(error: AsideError): string {
  return quoteLiteral(JSON.stringify(error));
}

export async function countAside(writer: Client, whys: readonly Why[]): Promise<number> {
  const { rows } = await writer.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${aside} WHERE astro_sync_why = ANY ($1)`,
    [whys],
  );
  return Number(rows[0]?.n);
}

/** Rows set aside for one of these reasons, in blocks; those that are set aside meanwhile, again or anew, are not among them. */
export async function* rowsAside(
  writer: Client,
  ds: ResolvedDataset,
  whys: readonly Why[],
  size: number,
): AsyncGenerator<readonly { readonly key: EntityKey; readonly error: AsideError }[]> {
  const { rows: ends } = await writer.query<{ n: string | null }>(`SELECT max(astro_sync_n) AS n FROM ${aside}`);
  const end = ends[0]?.n ?? '0';
  let last = '0';
  for (;;) {
    const { rows }: { rows: string[][] } = await writer.query<string[]>({
      text:
        `SELECT t.astro_sync_n, t.astro_sync_error, ${keyTexts(ds, 'target').join(', ')} FROM ${aside} AS t ` +
        `WHERE t.astro_sync_n > ${last} AND t.astro_sync_n <= ${end} AND t.astro_sync_why = ANY ($1) ORDER BY t.astro_sync_n LIMIT ${String(size)}`,
      values: [whys],
      rowMode: 'array',
    });
    const block = rows.map(([, error, ...key]) => ({ key, error: JSON.parse(error ?? 'null') as AsideError }));
    if (block.length === 0) return;
    yield block;
    last = rows.at(-1)?.[0] ?? last;
  }
}

/** Forgets that these were set aside, because they are tried again. */
export async function takeBack(writer: Client, ds: ResolvedDataset, keys: readonly EntityKey[]): Promise<void> {
  await writer.query(`DELETE FROM ${aside} AS t WHERE ${spanCondition(ds, 'target', spanOfKeys(keys)) ?? 'true'}`);
}

/** Changes the reason for which rows are set aside. */
export async function changeWhy(writer: Client, from: readonly Why[], to: Why): Promise<void> {
  await writer.query(`UPDATE ${aside} SET astro_sync_why = $2 WHERE astro_sync_why = ANY ($1)`, [from, to]);
}

/** Those of these keys that wait for something. */
export async function keysAside(
  writer: Client,
  ds: ResolvedDataset,
  keys: readonly EntityKey[],
): Promise<ReadonlySet<string>> {
  const { rows } = await writer.query<string[]>({
    text:
      `SELECT ${keyTexts(ds, 'target').join(', ')} FROM ${aside} AS t ` +
      `WHERE t.astro_sync_why <> 'failed' AND ${spanCondition(ds, 'target', spanOfKeys(keys)) ?? 'true'}`,
    rowMode: 'array',
  });
  return new Set(rows.map(keyText));
}
