import type { Difference, EntityKey, PlanTally } from '../run/driver';
import { roomFor } from './choose-samples';
import type { Comparison } from './comparison';
import { digestOf, sameDigest } from './digest';
import type { Digest } from './digest';
import { sourceHashes, targetHashes } from './key-hashes';
import { keyOfText, keyText } from '../dataset/key-text';
import { narrow } from './narrow';
import { keysHeldBack } from './policy-check';
import { equalKeys, presentKeys } from './present-keys';
import { describeDifferences } from './samples';
import { isDataError } from './server-errors';
import type { Span } from './span';

/** How two sides of a span differ, as the dataset's policies see it; samples may be more than are shown in the end. */
export interface SpanDifferences extends PlanTally {
  /** Rows of the source in the span. */
  readonly rows: number;
}

/** Rows whose keys and hashes are held in memory at a time, of each side. */
const rowsAtOnce = 100_000;

/**
 * Compares a span: by its digest, then by buckets, then key by key where buckets differ.
 * @param known the source's digest, where it was taken before in the same snapshot
 * @param ignore keys that are no difference
 * @param shown samples of the dataset so far: of an operation of which there are enough, no more are looked at column by column
 */
export async function differencesOf(
  comparison: Comparison,
  span: Span,
  known: Digest | null,
  ignore: (key: EntityKey) => boolean,
  shown: readonly Difference[],
): Promise<SpanDifferences> {
  const digests = await digestBoth(comparison, span, known);
  if (digests === null) return { ...(await compareKeys(comparison, span, ignore, shown)), rows: 0 };
  const { source, target } = digests;
  const sum = { inserts: 0, updates: 0, deletes: 0, unchanged: source.rows, skipped: 0, rows: source.rows };
  const samples: Difference[] = [];
  if (sameDigest(source, target)) return { ...sum, samples };
  for (const part of await narrow(comparison, span, Math.max(source.rows, target.rows), rowsAtOnce)) {
    const found = await compareKeys(comparison, part.span, ignore, [...shown, ...samples]);
    sum.inserts += found.inserts;
    sum.updates += found.updates;
    sum.deletes += found.deletes;
    sum.skipped += found.skipped;
    sum.unchanged -= part.sourceRows - found.unchanged;
    samples.push(...found.samples);
  }
  return { ...sum, samples };
}

/** Both digests at once; null where the projection fails on some row of the source. */
export async function digestBoth(
  { policy, source, target, restoreSource }: Comparison,
  span: Span,
  known: Digest | null,
): Promise<{ source: Digest; target: Digest } | null> {
  const held = digestOf(target, policy.dataset, 'target', span, policy.targetScope);
  try {
    const [wanted, other] = await Promise.all([known ?? digestOf(source, policy.dataset, 'source', span), held]);
    return { source: wanted, target: other };
  } catch (error) {
    await Promise.allSettled([held]);
    if (!isDataError(error)) throw error;
    await restoreSource();
    return null;
  }
}

type Operation = Difference['operation'];
type Found = Record<Operation, EntityKey[]>;

/** Makes updates of inserts whose row is there after all: marked, or under a key that is equal and looks different. */
async function findUpdates({ policy, target }: Comparison, found: Found): Promise<void> {
  const { dataset: ds, mark } = policy;
  const move = (inserts: ReadonlySet<number>): void => {
    found.update.push(...found.insert.filter((_, index) => inserts.has(index)));
    found.insert = found.insert.filter((_, index) => !inserts.has(index));
  };
  if (found.insert.length > 0 && found.delete.length > 0 && !ds.key.every(({ type }) => imageIsValue.has(type.base))) {
    const pairs = await equalKeys(target, ds, found.insert, found.delete);
    const held = new Set(pairs.map(([, right]) => right));
    found.delete = found.delete.filter((_, index) => !held.has(index));
    move(new Set(pairs.map(([left]) => left)));
  }
  // A row that is marked takes no part in the comparison, but it is there.
  if (mark !== null && found.insert.length > 0) move(await presentKeys(target, ds, 'target', found.insert));
}

/** Types whose equal values always look the same. */
export const imageIsValue: ReadonlySet<string> = new Set([
  ...['int2', 'int4', 'int8', 'bool', 'uuid', 'date', 'time', 'timestamp', 'timestamptz', 'bytea', 'oid'],
]);

/** Compares a span key by key, in memory. */
async function compareKeys(
  comparison: Comparison,
  span: Span,
  ignore: (key: EntityKey) => boolean,
  shown: readonly Difference[],
): Promise<PlanTally> {
  const { policy } = comparison;
  const [wanted, held] = await Promise.all([sourceHashes(comparison, span), targetHashes(comparison, span)]);
  const found: Found = { insert: [], update: [], delete: [] };
  let unchanged = 0;
  const note = (text: string, operation: Operation): void => {
    const key = keyOfText(text);
    if (!ignore(key)) found[operation].push(key);
  };
  for (const [key, hash] of wanted) {
    const other = held.get(key);
    if (other === undefined) note(key, 'insert');
    else if (other !== hash) note(key, 'update');
    else unchanged += 1;
  }
  for (const key of held.keys()) if (!wanted.has(key)) note(key, 'delete');

  await findUpdates(comparison, found);
  let skipped = 0;
  if (policy.onDelete === 'keep') found.delete = [];
  if (policy.write === 'update') [skipped, found.insert] = [skipped + found.insert.length, []];
  if (policy.write === 'insert') [skipped, found.update] = [skipped + found.update.length, []];
  if (policy.updateWhere !== null && found.update.length > 0) {
    const back = await keysHeldBack(comparison, policy.updateWhere, found.update);
    skipped += back.size;
    found.update = found.update.filter((key) => !back.has(keyText(key)));
  }
  const described = (['delete', 'update', 'insert'] as const).flatMap((operation) =>
    found[operation].slice(0, Math.max(roomFor(operation, shown), 0)).map((key) => ({ key, operation })),
  );
  return {
    inserts: found.insert.length,
    updates: found.update.length,
    deletes: found.delete.length,
    unchanged,
    skipped,
    samples: await describeDifferences(comparison, described),
  };
}
