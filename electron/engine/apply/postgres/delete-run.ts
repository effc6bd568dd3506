import { sqlstateOf } from '../../compare/server-errors';
import { keyTexts } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey, RowError, Tally } from '../../run/driver';
import { changeWhy, countAside, rowsAside } from './aside';
import { retrySetAside } from './aside-run';
import { throwIfCancelled } from '../../cancelled';
import { countDeletes, deleteRemembered, proveAbsence, rememberedKeys } from './deletes';
import { divide } from './divide';
import type { Condition } from './divide';
import { addTo, noTally } from './full-run';
import { keepReferred } from './kept-rows';
import { targetTable } from './merge';
import { collectRowErrors, describeError, keyOfRecord, keyRecord } from './row-errors';
import type { Session } from './session';
import { deletes } from './work-tables';
import type { Client } from 'pg';

const deleteRows = 10_000;

/** Proves each remembered delete and counts them, and the rows that the target holds. */
export async function pendingDeletes(session: Session): Promise<{ deletes: number; targetRows: number }> {
  const { context, policy, rows } = session;
  if (context.write === null || !session.holdsWork) return { deletes: 0, targetRows: 0 };
  const writer = await session.writer();
  await proveAbsence(writer, policy.dataset, rows);
  const found = await countDeletes(writer);
  if (found === 0) return { deletes: 0, targetRows: 0 };
  return { deletes: found, targetRows: await targetRows(writer, policy.dataset) };
}

/** How many rows the target holds. */
export async function targetRows(client: Client, dataset: ResolvedDataset): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${targetTable(dataset)}`);
  return Number(rows[0]?.n);
}

/**
 * Deletes, or marks, what was proven to be gone from the source. First the rows that waited for one of these deletes come in: what is
 * to be deleted lets go of its unique values, and nothing that stays refers to it any more when it goes.
 */
export async function applyDeletes(session: Session): Promise<{ tally: Tally; failed: readonly EntityKey[] }> {
  const tally = noTally();
  let { deletes: left } = await pendingDeletes(session);
  if (session.context.write === null || !session.holdsWork) return { tally, failed: [] };
  const writer = await session.writer();
  session.deletesApproved = true;
  await changeWhy(writer, ['delete'], 'value');
  const waited = await retrySetAside(session);
  addTo(tally, waited.tally);
  const failed = await keepOthers(session);
  if (failed.length > 0) {
    addTo(tally, { failed: failed.length });
    left = await countDeletes(writer);
  }
  for (let before = Infinity; left > 0 && left < before;) {
    before = left;
    addTo(tally, { deleted: (await deleteRound(session, null)).deleted });
    left = await countDeletes(writer);
  }
  if (left > 0) {
    const refused: EntityKey[] = [];
    addTo(tally, { deleted: (await deleteRound(session, refused)).deleted, failed: refused.length });
    failed.push(...refused);
  }
  return { tally, failed: [...waited.failed, ...failed] };
}

/** Leaves the rows in place with which rows of other datasets would go. @returns their keys */
async function keepOthers(session: Session): Promise<EntityKey[]> {
  const { context, policy, transaction } = session;
  const others = context.write?.others ?? [];
  if (policy.mark !== null || others.length === 0) return [];
  const { found } = await transaction(async (client) => {
    const collected = collectRowErrors(context, session.rowErrors);
    await keepReferred(client, policy.dataset, others, (error) => {
      collected.add(error);
    });
    return collected;
  });
  session.tell(found);
  return found.map(({ key }) => keyOfRecord(policy.dataset, key));
}

/** Goes once over the remembered deletes. @param failed null: what is refused stays remembered; else it is told and listed here */
async function deleteRound(session: Session, failed: EntityKey[] | null): Promise<{ deleted: number }> {
  const { context, policy, transaction } = session;
  const ds = policy.dataset;
  let deleted = 0;
  const writer = await session.writer();
  for await (const block of rememberedKeys(writer, ds, deleteRows)) {
    throwIfCancelled(context.signal);
    const within: Condition = (alias) =>
      `${alias}.astro_sync_n BETWEEN ${block[0]?.n ?? '0'} AND ${block.at(-1)?.n ?? '0'}`;
    const { count, errors } = await transaction(async (client) => {
      const collected = collectRowErrors(context, session.rowErrors);
      let sum = 0;
      const refuse = async (row: Condition, error: unknown): Promise<void> => {
        if (failed === null) return;
        for (const found of await deleteErrors(client, session, row, error)) collected.add(found);
        await client.query(`DELETE FROM ${deletes} AS d WHERE ${row('d')}`);
      };
      await divide(client, {
        table: deletes,
        within,
        attempt: (part) => deleteRemembered(client, policy, part),
        done: (n) => {
          sum += n;
        },
        refused: refuse,
      });
      await refuse(within, new Error('a row that stays still refers to it'));
      return { count: sum, errors: collected.found };
    });
    deleted += count;
    failed?.push(...errors.map(({ key }) => keyOfRecord(ds, key)));
    session.tell(errors);
    context.progress.advance(count / 2, { deleted: count });
  }
  return { deleted };
}

async function deleteErrors(writer: Client, session: Session, rows: Condition, error: unknown): Promise<RowError[]> {
  const ds = session.policy.dataset;
  const { rows: keys } = await writer.query<string[]>({
    text: `SELECT ${keyTexts(ds, 'target').join(', ')} FROM ${deletes} AS t WHERE ${rows('t')}`,
    rowMode: 'array',
  });
  const described = { ...describeError(ds, error, null, null), sqlstate: sqlstateOf(error) ?? '23503' };
  return keys.map((key) => ({ dataset: ds.name, key: keyRecord(ds, key), operation: 'delete' as const, ...described }));
}

/** The keys of the deletes that were not applied, and of the rows that wait for one of them, in blocks. */
export async function* withheldKeys(session: Session): AsyncGenerator<readonly EntityKey[]> {
  if (session.context.write === null || !session.holdsWork) return;
  const ds = session.policy.dataset;
  const writer = await session.writer();
  for await (const block of rememberedKeys(writer, ds, deleteRows)) yield block.map(({ key }) => key);
  if ((await countAside(writer, ['delete'])) === 0) return;
  for await (const block of rowsAside(writer, ds, ['delete'], deleteRows)) yield block.map(({ key }) => key);
}
