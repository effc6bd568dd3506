import type { Client } from 'pg';
import { isDataError } from '../../compare/server-errors';

/** A condition over a row of a temporary table, written for any alias. */
export type Condition = (alias: string) => string;

export interface Division<T> {
  /** A temporary table of the writer's session. */
  readonly table: string;
  /** Only these rows of it take part. */
  readonly within: Condition;
  /** Writes the rows of a part, all or nothing. */
  readonly attempt: (part: Condition) => Promise<T>;
  /** What a part that came through has done. */
  readonly done: (result: T) => void;
  /** Changes what stands in a part's way; true where the same part is worth another attempt. */
  readonly recover?: (error: unknown) => Promise<boolean>;
  /** A row that was refused by itself. */
  readonly refused: (row: Condition, error: unknown) => Promise<void>;
}

interface Bounds {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Writes rows in parts as large as the data allows: a part that is refused is undone to its savepoint and divided in two, until
 * each bad row stands alone. Errors that are not the data's end it. Runs inside an open transaction.
 */
export async function divide<T>(writer: Client, division: Division<T>): Promise<void> {
  const waiting: Bounds[] = [{ from: null, to: null }];
  for (let bounds = waiting.pop(); bounds !== undefined; bounds = waiting.pop()) {
    const part = conditionOf(bounds, division.within);
    const error = await attempt(writer, division, part);
    if (error === null) continue;
    if ((await division.recover?.(error)) === true) {
      waiting.push(bounds);
      continue;
    }
    const middle = await middleOf(writer, division.table, part);
    if (middle === null) await division.refused(part, error);
    else waiting.push({ from: middle, to: bounds.to }, { from: bounds.from, to: middle });
  }
}

/** Attempts a part inside a savepoint; gives the error that the data raised, or null. */
async function attempt<T>(writer: Client, division: Division<T>, part: Condition): Promise<unknown> {
  return inSavepoint(writer, async () => {
    const result = await division.attempt(part);
    await writer.query('SET CONSTRAINTS ALL IMMEDIATE');
    return result;
  }).then(
    (result) => {
      division.done(result);
      return null;
    },
    (error: unknown) => {
      if (!isDataError(error)) throw error;
      return error;
    },
  );
}

/** Runs work inside a savepoint; where it throws, everything that it wrote is undone and the transaction goes on. */
export async function inSavepoint<T>(writer: Client, work: () => Promise<T>): Promise<T> {
  await writer.query('SAVEPOINT astro_sync');
  try {
    const result = await work();
    await writer.query('RELEASE SAVEPOINT astro_sync');
    return result;
  } catch (error) {
    await writer.query('ROLLBACK TO SAVEPOINT astro_sync; RELEASE SAVEPOINT astro_sync');
    throw error;
  }
}

/** Rows of a temporary table that nothing else writes keep their place, so places divide it. */
function conditionOf({ from, to }: Bounds, within: Condition): Condition {
  return (alias) =>
    [
      within(alias),
      ...(from === null ? [] : [`${alias}.ctid >= '${from}'::tid`]),
      ...(to === null ? [] : [`${alias}.ctid < '${to}'::tid`]),
    ].join(' AND ');
}

async function middleOf(writer: Client, table: string, part: Condition): Promise<string | null> {
  const { rows } = await writer.query<{ n: string; middle: string | null }>(
    `SELECT count(*) AS n, (array_agg(r.ctid::text ORDER BY r.ctid))[count(*) / 2 + 1] AS middle FROM ${table} AS r WHERE ${part('r')}`,
  );
  return Number(rows[0]?.n) <= 1 ? null : (rows[0]?.middle ?? null);
}

export async function countRows(writer: Client, table: string, part: Condition): Promise<number> {
  const { rows } = await writer.query<{ n: string }>(`SELECT count(*) AS n FROM ${table} AS r WHERE ${part('r')}`);
  return Number(rows[0]?.n);
}
