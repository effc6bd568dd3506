import type { Client } from 'pg';
import { isDataError, sqlstateOf } from '../../compare/server-errors';
import { sameKey } from '../../dataset/key-predicates';
import { divide, inSavepoint } from './divide';
import type { Condition } from './divide';
import { mergeStage } from './merge';
import type { Merged } from './merge';
import { setAsideRow } from './missing-parents';
import { rowErrorOf } from './row-errors';
import type { RowErrors } from './row-errors';
import type { Session } from './session';
import { readUniqueIndexes } from './unique-indexes';
import { waysToFree } from './free-values';
import { stage, together } from './work-tables';

/**
 * Writes each group of rows that want one another's unique values, in one go: the holders let go of their values first. Where that
 * cannot be done, rows are tried one by one for as long as that gets anywhere, and the rest are row errors.
 */
export async function mergeTogether(session: Session, writer: Client, errors: RowErrors): Promise<Merged> {
  const { policy } = session;
  const sum = { inserted: 0, updated: 0, skipped: 0 };
  const { rows: groups } = await writer.query<{ group: number; n: string }>(
    `SELECT g.astro_sync_group AS group, count(*) AS n FROM ${together} AS g GROUP BY 1 ORDER BY 1`,
  );
  if (groups.length === 0) return sum;
  const indexes = await readUniqueIndexes(writer, policy.dataset);
  for (const { group, n } of groups) {
    const within = inGroup(session, group);
    let merged: Merged | null = null;
    for (const free of policy.write === 'insert' ? [] : waysToFree(policy, indexes)) {
      merged = await inSavepoint(writer, async () => {
        const replaced = await free(writer, group);
        const result = await mergeStage(writer, policy, Number(n), within('source'));
        await writer.query('SET CONSTRAINTS ALL IMMEDIATE');
        return { ...result, updated: result.updated + replaced };
      }).catch((error: unknown) => {
        if (!isDataError(error) && sqlstateOf(error) !== '42501') throw error;
        return null;
      });
      if (merged !== null) break;
    }
    merged ??= await mergeOneByOne(session, writer, within, errors);
    sum.inserted += merged.inserted;
    sum.updated += merged.updated;
    sum.skipped += merged.skipped;
  }
  return sum;
}

function inGroup(session: Session, group: number): Condition {
  const ds = session.policy.dataset;
  return (alias) =>
    `EXISTS (SELECT FROM ${together} AS g WHERE ${sameKey(ds, 'g', alias)} AND g.astro_sync_group = ${String(group)})`;
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
        return mergeStage(writer, policy, Number(rows[0]?.n), part('source'));
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
    for (const { row, error } of refused) {
      if (sqlstateOf(error) === '23503') await setAsideRow(writer, policy.dataset, row, 'parent', error);
      else errors.add(await rowErrorOf(writer, policy.dataset, stage, row, error));
    }
    return sum;
  }
}
