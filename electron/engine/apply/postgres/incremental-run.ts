import { differencesOf, digestBoth, sampleLimit } from '../../compare/differences';
import { sameDigest } from '../../compare/digest';
import { textOfKey } from '../../compare/key-hashes';
import { spanOfKeys } from '../../compare/span';
import type { EntityKey, EntityResult, PlanTally, StreamImage, Verification } from '../../run/driver';
import { applySpan } from './apply-span';
import { keysAside } from './aside';
import { classify } from './classify';
import { remember } from './deletes';
import { keyOfRecord } from './row-errors';
import type { Session } from './session';

const resultOf: Readonly<Record<string, EntityResult>> = {
  i: 'inserted',
  u: 'updated',
  e: 'skipped',
  s: 'skipped',
  d: 'later',
  n: 'skipped',
};

/**
 * Brings some entities to their current image in the run's snapshot (or, for a stream, to the images given before). Those that are
 * gone from the source are remembered for the delete phase. One result per key, in order.
 */
export async function upsertKeys(session: Session, keys: readonly EntityKey[]): Promise<EntityResult[]> {
  if (keys.length === 0) return [];
  const { policy } = session;
  let deeds = '';
  let doomed = 0;
  let doomedKeys: ReadonlySet<string> = new Set();
  let waiting: ReadonlySet<string> = new Set();
  const { failed } = await applySpan(session, spanOfKeys(keys), {
    before: async (writer) => {
      deeds = await classify(writer, policy, keys);
    },
    after: async (writer, _merged, staged) => {
      const gone = policy.onDelete === 'keep' ? [] : await goneOf(session, keys, deeds);
      doomedKeys = new Set(gone.map(textOfKey));
      doomed = gone.length === 0 ? 0 : await remember(writer, policy, spanOfKeys(gone));
      if (staged === null) waiting = await keysAside(writer, policy.dataset, keys);
    },
  });
  session.holdsWork ||= doomed > 0;
  const refused = new Set(failed.map(({ key }) => textOfKey(keyOfRecord(policy.dataset, key))));
  return keys.map((key, index) => {
    const text = refused.size + waiting.size === 0 ? '' : textOfKey(key);
    if (refused.has(text)) return 'failed';
    if (waiting.has(text)) return 'later';
    const deed = deeds[index] ?? 'n';
    return deed === 'd' && !doomedKeys.has(textOfKey(key)) ? 'skipped' : (resultOf[deed] ?? 'skipped');
  });
}

/** The entities that are gone. A stream says so of an entity; that it has no row for one, because of a condition, says nothing. */
async function goneOf(session: Session, keys: readonly EntityKey[], deeds: string): Promise<EntityKey[]> {
  const missing = keys.filter((_, index) => deeds[index] === 'd');
  if (session.images === null) return missing;
  const gone = await session.rows.gone(missing);
  return missing.filter((key) => gone.has(textOfKey(key)));
}

/** Brings the target to the images of a batch of stream entries. */
export async function upsertImages(session: Session, images: readonly StreamImage[]): Promise<EntityResult[]> {
  if (session.images === null) throw new TypeError(`the source of ${session.policy.dataset.name} is no stream`);
  session.images.take(images);
  const keys = images.map(({ key }) => key);
  const results = await upsertKeys(session, keys);
  session.images.settle(keys, results);
  return results;
}

/** Counts what upsertKeys and the deletes after it would do. */
export async function planKeys(session: Session, keys: readonly EntityKey[]): Promise<PlanTally> {
  const comparison = await session.comparison();
  return differencesOf(comparison, spanOfKeys(keys), null, () => false, sampleLimit);
}

/** Compares some entities with the projection; keys in ignore are no difference. */
export async function verifyKeys(
  session: Session,
  keys: readonly EntityKey[],
  ignore: (key: EntityKey) => boolean,
): Promise<Verification> {
  if (keys.length === 0) return { compared: 0, differences: 0, samples: [] };
  if (session.images !== null) return session.images.verify(session, keys, ignore);
  const comparison = await session.comparison();
  const span = spanOfKeys(keys);
  const digests = await digestBoth(comparison, span, null);
  if (digests !== null && sameDigest(digests.source, digests.target)) {
    return { compared: keys.length, differences: 0, samples: [] };
  }
  const found = await differencesOf(comparison, span, digests?.source ?? null, ignore, sampleLimit);
  return { compared: keys.length, differences: found.inserts + found.updates + found.deletes, samples: found.samples };
}
