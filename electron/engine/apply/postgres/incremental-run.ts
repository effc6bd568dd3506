import type { Client } from 'pg';
import { chosenSamples } from '../../compare/choose-samples';
import { differencesOf, digestBoth, imageIsValue } from '../../compare/differences';
import { sameDigest } from '../../compare/digest';
import { keyText } from '../../dataset/key-text';
import { presentKeys } from '../../compare/present-keys';
import { spanOfKeys } from '../../compare/span';
import { keyTexts, postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey, EntityResult, PlanTally, StreamImage, Verification } from '../../run/driver';
import { applySpan } from './apply-span';
import { keysAside } from './aside';
import { classify } from './classify';
import { remember } from './deletes';
import { keyOfRecord } from './row-errors';
import type { Session } from './session';
import { stage } from './work-tables';

/**
 * Brings some entities to their current image in the run's snapshot (or, for a stream, to the images given before). Those that are
 * gone from the source are remembered for the delete phase. One result per key, in order.
 */
export async function upsertKeys(session: Session, keys: readonly EntityKey[]): Promise<EntityResult[]> {
  if (keys.length === 0) return [];
  const { policy } = session;
  const ds = policy.dataset;
  // What was written is known from the merge itself, where a key has one text, what is gone has no mark and no trigger may write
  // in its stead; else every row is looked at before.
  const { insert, update } = postgresTarget(ds).table.beforeTriggers;
  const looksFirst = policy.mark !== null || insert || update || !hasOneText(ds);
  let results = new Map<string, EntityResult>();
  let doomed = 0;
  const { failed } = await applySpan(session, spanOfKeys(keys), {
    before: async (writer, careful) => {
      results =
        careful || looksFirst ? resultsOf(keys, await classify(writer, policy, keys)) : new Map<string, EntityResult>();
    },
    ...(looksFirst
      ? {}
      : {
          onWritten: (deed, written) => {
            for (const key of written) results.set(keyText(key), deed);
          },
        }),
    after: async (writer, _merged, staged) => {
      let missing: readonly EntityKey[] = [];
      if (staged === null || looksFirst) missing = keys.filter((key) => results.get(keyText(key)) === 'later');
      else if (staged < keys.length) missing = await keysOnlyInTarget(writer, ds, keys);
      const gone = await goneOf(session, missing);
      for (const key of missing) results.set(keyText(key), 'skipped');
      for (const key of gone) results.set(keyText(key), 'later');
      doomed = gone.length === 0 ? 0 : await remember(writer, policy, spanOfKeys(gone));
      if (staged !== null) return;
      for (const key of await keysAside(writer, ds, keys)) results.set(key, 'later');
    },
  });
  session.holdsWork ||= doomed > 0;
  for (const { key } of failed) results.set(keyText(keyOfRecord(ds, key)), 'failed');
  return keys.map((key) => results.get(keyText(key)) ?? 'skipped');
}

const resultOf: Readonly<Record<string, EntityResult>> = { i: 'inserted', u: 'updated', d: 'later' };

function resultsOf(keys: readonly EntityKey[], deeds: string): Map<string, EntityResult> {
  return new Map(keys.map((key, index) => [keyText(key), resultOf[deeds[index] ?? ''] ?? 'skipped']));
}

/** True where equal keys have the same text on both sides. */
function hasOneText(ds: ResolvedDataset): boolean {
  return ds.key.every(({ type, sourceType }) => {
    const same = type.base === sourceType.base || (integers.has(type.base) && integers.has(sourceType.base));
    const text = type.base === 'text' || type.base === 'varchar';
    return same && (text ? (type.collation?.deterministic ?? true) : imageIsValue.has(type.base));
  });
}

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/** Of these keys, those that have no row in the stage and one in the target. */
async function keysOnlyInTarget(writer: Client, ds: ResolvedDataset, keys: readonly EntityKey[]): Promise<EntityKey[]> {
  const { rows } = await writer.query<string[]>({
    text: `SELECT ${keyTexts(ds, 'target').join(', ')} FROM ${stage} AS t`,
    rowMode: 'array',
  });
  const staged = new Set(rows.map(keyText));
  const missing = keys.filter((key) => !staged.has(keyText(key)));
  const there = await presentKeys(writer, ds, 'target', missing);
  return missing.filter((_, index) => there.has(index));
}

/**
 * The entities that are to be deleted. A stream says so of an entity; that it has no row for one, because of a condition, says
 * nothing.
 */
async function goneOf(session: Session, missing: readonly EntityKey[]): Promise<readonly EntityKey[]> {
  if (session.policy.onDelete === 'keep' || missing.length === 0) return [];
  if (session.images === null) return missing;
  const gone = await session.rows.gone(missing);
  return missing.filter((key) => gone.has(keyText(key)));
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
  const found = await differencesOf(comparison, spanOfKeys(keys), null, () => false, []);
  return { ...found, samples: chosenSamples(found.samples) };
}

/** Compares some entities with the projection; keys in ignore are no difference. */
export async function verifyKeys(
  session: Session,
  keys: readonly EntityKey[],
  ignore: (key: EntityKey) => boolean,
): Promise<Verification> {
  if (keys.length === 0) return { equal: 0, differences: 0, samples: [] };
  if (session.images !== null) return session.images.verify(session, keys, ignore);
  const comparison = await session.comparison();
  const span = spanOfKeys(keys);
  const digests = await digestBoth(comparison, span, null);
  if (digests !== null && sameDigest(digests.source, digests.target)) {
    return { equal: digests.source.rows, differences: 0, samples: [] };
  }
  const found = await differencesOf(comparison, span, digests?.source ?? null, ignore, []);
  const differences = found.inserts + found.updates + found.deletes;
  return { equal: found.unchanged, differences, samples: chosenSamples(found.samples) };
}
