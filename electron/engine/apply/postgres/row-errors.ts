import { grouped } from '../../../../shared/format-number';
import { DatabaseError } from 'pg';
import type { Client } from 'pg';
import { presentKeys } from '../../compare/present-keys';
import { isDataError, sqlstateOf } from '../../compare/server-errors';
import { inBrief } from '../../in-brief';
import { isSaidByFunction, withoutValues } from '../../compare/shown-words';
import { quoteIdent } from '../../connect/identifiers';
import { postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import { SyncError } from '../../errors';
import type { DriverContext, EntityKey, RowError } from '../../run/driver';
import type { Condition } from './divide';

/** Row errors of a batch. They are told when the batch is over, because a batch may be tried more than once. */
export interface RowErrors {
  readonly found: RowError[];
  add(error: RowError): void;
}

/**
 * Collects the row errors of one batch.
 * @param before how many the dataset already has
 * @throws SyncError ROW_ERROR_LIMIT from `add`, once there are more than the run allows
 */
export function collectRowErrors(context: DriverContext, before: number): RowErrors {
  const found: RowError[] = [];
  const limit = context.write?.rowErrorLimit ?? 0;
  return {
    found,
    add(error) {
      found.push(error);
      if (before + found.length <= limit) return;
      for (const each of found) context.write?.onRowError(each);
      throw new SyncError(
        'ROW_ERROR_LIMIT',
        `Dataset "${context.dataset.name}": more than ${grouped(limit)} rows were refused`,
        {
          hint: `Look at them with "astro-sync errors"; the last one: ${error.reason}`,
          details: { dataset: context.dataset.name, limit },
        },
      );
    },
  };
}

/** Key columns and their texts, as row errors name an entity. */
export function keyRecord(ds: ResolvedDataset, key: EntityKey): Record<string, string> {
  return Object.fromEntries(ds.key.map(({ name }, index) => [name, key[index] ?? '']));
}

export function keyOfRecord(ds: ResolvedDataset, record: Readonly<Record<string, string>>): EntityKey {
  return ds.key.map(({ name }) => record[name] ?? '');
}

/** The error of one row of the stage (or of the raw stage) that the target refused. */
export async function rowErrorOf(
  writer: Client,
  ds: ResolvedDataset,
  table: string,
  row: Condition,
  error: unknown,
  column?: string | null,
): Promise<RowError> {
  const texts = ds.columns
    .map(({ name, isKey }) => {
      const text = `r.${quoteIdent(name)}::pg_catalog.text`;
      // By its key a row is settled: that is never cut.
      return `${isKey ? text : `left(${text}, 200)`} AS ${quoteIdent(name)}`;
    })
    .join(', ');
  const { rows } = await writer.query<Record<string, string | null>>(
    `SELECT ${texts} FROM ${table} AS r WHERE ${row('r')} LIMIT 1`,
  );
  const image = rows[0] ?? {};
  const key = ds.key.map(({ name }) => image[name] ?? '');
  const named = column ?? (await columnOf(writer, ds, error));
  return {
    dataset: ds.name,
    key: keyRecord(ds, key),
    operation: await operationOn(writer, ds, key),
    ...describeError(ds, error, named, named === null ? null : (image[named]?.slice(0, 200) ?? null)),
  };
}

const speaker = 'a function or trigger of the target';

/** What of an error may be shown: nothing of a masked column's value. */
export function describeError(
  ds: ResolvedDataset,
  error: unknown,
  column: string | null,
  value: string | null,
): Pick<RowError, 'column' | 'value' | 'sqlstate' | 'reason'> {
  const sqlstate = sqlstateOf(error) ?? 'XX000';
  const message = error instanceof Error ? error.message : String(error);
  if (ds.columns.some(({ masked }) => masked) && isSaidByFunction(error)) {
    return { column, value: null, sqlstate, reason: withoutValues(error, speaker) };
  }
  const masked = ds.columns.some((each) => each.masked && (column === null || each.name === column));
  const reason = masked ? withoutValues(error, speaker) : inBrief(message);
  return { column, value: masked ? null : value, sqlstate, reason };
}

/** What a refused entity was to be, inside an open transaction of the target: an update of a row that is there, or an insert. */
export async function operationOn(writer: Client, ds: ResolvedDataset, key: EntityKey): Promise<'insert' | 'update'> {
  await writer.query('SAVEPOINT astro_sync_look');
  try {
    return (await presentKeys(writer, ds, 'target', [key])).has(0) ? 'update' : 'insert';
  } catch (error) {
    // A key that does not fit the target's type is not there.
    if (!isDataError(error)) throw error;
    await writer.query('ROLLBACK TO SAVEPOINT astro_sync_look');
    return 'insert';
  } finally {
    await writer.query('RELEASE SAVEPOINT astro_sync_look').catch(() => undefined);
  }
}

/** The column that an error is about: named by the server, or the only one of the constraint that it names. */
async function columnOf(writer: Client, ds: ResolvedDataset, error: unknown): Promise<string | null> {
  if (!(error instanceof DatabaseError)) return null;
  if (error.column !== undefined) return error.column;
  if (error.constraint === undefined) return null;
  const { table } = postgresTarget(ds);
  const key =
    table.uniqueKeys.find(({ name }) => name === error.constraint) ??
    table.foreignKeys.find(({ name }) => name === error.constraint);
  if (key !== undefined) return key.columns.length === 1 ? (key.columns[0] ?? null) : null;
  const { rows } = await writer.query<{ column: string }>(
    `SELECT min(a.attname) AS column FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
     WHERE c.conrelid = $1::oid AND c.conname = $2 HAVING count(*) = 1`,
    [table.oid, error.constraint],
  );
  return rows[0]?.column ?? null;
}
