import { holdsExactly } from './digest';
import type { EncodedBatch } from './entity-encoder';
import { openLoader } from './load-batch';
import { upsertBatch } from './upsert-batch';
import type { UpsertMode, UpsertOutcome } from './upsert-batch';
import type { RedisWork } from './work';

/** Sends the batches of a whole source, each by the cheapest way that can tell and do what is needed. */
export interface BatchSender {
  send(batch: EncodedBatch): Promise<UpsertOutcome>;
  close(): void;
}

const mostSkipped = 64;
const mostRefused = 3;

/**
 * Opens a sender. A batch of new entities is loaded where the dataset is empty as yet; one that is there already costs its digest;
 * all others go through the script. After a batch that differed, digests are left out for a while, as differences come in numbers.
 */
export async function batchSender(work: RedisWork, how: UpsertMode): Promise<BatchSender> {
  const { target, dataset } = work;
  const plain = target.ttl === null;
  const loads = plain && target.indexes.length === 0 && dataset.definition.write !== 'update';
  const loader = loads && how.load !== undefined ? await openLoader(work, how.load.nothingThere) : null;
  let refused = 0;
  let misses = 0;
  let skip = 0;

  const digested = async (batch: EncodedBatch): Promise<boolean> => {
    if (!plain) return false;
    if (skip > 0) {
      skip -= 1;
      return false;
    }
    const same = await holdsExactly(work, batch);
    misses = same ? 0 : misses + 1;
    skip = same ? 0 : Math.min(2 ** misses, mostSkipped);
    return same;
  };

  return {
    async send(batch) {
      if (loader !== null && refused < mostRefused) {
        if (await loader.load(batch)) return allOf(batch, 'i');
        refused += 1;
      } else if (await digested(batch)) {
        return allOf(batch, '=');
      }
      return upsertBatch(work, batch, how);
    },
    close: () => loader?.close(),
  };
}

function allOf(batch: EncodedBatch, letter: 'i' | '='): UpsertOutcome {
  return { letters: letter.repeat(batch.count), held: batch.count, notes: new Map() };
}
