import { SyncError } from '../../errors';
import type { DriverContext, EntityKey, EntityResult, TargetDriver, Verification } from '../../run/driver';
import { countOutcomes, keyedPass, presence, resultOf } from './keyed-pass';
import type { KeyedOutcome } from './keyed-pass';
import { markOf, unmarked } from './mark';
import { ledgerSize, orphans } from './orphans';
import { entityKeysOf, pendingDeletes } from './pending-deletes';
import { sampleDifferences, sampleLimit } from './samples';
import { streamPass } from './stream-pass';
import { countLetters, noTally, wrongTypeError } from './upsert-batch';
import { openRedisWork, unusableRow } from './work';

/** Up to so many keys written by a full run are read again by key; beyond that, the whole target is. */
const rememberedKeys = 50_000;
/** Entities set aside because their look-up belongs to another; beyond that they fail at once. */
const setAsideLimit = 10_000;

/**
 * The driver of one dataset in one run against Redis, for datasets with a PostgreSQL source.
 * @throws SyncError CONNECT_FAILED, REDIS_CLUSTER, REDIS_EVICTING, REDIS_READONLY, TEMPLATE_INVALID, NOT_SUPPORTED
 */
export async function openRedisDriver(context: DriverContext): Promise<TargetDriver> {
  const work = await openRedisWork(context);
  const deletes = pendingDeletes(work);
  const keepsOrphans = work.dataset.definition.on_delete === 'keep';
  const setAside = new Map<string, EntityKey>();
  /** Redis keys written or removed by this run; null when there are too many to remember. */
  let touched: string[] | null = [];
  let fullPass = false;

  const touch = (redisKeys: readonly string[]): void => {
    if (touched === null) return;
    touched = touched.length + redisKeys.length > rememberedKeys ? null : [...touched, ...redisKeys];
  };

  const findOrphans = async (
    held: number,
    found: (redisKeys: readonly string[]) => Promise<void> | void,
  ): Promise<void> => {
    if (keepsOrphans || held >= (await ledgerSize(work))) return;
    for await (const block of orphans(work)) {
      const open = await unmarked(
        work,
        block.map(({ redisKey }) => redisKey),
      );
      await found(block.filter((_, i) => open[i]).map(({ redisKey }) => redisKey));
    }
  };

  /** Compares without writing; gives the Redis keys that differ, at most so many as samples need. */
  const compareAll = async (ignore: (key: EntityKey) => boolean) => {
    const tally = noTally();
    const different: { key: EntityKey; operation: 'insert' | 'update' | 'delete' }[] = [];
    let differences = 0;
    const { rows, held } = await streamPass(work, {
      mode: { mode: 'd', heal: true },
      onBatch(batch, { letters }) {
        countLetters(tally, letters);
        for (let i = 0; i < letters.length; i += 1) {
          if (letters[i] !== 'i' && letters[i] !== 'u') continue;
          const key = work.entityKey(batch.key(i)) ?? [];
          if (ignore(key)) continue;
          differences += 1;
          if (different.length < sampleLimit)
            different.push({ key, operation: letters[i] === 'i' ? 'insert' : 'update' });
        }
        context.progress.advance(letters.length);
      },
      onUnusable: () => (tally.failed += 1),
    });
    const gone = new Set<string>();
    await findOrphans(held, (redisKeys) => {
      for (const redisKey of redisKeys) if (!ignore(work.entityKey(redisKey) ?? [redisKey])) gone.add(redisKey);
    });
    const deleted = entityKeysOf(work, [...gone].slice(0, sampleLimit));
    const samples = await sampleDifferences(work, [
      ...different,
      ...deleted.map((key) => ({ key, operation: 'delete' as const })),
    ]);
    return { tally, rows, differences, gone: gone.size, samples };
  };

  const compareKeys = async (keys: readonly EntityKey[], ignore: (key: EntityKey) => boolean) => {
    const outcomes = (await keyedPass(work, keys, { mode: 'd', heal: false })).filter(({ key }) => !ignore(key));
    const goneKeys = outcomes.filter(({ letter }) => letter === 'g').map(({ key }) => key);
    const standing = keepsOrphans ? [] : await stillThere(goneKeys);
    const different = outcomes
      .filter(({ letter }) => letter === 'i' || letter === 'u')
      .map(({ key, letter }) => ({ key, operation: letter === 'i' ? ('insert' as const) : ('update' as const) }));
    const deleted = standing.map((key) => ({ key, operation: 'delete' as const }));
    return { outcomes, different, deleted };
  };

  /** Those gone keys whose entity the sync wrote and that is neither removed nor marked. */
  const stillThere = async (keys: readonly EntityKey[]): Promise<EntityKey[]> => {
    const redisKeys = keys.map((key) => work.redisKey(key));
    const [present, open] = [await presence(work, redisKeys), await unmarked(work, redisKeys)];
    return keys.filter((_, i) => present[i]?.owned === true && open[i] === true);
  };

  const verifyKeys = async (keys: readonly EntityKey[], ignore: (key: EntityKey) => boolean): Promise<Verification> => {
    const { different, deleted } = await compareKeys(keys, ignore);
    const samples = await sampleDifferences(work, [...different, ...deleted]);
    return { compared: keys.length, differences: different.length + deleted.length, samples };
  };

  const aside = ({ key, note }: KeyedOutcome): void => {
    if (setAside.size < setAsideLimit) setAside.set(work.redisKey(key), key);
    else contested(key, note);
  };
  const contested = (key: EntityKey, note: string | undefined): void => {
    const [holder = '', index = ''] = (note ?? '').split('\n');
    work.rowError({
      entity: key,
      operation: 'update',
      column: null,
      value: null,
      sqlstate: 'DUPLICATE',
      reason: `${index} already leads to ${holder}`,
    });
  };

  return {
    async planAll() {
      const { tally, gone, samples } = await compareAll(() => false);
      const { inserted: inserts, updated: updates, unchanged, skipped } = tally;
      return { inserts, updates, deletes: gone, unchanged, skipped, samples };
    },

    async planKeys(keys) {
      const { outcomes, different, deleted } = await compareKeys(keys, () => false);
      const tally = noTally();
      countOutcomes(tally, outcomes);
      const samples = await sampleDifferences(work, [...different, ...deleted]);
      const { inserted: inserts, updated: updates, unchanged, skipped } = tally;
      return { inserts, updates, deletes: deleted.length, unchanged, skipped, samples };
    },

    upsertAll: () =>
      context.time('apply', async () => {
        fullPass = true;
        const tally = noTally();
        const { held } = await streamPass(work, {
          mode: { mode: 'w', heal: true },
          onBatch(batch, { letters, notes }) {
            const step = noTally();
            countLetters(step, letters);
            for (let i = 0; i < letters.length; i += 1) {
              const letter = letters[i];
              if (letter === '=' || letter === 's' || letter === '-' || letter === 'x') continue;
              if (letter === 'i' || letter === 'u') {
                if (touched !== null) touch([batch.key(i)]);
                continue;
              }
              const key = work.entityKey(batch.key(i)) ?? [];
              if (letter === 'c') aside({ key, letter, note: notes.get(i) });
              else wrongTypeError(work, key, notes.get(i));
            }
            context.progress.advance(letters.length, step);
            addInto(tally, step);
          },
          onUnusable(key, bad) {
            tally.failed += 1;
            work.rowError(unusableRow(bad, key));
          },
        });
        await findOrphans(held, (redisKeys) => deletes.add(redisKeys));
        return tally;
      }),

    async upsertKeys(keys) {
      const outcomes = await keyedPass(work, keys, { mode: 'w', heal: false });
      const gone = outcomes.filter(({ letter }) => letter === 'g').map(({ key }) => key);
      const standing = keepsOrphans ? [] : await stillThere(gone);
      const waiting = new Set(standing.map((key) => work.redisKey(key)));
      await deletes.add([...waiting]);
      for (const outcome of outcomes) if (outcome.letter === 'c') aside(outcome);
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

    async retrySetAside() {
      const tally = noTally();
      const failed: EntityKey[] = [];
      for (let before = Infinity; setAside.size > 0 && setAside.size < before;) {
        before = setAside.size;
        const keys = [...setAside.values()];
        setAside.clear();
        const outcomes = await keyedPass(work, keys, { mode: 'w', heal: fullPass });
        countOutcomes(tally, outcomes);
        for (const outcome of outcomes) {
          if (outcome.letter === 'c') aside(outcome);
          else if (outcome.letter === 'i' || outcome.letter === 'u') touch([work.redisKey(outcome.key)]);
        }
      }
      for (const key of setAside.values()) {
        contested(key, undefined);
        failed.push(key);
        tally.failed += 1;
      }
      setAside.clear();
      return { tally, failed };
    },

    async pendingDeletes() {
      return { deletes: await deletes.count(), targetRows: await ledgerSize(work) };
    },

    async applyDeletes() {
      if (markOf(work) !== null) throw new SyncError('NOT_SUPPORTED', 'on_delete: mark in Redis');
      return { tally: await deletes.apply(touch), failed: [] };
    },

    async *withheldKeys() {
      for await (const block of deletes.blocks()) yield entityKeysOf(work, block);
    },

    async verifyAll(ignore) {
      if (fullPass && touched !== null) return verifyKeys(entityKeysOf(work, touched), ignore);
      const { rows, differences, gone, samples } = await compareAll(ignore);
      return { compared: rows, differences: differences + gone, samples };
    },

    verifyKeys,

    async close() {
      await deletes.clear().catch(() => undefined);
      await work.close();
    },
  };
}

function addInto(tally: ReturnType<typeof noTally>, step: ReturnType<typeof noTally>): void {
  tally.inserted += step.inserted;
  tally.updated += step.updated;
  tally.deleted += step.deleted;
  tally.unchanged += step.unchanged;
  tally.skipped += step.skipped;
  tally.failed += step.failed;
}
