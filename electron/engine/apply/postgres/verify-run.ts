import { digestOf, sameDigest } from '../../compare/digest';
import type { EntityKey, Verification } from '../../run/driver';
import { throwIfCancelled } from './connections';
import type { Session } from './session';
import { keyRanges } from '../../compare/ranges';
import { keyOrder } from '../../dataset/key-predicates';
import { everything } from '../../compare/span';
import type { Span } from '../../compare/span';
import { compareKeys } from '../../compare/key-differences';

/**
 * Compares the target with the projection. After upsertAll only what it touched is read again: the rest was compared moments
 * before, and the source's hashes are those of the same snapshot.
 */
export async function verifyAll(session: Session, ignore: (key: EntityKey) => boolean): Promise<Verification> {
  const { context, connections, policy, compared } = session;
  const [source, target] = await Promise.all([connections.sourceReader(), connections.targetReader()]);
  const result = { rows: 0, differences: 0, samples: [] as Verification['samples'][number][] };
  const spans: AsyncIterable<Span> | Iterable<Span> =
    compared?.map(({ span }) => span) ??
    (keyOrder(policy.dataset) === null ? [everything] : keyRanges(source, policy.dataset));
  let index = -1;
  for await (const span of spans) {
    throwIfCancelled(context.signal);
    index += 1;
    const known = compared?.[index];
    if (known?.touched === false && known.source !== null) {
      result.rows += known.source.rows;
      continue;
    }
    const [wanted, held] = await Promise.all([
      known?.source ?? digestOf(source, policy.dataset, 'source', span),
      digestOf(target, policy.dataset, 'target', span, policy.targetScope),
    ]);
    result.rows += wanted.rows;
    if (compared === null) context.progress.advance(wanted.rows);
    if (sameDigest(wanted, held)) continue;
    const found = await compareKeys(source, target, policy, span, ignore, 20 - result.samples.length);
    result.differences += found.inserts + found.updates + found.deletes;
    result.samples.push(...found.samples);
  }
  return { compared: result.rows, differences: result.differences, samples: result.samples };
}
