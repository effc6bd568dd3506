import type { Client } from 'pg';
import { isDataError, sqlstateOf } from '../../compare/server-errors';
import { sameKey } from '../../dataset/key-predicates';
import { countRows, divide, inSavepoint } from './divide';
import type { Condition } from './divide';
import { mergeStage } from './merge';
import type { Merged } from './merge';
import { setAsideRow } from './missing-parents';
import { rowErrorOf } from './row-errors';
import type { RowErrors } from './row-errors';
import type { Session } from './session';
import { readUniqueIndexes } from './unique-indexes';
import { waysToFree } from './free-values';
import { inGroup, stage, together } from './work-tables';

/**
 * Writes each group of rows that want one another's unique values, in one go: the holders let go of their values first. Where that
 * cannot be done, rows are tried one by one for as long as that gets anywhere, and the rest are row errors.
 */
export async function mergeTogether(session: Session, writer: Client, errors: RowErrors): Promise<Merged> {
  const sum = { inserted: 0, updated: 0, skipped: 0 };
  const { rows: groups } = await writer.query<{ group: number; n: string }>(
    `SELECT g.astro_sync_group AS group, count(*) FILTER (WHERE NOT g.astro_sync_doomed) AS n FROM ${together} AS g GROUP BY 1 ORDER BY 1`,
  );
  if (groups.length === 0) return sum;
  for (const { group, n } of groups) {
    const within = inGroupOf(session, group);
    let merged = await mergeFreed(session, writer, group, Number(n), within);
    merged ??= await mergeOneByOne(session, writer, within, errors);
    sum.inserted += merged.inserted;
    sum.updated += merged.updated;
    sum.skipped += merged.skipped;
  }
  return sum;
}

/**
 * Makes holders let go of their values and merges the rows, in whichever way the constraints allow; null where none does.
 * @param group null: all groups, and with them every row of the stage
 */
async function mergeFreed(
  session: Session,
  writer: Client,
  group: number | null,
  rows: number,
  within: Condition,
): Promise<Merged | null> {
  const { policy } = session;
  const indexes = await readUniqueIndexes(writer, policy.dataset);
  for (const free of policy.write === 'insert' ? [] : waysToFree(policy, indexes)) {
    try {
      return await inSavepoint(writer, async () => {
        const replaced = await free(writer, group);
        const result = await mergeStage(writer, policy, { staged: rows, part: within('source') });
        await writer.query('SET CONSTRAINTS ALL IMMEDIATE');
        return { ...result, updated: result.updated + replaced };
      });
    } catch (error) {
      if (!isDataError(error) && sqlstateOf(error) !== '42501') throw error;
    }
  }
  return null;
}

/** Merges the whole stage at once, its groups with it: rows of different groups may refer to one another. Null where a row is refused. */
export async function mergeAllFreed(session: Session, writer: Client): Promise<Merged | null> {
  const rows = await countRows(writer, stage, () => 'true');
  return mergeFreed(session, writer, null, rows, () => 'true');
}

function inGroupOf(session: Session, group: number): Condition {
  const ds = session.policy.dataset;
  return (alias) => `EXISTS (SELECT FROM ${together} AS g WHERE ${sameKey(ds, 'g', alias)} AND ${inGroup('g', group)})`;
}

async function mergeOneByOne(session: Session, writer: Client, within: Condition, errors: RowErrors): Promise<Merged> {
  const { policy } = session;
  const sum = { inserted: 0, updated: 0, skipped: 0 };
  for (let refusedBefore = Infinity; ;) {
    const refused: { row: Condition; error: unknown }[] = [];
    const round = { inserted: 0, updated: 0, skipped: 0 };
    await divide(writer, {
      table: stage,
      within,
      attempt: async (part) => {
        const { rows } = await writer.query<{ n: string }>(
          `SELECT count(*) AS n FROM ${stage} AS r WHERE ${part('r')}`,
        );
        return mergeStage(writer, policy, { staged: Number(rows[0]?.n), part: part('source') });
      },
      done: (merged) => {
        round.inserted += merged.inserted;
        round.updated += merged.updated;
        round.skipped += merged.skipped;
      },
      refused: (row, error) => {
        refused.push({ row, error });
        return Promise.resolve();
      },
    });
    sum.inserted += round.inserted;
    sum.updated += round.updated;
    sum.skipped = round.skipped;
    if (refused.length > 0 && refused.length < refusedBefore) {
      refusedBefore = refused.length;
      continue;
    }
    const waits = refused.some(({ error }) => sqlstateOf(error) === '23503');
    for (const { row, error } of refused) {
      if (waits && sqlstateOf(error) === '23505') await setAsideRow(writer, policy.dataset, row, 'value', error);
      else if (sqlstateOf(error) === '23503') await setAsideRow(writer, policy.dataset, row, 'parent', error);
      else errors.add(await rowErrorOf(writer, policy.dataset, stage, row, error));
    }
    return sum;
  }
}
