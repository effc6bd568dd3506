import { sqlstateOf } from '../../compare/server-errors';
import { keyTexts } from '../../dataset/projection';
import type { EntityKey, RowError, Tally } from '../../run/driver';
import { countAside, rowsAside } from './aside';
import { retryAfterDeletes } from './aside-run';
import { throwIfCancelled } from './connections';
import { countDeletes, deleteRemembered, proveAbsence, rememberedKeys } from './deletes';
import { divide } from './divide';
import type { Condition } from './divide';
import { addTo, noTally } from './full-run';
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
  const { rows: counted } = await writer.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${targetTable(policy.dataset)}`,
  );
  return { deletes: found, targetRows: Number(counted[0]?.n) };
}

/**
 * Deletes, or marks, what was proven to be gone from the source; then brings in the rows that waited for a unique value to be freed
 * by a delete. A row that others refer to is tried again after the rest, since those may be deleted too.
 */
export async function applyDeletes(session: Session): Promise<{ tally: Tally; failed: readonly EntityKey[] }> {
  const { deletes: pending } = await pendingDeletes(session);
  const tally = noTally();
  const failed: EntityKey[] = [];
  if (pending > 0) {
    for (let before = Infinity, left = pending; left > 0 && left < before;) {
      before = left;
      const { deleted } = await deleteRound(session, null);
      addTo(tally, { deleted });
      left = await countDeletes(await session.writer());
    }
    const last = await deleteRound(session, failed);
    addTo(tally, { deleted: last.deleted, failed: failed.length });
  }
  const retried = await retryAfterDeletes(session);
  addTo(tally, retried.tally);
  return { tally, failed: [...failed, ...retried.failed] };
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
      await divide(client, {
        table: deletes,
        within,
        attempt: async (part) => {
          const n = await deleteRemembered(client, policy, part);
          await client.query(`DELETE FROM ${deletes} AS d WHERE ${part('d')} AND d.astro_sync_proven`);
          return n;
        },
        done: (n) => {
          sum += n;
        },
        refused: async (row, error) => {
          if (failed === null) return;
          collected.add(await deleteErrorOf(client, session, row, error));
          await client.query(`DELETE FROM ${deletes} AS d WHERE ${row('d')}`);
        },
      });
      return { count: sum, errors: collected.found };
    });
    deleted += count;
    failed?.push(...errors.map(({ key }) => keyOfRecord(ds, key)));
    session.tell(errors);
    context.progress.advance(0, { deleted: count });
  }
  return { deleted };
}

async function deleteErrorOf(writer: Client, session: Session, row: Condition, error: unknown): Promise<RowError> {
  const ds = session.policy.dataset;
  const { rows } = await writer.query<string[]>({
    text: `SELECT ${keyTexts(ds, 'target').join(', ')} FROM ${deletes} AS t WHERE ${row('t')} LIMIT 1`,
    rowMode: 'array',
  });
  const described = describeError(ds, error, null, null);
  const words =
    sqlstateOf(error) === '23503' ? `${described.reason} (another table still refers to it)` : described.reason;
  return { dataset: ds.name, key: keyRecord(ds, rows[0] ?? []), operation: 'delete', ...described, reason: words };
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
