import { counted, grouped } from '../../../../shared/format-number';
import { chosenSamples, sampleLimit } from '../../compare/choose-samples';
import { SyncError } from '../../errors';
import type { Difference, EntityKey, Tally } from '../../run/driver';
import { announceRows, passProgress } from '../pass-progress';
import { countEntityKeys, foreignEntities, foreignLookups } from './foreign';
import { shownEntry } from './index-entries';
import { rebuildLostIndexes } from './index-rebuild';
import { findStrays, removeStrays } from './index-strays';
import { unmarked } from './mark';
import { ledgerSize, orphans } from './orphans';
import type { PendingDeletes } from './pending-deletes';
import { sampleDifferences } from './samples';
import type { Found } from './samples';
import type { SetAside } from './set-aside';
import { streamPass } from './stream-pass';
import { addTally, countLetters, noTally, wrongTypeError } from './upsert-batch';
import type { RedisWork } from './work';
import { unusableRow } from './work';

/** What a comparison of all found. */
export interface FullComparison {
  readonly tally: Tally;
  /** Entities that differ or are missing, index entries that nobody has. */
  readonly differences: number;
  /** Entities that are to be deleted, or marked. */
  readonly gone: number;
  /** At most 20. */
  readonly samples: readonly Difference[];
}

/** Where a full pass leaves what later steps finish. */
export interface FullPassEnds {
  readonly deletes: PendingDeletes;
  readonly aside: SetAside;
  readonly touch: (redisKey: string) => void;
  /** How many of so many rows the verification will read again. */
  readonly owed: (rows: number) => number;
}

/**
 * Brings every entity of the source into line, with its index entries, and remembers what is to be deleted.
 * @throws SyncError NO_KEY where the source has several rows with one key
 */
export async function upsertAll(work: RedisWork, { deletes, aside, touch, owed }: FullPassEnds): Promise<Tally> {
  const { context, dataset } = work;
  const tally = noTally();
  const progress = passProgress(context.progress, dataset);
  let rowsSeen = 0;
  await rebuildLostIndexes(work);
  const empty = (await ledgerSize(work)) === 0;
  const nothingThere = empty && (await countEntityKeys(work)) === 0;
  const { held } = await streamPass(work, {
    mode: { mode: 'w', heal: true, ...(empty ? { load: { nothingThere } } : {}) },
    onBatch(batch, { letters, notes }) {
      const step = noTally();
      countLetters(step, letters);
      for (let place = 0; place < letters.length; place += 1) {
        const letter = letters[place];
        if (letter === 'i' || letter === 'u') touch(batch.key(place));
        else if (letter === 'c' || letter === 'w') {
          const [key, note] = [work.entityKey(batch.key(place)) ?? [], notes.get(place)];
          if (letter === 'c' && note !== undefined) aside.add(key, note);
          else wrongTypeError(work, key, note);
        }
      }
      addTally(tally, step);
      rowsSeen += letters.length;
      progress.seen(letters.length, owed(rowsSeen), step);
    },
    async rest() {
      await work.tellRowErrors();
      await aside.relieve(true);
    },
    onUnusable(key, bad) {
      tally.failed += 1;
      work.rowError(unusableRow(bad, key));
    },
  });
  await work.tellRowErrors();
  progress.ended();
  const size = await ledgerSize(work);
  if (held > size) {
    throw new SyncError('NO_KEY', `Dataset "${dataset.name}": the source has several rows with the same key`, {
      hint: `Declare a key that tells every row apart; now it is ${dataset.key.map(({ name }) => name).join(', ')}.`,
      details: { dataset: dataset.name, rows: held, keys: size },
    });
  }
  await eachOrphan(work, held < size, (redisKeys) => deletes.add(redisKeys));
  if (!nothingThere) await reportForeign(work, 'entities', foreignEntities(work), deletes);
  return tally;
}

/**
 * Compares all without writing. Keys in ignore are no differences.
 * @param written how many rows a full run has just written: comparing them is then the second half of the work
 */
