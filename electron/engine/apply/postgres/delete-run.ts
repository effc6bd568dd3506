import type { EntityKey, Tally } from '../../run/driver';
import { countDeletes, deleteBlock, proveAbsence, rememberedKeys } from './deletes';
import { addTo, noTally } from './full-run';
import { targetTable } from './merge';
import type { Session } from './session';

const deleteRows = 10_000;

/** Proves each remembered delete and counts them, and the rows that the target holds. */
export async function pendingDeletes(session: Session): Promise<{ deletes: number; targetRows: number }> {
  const { connections, policy } = session;
  const writer = await session.writer();
  if ((await countDeletes(writer)) === 0) return { deletes: 0, targetRows: 0 };
  if (session.context.source !== null) await proveAbsence(await connections.sourceReader(), writer, policy.dataset);
  const { rows } = await writer.query<{ n: string }>(`SELECT count(*) AS n FROM ${targetTable(policy.dataset)}`);
  return { deletes: await countDeletes(writer), targetRows: Number(rows[0]?.n) };
}

/** Deletes, or marks, what was proven to be gone from the source. */
export async function applyDeletes(session: Session): Promise<{ tally: Tally; failed: readonly EntityKey[] }> {
  const { context, policy, transaction } = session;
  await pendingDeletes(session);
  const tally = noTally();
  const failed: EntityKey[] = [];
  const writer = await session.writer();
  for await (const block of rememberedKeys(writer, policy.dataset, deleteRows)) {
    const [first, last] = [block[0]?.n ?? '0', block.at(-1)?.n ?? '0'];
    const deleted = await transaction((client) => deleteBlock(client, policy, first, last));
    addTo(tally, { deleted });
    context.progress.advance(block.length, { deleted });
  }
  return { tally, failed };
}

/** The keys of the deletes that were not applied, in blocks. */
export async function* withheldKeys(session: Session): AsyncGenerator<readonly EntityKey[]> {
  const writer = await session.writer();
  for await (const block of rememberedKeys(writer, session.policy.dataset, deleteRows))
    yield block.map(({ key }) => key);
}
