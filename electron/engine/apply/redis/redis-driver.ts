import { chosenSamples } from '../../compare/choose-samples';
import { inBlocks } from '../../compare/key-hashes';
import { SyncError } from '../../errors';
import type { Difference, DriverContext, EntityKey, EntityResult, TargetDriver, Verification } from '../../run/driver';
import { compareAll, countStrays, healIndexes, upsertAll } from './full-pass';
import { countOutcomes, keyedPass, presence, resultOf } from './keyed-pass';
import { unmarked } from './mark';
import { ledgerSize } from './orphans';
import { entityKeysOf, pendingDeletes } from './pending-deletes';
import { sampleDifferences } from './samples';
import { setAside } from './set-aside';
import { noTally } from './upsert-batch';
import { openRedisWork } from './work';

/** Up to so many keys written by a full run are read again by key; beyond that, the whole target is. */
const rememberedKeys = 50_000;
/** Keys that are verified between two steps of the progress. */
const keysAtOnce = 5_000;

/**
 * The driver of one dataset in one run against Redis, for datasets with a PostgreSQL source.
 * @throws SyncError CONNECT_FAILED, REDIS_CLUSTER, REDIS_EVICTING, REDIS_READONLY, TEMPLATE_INVALID, NOT_SUPPORTED; its methods
 * also FENCED_OFF, TARGET_RESET, CONNECTION_LOST, REDIS_OUT_OF_MEMORY, REDIS_NOT_WRITABLE, RIGHTS_MISSING, ROW_ERROR_LIMIT,
 * NO_KEY, STATEMENT_FAILED, CANCELLED
 */
export async function openRedisDriver(context: DriverContext): Promise<TargetDriver> {
  const work = await openRedisWork(context);
  const deletes = pendingDeletes(work);
  const keepsGone = work.dataset.definition.on_delete === 'keep';
  /** Redis keys written or removed by a full run; null once they are too many to remember. */
  let touched: string[] | null = [];
  let fullRun = false;
  let rowsSeen = 0;

  const touch = (redisKey: string): void => {
    if (touched === null) return;
    if (touched.length < rememberedKeys) touched.push(redisKey);
    else touched = null;
  };

  const aside = setAside(work, touch);

  /** Of keys that are gone from the source, those whose entity the sync wrote and that is neither removed nor marked. */
  const stillThere = async (keys: readonly EntityKey[]): Promise<EntityKey[]> => {
    if (keepsGone || keys.length === 0) return [];
    const redisKeys = keys.map((key) => work.redisKey(key));
    const present = await presence(work, redisKeys);
    const open = await unmarked(work, redisKeys);
    const ours = (at: number): boolean =>
      present[at]?.owned === true || (work.target.adopt && present[at]?.there === true);
    return keys.filter((_, at) => ours(at) && open[at] === true);
  };

  const compareKeys = async (keys: readonly EntityKey[], ignore: (key: EntityKey) => boolean) => {
    const outcomes = (await keyedPass(work, keys, { mode: 'd', heal: true })).filter(({ key }) => !ignore(key));
    const gone = await stillThere(outcomes.filter(({ letter }) => letter === 'g').map(({ key }) => key));
    const different = outcomes
      .filter(({ letter }) => letter === 'i' || letter === 'u')
      .map(({ key, letter, note }) => ({
        key,
        operation: letter === 'i' ? ('insert' as const) : ('update' as const),
        note,
      }));
    const deleted = gone.map((key) => ({ key, operation: 'delete' as const }));
    const samples = await sampleDifferences(work, [...different, ...deleted]);
    return { outcomes, gone: gone.length, differences: different.length + gone.length, samples };
  };

  const verifyKeys = async (keys: readonly EntityKey[], ignore: (key: EntityKey) => boolean): Promise<Verification> => {
    const { outcomes, differences, samples } = await compareKeys(keys, ignore);
    return { equal: outcomes.filter(({ letter }) => letter === '=').length, differences, samples };
  };

  return {
    async planAll() {
      const { tally, gone, samples } = await compareAll(work, () => false);
      const { inserted: inserts, updated: updates, unchanged, skipped } = tally;
      return { inserts, updates, deletes: gone, unchanged, skipped, samples };
    },

    async planKeys(keys) {
      const { outcomes, gone, samples } = await compareKeys(keys, () => false);
      const tally = noTally();
      countOutcomes(tally, outcomes);
      const { inserted: inserts, updated: updates, unchanged, skipped } = tally;
      return { inserts, updates, deletes: gone, unchanged, skipped, samples };
    },

    targetRows: () => ledgerSize(work),

    upsertAll() {
      fullRun = true;
      const owed = (rows: number): number => {
        rowsSeen = rows;
        return touched?.length ?? rows;
      };
      return context.time('apply', () => upsertAll(work, { deletes, aside, touch, owed }));
    },

    async upsertKeys(keys) {
      const outcomes = await keyedPass(work, keys, { mode: 'w', heal: false });
      const gone = await stillThere(outcomes.filter(({ letter }) => letter === 'g').map(({ key }) => key));
      const waiting = new Set(gone.map((key) => work.redisKey(key)));
      await deletes.add([...waiting]);
      for (const { key, letter, note } of outcomes) {
        if (letter === 'c' && note !== undefined) aside.add(key, note);
      }
      await aside.relieve(false);
      return outcomes.map(({ key, letter }): EntityResult => {
        if (letter !== 'g') return resultOf(letter);
        return waiting.has(work.redisKey(key)) ? 'later' : 'skipped';
      });
    },

    upsertImages() {
      throw new SyncError('NOT_SUPPORTED', `Dataset "${work.dataset.name}": a stream cannot be applied to Redis`, {
        details: { dataset: work.dataset.name },
      });
    },

    retrySetAside: () => aside.retry(fullRun),

    async pendingDeletes() {
      if (fullRun) await healIndexes(work, deletes);
      return { deletes: await deletes.count(), targetRows: await ledgerSize(work) };
    },

    applyDeletes: async () => ({ tally: await deletes.apply(touch), failed: [] }),

    async *withheldKeys() {
      for await (const block of deletes.blocks()) yield entityKeysOf(work, block);
    },

    async verifyAll(ignore) {
      if (fullRun && touched !== null) {
        const known = touched.flatMap((redisKey) => {
          const key = work.entityKey(redisKey);
          return key === null ? [] : [key];
        });
        let equal = 0;
        let differences = 0;
        let samples: readonly Difference[] = [];
        context.progress.left(known.length / 2, 'exact');
        for (const block of inBlocks(known, keysAtOnce)) {
          const found = await verifyKeys(block, ignore);
          equal += found.equal;
          differences += found.differences;
          samples = chosenSamples([...samples, ...found.samples]);
          context.progress.advance(block.length / 2);
        }
        const strays = await countStrays(work);
        const shown = chosenSamples([...samples, ...strays.samples]);
        return { equal, differences: differences + strays.count, samples: shown };
      }
      const { tally, differences, gone, samples } = await compareAll(work, ignore, fullRun ? rowsSeen : null);
      return { equal: tally.unchanged, differences: differences + gone, samples };
    },

    verifyKeys,

    rest() {
      work.rest();
      return Promise.resolve();
    },

    async close() {
      await deletes.clear().catch(() => undefined);
      await work.close();
    },
  };
}
