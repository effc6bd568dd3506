import type { Client } from 'pg';
import { sqlstateOf } from '../../compare/server-errors';
import type { Span } from '../../compare/span';
import { quoteIdent } from '../../connect/identifiers';
import { isText } from '../../catalog/assignment';
import { bareType } from '../../dataset/column-image';
import { targetColumns } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey } from '../../run/driver';
import { countRows, divide } from './divide';
import type { Condition } from './divide';
import { mergeStage } from './merge';
import type { Merged } from './merge';
import { setAsideMissingParents, setAsideRow } from './missing-parents';
import { collectRowErrors, describeError, keyRecord, operationOn, rowErrorOf } from './row-errors';
import type { RowErrors } from './row-errors';
import type { Session } from './session';
import { mergeAllFreed, mergeTogether } from './merge-together';
import { gatherUniqueConflicts } from './unique-conflicts';
import { rawStage, stage, together } from './work-tables';
import { sameKey } from '../../dataset/key-predicates';

/** What became of a batch in which some row is refused. */
export interface CarefulOutcome {
  readonly merged: Merged;
  /** Rows of the source that were read, the refused ones among them. */
  readonly rows: number;
  readonly errors: RowErrors;
}

/**
 * Stages and merges a span of which some row is known to be refused, inside an open transaction: good rows go in, a row that waits
 * for its parent or for a unique value is set aside, each bad row becomes a row error.
 * @param beforeMerge looks at the staged rows before any is written
 */
export async function mergeCarefully(
  session: Session,
  writer: Client,
  span: Span,
  beforeMerge: (writer: Client) => Promise<void>,
): Promise<CarefulOutcome> {
  const { context, policy } = session;
  const ds = policy.dataset;
  const errors = collectRowErrors(context, session.rowErrors);
  const sum = { inserted: 0, updated: 0, skipped: 0 };
  await stageCarefully(session, writer, span, errors);
  const rows = errors.found.length + (await countRows(writer, stage, () => 'true'));
  await beforeMerge(writer);

  const conflicts = { gathered: false, merged: false };
  const alone: Condition = (alias) =>
    conflicts.merged
      ? 'false'
      : conflicts.gathered
        ? `NOT EXISTS (SELECT FROM ${together} AS g WHERE ${sameKey(ds, 'g', alias)})`
        : 'true';
  await divide(writer, {
    table: stage,
    within: (alias) => alone(alias),
    attempt: async (part) =>
      mergeStage(writer, policy, { staged: await countRows(writer, stage, part), part: part('source') }),
    done: (merged) => addMerged(sum, merged),
    recover: async (error) => {
      const state = sqlstateOf(error);
      if (state === '23503') return setAsideMissingParents(session, writer, error);
      if (state !== '23505' || conflicts.gathered) return false;
      conflicts.gathered = true;
      if (!(await gatherUniqueConflicts(session, writer))) return false;
      const all = await mergeAllFreed(session, writer);
      if (all === null) return true;
      conflicts.merged = true;
      addMerged(sum, all);
      return true;
    },
    refused: async (row, error) => {
      if (sqlstateOf(error) === '23503') await setAsideRow(writer, ds, row, 'parent', error);
      else errors.add(await rowErrorOf(writer, ds, stage, row, error));
    },
  });
  if (conflicts.gathered && !conflicts.merged) addMerged(sum, await mergeTogether(session, writer, errors));
  return { merged: sum, rows, errors };
}

/** Puts the rows of a span into the stage by way of their texts, so that a value that does not fit fails alone. */
async function stageCarefully(session: Session, writer: Client, span: Span, errors: RowErrors): Promise<void> {
  const ds = session.policy.dataset;
  const unreadable: { readonly key: EntityKey; readonly error: ReturnType<typeof describeError> }[] = [];
  await session.rows.stageRaw(writer, span, (key, error, cell) => {
    unreadable.push({ key, error: describeError(ds, error, cell?.column ?? null, cell?.value ?? null) });
  });
  for (const { key, error } of unreadable)
    errors.add({ dataset: ds.name, key: keyRecord(ds, key), operation: await operationOn(writer, ds, key), ...error });
  const values = ds.columns.map((column) => valueOfText(column, 'r')).join(', ');
  await divide(writer, {
    table: rawStage,
    within: () => 'true',
    attempt: (part) =>
      writer.query(
        `INSERT INTO ${stage} (${targetColumns(ds)}) SELECT ${values} FROM ${rawStage} AS r WHERE ${part('r')}`,
      ),
    done: () => undefined,
    refused: async (row, error) => {
      errors.add(await rowErrorOf(writer, ds, rawStage, row, error, await refusedColumn(writer, ds, row)));
    },
  });
}

/** A text as a value of the target's type, without a written length: the assignment to the stage refuses what is too long. */
function valueOfText(column: ResolvedDataset['columns'][number], alias: string): string {
  const text = `${alias}.${quoteIdent(column.name)}`;
  return isText(column.type) && column.type.base !== 'bpchar' && column.type.base !== 'name'
    ? text
    : `${text}::${bareType(column.type)}`;
}

/** The column of a raw row whose text does not fit. */
async function refusedColumn(writer: Client, ds: ResolvedDataset, row: Condition): Promise<string | null> {
  for (const column of ds.columns) {
    const insert = `INSERT INTO ${stage} (${quoteIdent(column.name)}) SELECT ${valueOfText(column, 'r')} FROM ${rawStage} AS r WHERE ${row('r')}`;
    await writer.query('SAVEPOINT astro_sync_probe');
    const fits = await writer.query(insert).then(
      () => true,
      () => false,
    );
    await writer.query('ROLLBACK TO SAVEPOINT astro_sync_probe; RELEASE SAVEPOINT astro_sync_probe');
    if (!fits) return column.name;
  }
  return null;
}

function addMerged(sum: { inserted: number; updated: number; skipped: number }, merged: Merged): void {
  sum.inserted += merged.inserted;
  sum.updated += merged.updated;
  sum.skipped += merged.skipped;
}
