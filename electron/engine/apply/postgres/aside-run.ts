import { spanOfKeys } from '../../compare/span';
import { postgresTarget } from '../../dataset/projection';
import type { EntityKey, RowError, Tally } from '../../run/driver';
import { changeWhy, countAside, rowsAside, takeBack } from './aside';
import type { Why } from './aside';
import { applyCarefully } from './apply-span';
import { throwIfCancelled } from '../../cancelled';
import { addTo, noTally } from './full-run';
import { presentKeys } from '../../compare/present-keys';
import { collectRowErrors, keyRecord } from './row-errors';
import type { Session } from './session';
import { followSequences } from './sequences';

const retryRows = 50_000;

const waiting: readonly Why[] = ['parent', 'value'];

/** Tries the rows that were set aside again, until a round brings none of them in; the rest becomes row errors. */
export async function retrySetAside(session: Session): Promise<{ tally: Tally; failed: readonly EntityKey[] }> {
  if (session.context.write === null || !session.holdsWork) {
    if (session.inserted) await followSequences(session);
    return { tally: noTally(), failed: [] };
  }
  const { tally, failed } = await tryAside(session);
  await waitWithOthers(session);
  const given = await giveUp(session, waiting);
  tally.failed += given.length;
  if (session.inserted) await followSequences(session);
  return { tally, failed: [...failed, ...given] };
}

/** Tries the rows that were set aside again, until a round brings none of them in. */
async function tryAside(session: Session): Promise<{ tally: Tally; failed: readonly EntityKey[] }> {
  const tally = noTally();
  const failed: EntityKey[] = [];
  const writer = await session.writer();
  for (let before = Infinity; ;) {
    const left = await countAside(writer, waiting);
    if (left === 0 || left >= before) return { tally, failed };
    before = left;
    await retryOnce(session, waiting, tally, failed);
  }
}

/** Rows that wait for a row that waits for a delete wait for the same. */
async function waitWithOthers(session: Session): Promise<void> {
  const { table } = postgresTarget(session.policy.dataset);
  const writer = await session.writer();
  if ((await countAside(writer, ['delete'])) === 0) return;
  const itself = table.foreignKeys.some(
    ({ references }) => references.schema === table.schema && references.name === table.name,
  );
  await changeWhy(writer, itself ? ['value', 'parent'] : ['value'], 'delete');
}

/** One round over the rows that wait for one of these reasons. */
async function retryOnce(session: Session, whys: readonly Why[], tally: Tally, failed: EntityKey[]): Promise<void> {
  const { context, policy } = session;
  const ds = policy.dataset;
  const writer = await session.writer();
  for await (const block of rowsAside(writer, ds, whys, retryRows)) {
    throwIfCancelled(context.signal);
    const keys = block.map(({ key }) => key);
    const applied = await applyCarefully(session, spanOfKeys(keys), {
      first: (client) => takeBack(client, ds, keys),
    });
    addTo(tally, { ...applied.merged, failed: applied.failed.length });
    for (const { key } of applied.failed) failed.push(ds.key.map(({ name }) => key[name] ?? ''));
  }
}

/** Turns what still waits into row errors. */
async function giveUp(session: Session, whys: readonly Why[]): Promise<EntityKey[]> {
  const { context, policy } = session;
  const ds = policy.dataset;
  const writer = await session.writer();
  const keys: EntityKey[] = [];
  for await (const block of rowsAside(writer, ds, whys, 10_000)) {
    const errors = collectRowErrors(context, session.rowErrors);
    const there = await presentKeys(
      writer,
      ds,
      'target',
      block.map(({ key }) => key),
    );
    for (const [index, { key, error }] of block.entries()) {
      const operation: RowError['operation'] = there.has(index) ? 'update' : 'insert';
      errors.add({ dataset: ds.name, key: keyRecord(ds, key), operation, ...error });
      keys.push(key);
    }
    session.tell(errors.found);
  }
  await changeWhy(writer, whys, 'failed');
  return keys;
}