export async function compareAll(
  work: RedisWork,
  ignore: (key: EntityKey) => boolean,
  written: number | null = null,
): Promise<FullComparison> {
  const { left, advance } = work.context.progress;
  const weight = written === null ? 1 : 0.5;
  const tally = noTally();
  const found: Found[] = [];
  const kept = { insert: 0, update: 0 };
  let differences = 0;
  if (written === null) announceRows(work.context.progress, work.dataset);
  else left(written * weight, 'exact');
  const { held } = await streamPass(work, {
    mode: { mode: 'd', heal: true },
    onBatch(batch, { letters, notes }) {
      countLetters(tally, letters);
      for (let place = 0; place < letters.length; place += 1) {
        const letter = letters[place];
        if (letter !== 'i' && letter !== 'u') continue;
        const key = work.entityKey(batch.key(place)) ?? [];
        if (ignore(key)) continue;
        differences += 1;
        const operation = letter === 'i' ? ('insert' as const) : ('update' as const);
        kept[operation] += 1;
        if (kept[operation] <= sampleLimit) found.push({ key, operation, note: notes.get(place) });
      }
      advance(letters.length * weight);
    },
    onUnusable: () => (tally.failed += 1),
  });
  const gone = new Set<string>();
  const add = (redisKeys: readonly string[]): void => {
    for (const redisKey of redisKeys) if (!ignore(work.entityKey(redisKey) ?? [redisKey])) gone.add(redisKey);
  };
  await eachOrphan(work, held < (await ledgerSize(work)), add);
  if (work.target.adopt) for await (const block of foreignEntities(work)) add(block);
  const deleted = [...gone].slice(0, sampleLimit).map((redisKey) => ({ redisKey, key: work.entityKey(redisKey) }));
  const strays = await countStrays(work);
  const samples = [
    ...(await sampleDifferences(work, found)),
    ...deleted.map(({ redisKey, key }) => ({
      key: key === null ? { key: redisKey } : work.named(key),
      operation: 'delete' as const,
    })),
    ...strays.samples,
  ];
  return {
    tally,
    differences: differences + strays.count,
    gone: gone.size,
    samples: chosenSamples(samples),
  };
}

/** Index entries that nobody has, and foreign keys among the indexes where they are to be adopted. */
export async function countStrays(work: RedisWork): Promise<{ count: number; samples: Difference[] }> {
  let count = 0;
  const samples: Difference[] = [];
  for await (const { key, members, foreign } of findStrays(work)) {
    if (foreign && !work.target.adopt) continue;
    count += Math.max(1, members.length);
    for (const member of members.length === 0 ? [null] : members.slice(0, sampleLimit)) {
      const shown = shownEntry(work.dataset, work.target, key, member);
      samples.push({ key: { index: shown.index, member: shown.member ?? '' }, operation: 'delete' });
    }
  }
  return { count, samples: samples.slice(0, sampleLimit) };
}

/** Entities of the ledger that are gone from the source and neither removed nor marked; none where the policy keeps them. */
async function eachOrphan(
  work: RedisWork,
  expected: boolean,
  found: (redisKeys: readonly string[]) => Promise<void> | void,
): Promise<void> {
  if (!expected || work.dataset.definition.on_delete === 'keep') return;
  for await (const block of orphans(work)) {
    const redisKeys = block.map(({ redisKey }) => redisKey);
    const open = await unmarked(work, redisKeys);
    await found(redisKeys.filter((_, i) => open[i]));
  }
}

/**
 * Removes from the indexes what no entity has; only once no entity is set aside any more, since those may still take a key over.
 * Keys of others are reported.
 */
export async function healIndexes(work: RedisWork, deletes: PendingDeletes): Promise<void> {
  for await (const strays of findStrays(work)) {
    if (strays.foreign) {
      await reportForeign(work, `keys of index ${strays.index.template}`, [[strays.key]], deletes);
      continue;
    }
    const shown = strays.members
      .slice(0, sampleLimit)
      .map((member) => shownEntry(work.dataset, work.target, strays.key, member));
    work.context.log(
      'warn',
      `${shown[0]?.index ?? ''} held ${counted(strays.members.length, 'member')} that no entity has`,
      { members: shown.map(({ member }) => member) },
    );
    await removeStrays(work, strays);
  }
  for (const index of work.target.indexes) {
    if (index.kind !== 'string') continue;
    await reportForeign(work, `keys of index ${index.template}`, foreignLookups(work, index), deletes);
  }
}

/** Reports keys that match a template and that the sync did not write; with adopt they go with the deletes. */
async function reportForeign(
  work: RedisWork,
  what: string,
  blocks: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  deletes: PendingDeletes,
): Promise<void> {
  let count = 0;
  const samples: string[] = [];
  for await (const block of blocks) {
    count += block.length;
    const some = block.slice(0, sampleLimit - samples.length);
    samples.push(...some.map((key) => shownEntry(work.dataset, work.target, key, null).index));
    if (work.target.adopt) await deletes.add(block);
  }
  if (count === 0) return;
  const fate = work.target.adopt ? 'they are removed with the deletes' : 'they stay (adopt: true removes them)';
  work.context.log('warn', `${grouped(count)} ${what} were not written by the sync: ${samples.join(', ')}; ${fate}`, {
    count,
    samples,
  });
}
