import type { Client } from 'pg';
import type { PostgresDatabase } from '../connect/postgres';
import type { DatasetQueue } from '../run/dataset-queue';
import type { EntityKey, StreamImage } from '../run/driver';
import { hasFailedJobs, recordFailures } from './failed-jobs';
import { claimImages, claimKeys, countPending } from './claim';
import type { Claimed } from './claim';
import { keyJson } from './job-scope';
import type { JobScope } from './job-scope';
import { holdJobs, pendingJobIds, settleJobs } from './settle';
import type { JobIds } from './settle';
import { settleAllJobs } from './settle-all';

/** The queue of one dataset for one run, on two connections: one reads, one settles. The run closes it. */
export interface OpenQueue extends DatasetQueue {
  close(): Promise<void>;
}

/**
 * Opens the jobs that a run may settle. Connects at once; throws what connecting throws.
 * @param beforeSettling called each time before jobs are settled, with a connection to SystemDB; what it throws leaves them pending
 */
export async function openQueue(
  system: PostgresDatabase,
  scope: JobScope,
  beforeSettling: (settler: Client) => Promise<void> = () => Promise.resolve(),
): Promise<OpenQueue> {
  const reader = await system.connect('queue');
  const settler = await connectSettler(system);
  const serial = oneAtATime();
  // The jobs of the last two blocks given out: one is applied while the one before is settled. Others are looked up.
  let current = new Map<string, readonly string[]>();
  let before = new Map<string, readonly string[]>();
  const remember = (claimed: readonly Claimed[]): void => {
    before = current;
    current = new Map(claimed.map(({ key, jobIds }) => [keyJson(scope.keyNames, key), jobIds]));
  };
  const idsOf = async (keys: readonly EntityKey[]): Promise<JobIds> => {
    const texts = keys.map((key) => keyJson(scope.keyNames, key));
    const known = new Map(texts.map((text) => [text, current.get(text) ?? before.get(text) ?? null]));
    const unknown = keys.filter((_, i) => known.get(texts[i] ?? '') === null);
    const found =
      unknown.length === 0 ? new Map<string, readonly string[]>() : await pendingJobIds(settler, scope, unknown);
    return new Map([...known].map(([text, ids]) => [text, ids ?? found.get(text) ?? []]));
  };
  // Nobody else makes failed jobs of this dataset while its run holds the lease.
  let mayHeal: Promise<boolean> | null = null;
  async function* batches(size: number): AsyncGenerator<EntityKey[]> {
    for await (const claimed of claimKeys(reader, scope, size)) {
      remember(claimed);
      yield claimed.map(({ key }) => key);
    }
  }
  async function* imageBatches(size: number): AsyncGenerator<StreamImage[]> {
    for await (const claimed of claimImages(reader, scope, size)) {
      remember(claimed);
      yield claimed.map(({ image }) => image);
    }
  }
  return {
    batches,
    imageBatches,
    count: () => countPending(settler, scope),
    settle: (entities) =>
      serial(async () => {
        await beforeSettling(settler);
        mayHeal ??= hasFailedJobs(settler, scope.dataset);
        return settleJobs(settler, scope, entities, await idsOf(entities.map(({ key }) => key)), await mayHeal);
      }),
    recordFailures: (failures, origin) => serial(() => recordFailures(settler, scope, failures, origin)),
    hold: (keys, reason) => serial(async () => holdJobs(settler, scope, keys, reason, await idsOf(keys))),
    settleAll: (except, gaps) =>
      serial(async () => {
        await beforeSettling(settler);
        return settleAllJobs(settler, scope, except, gaps);
      }),
    close: async () => {
      await Promise.allSettled([reader.end(), settler.end()]);
    },
  };
}

/** Settling looks jobs up by id, whatever the statistics say of a queue that grew a moment ago. */
async function connectSettler(system: PostgresDatabase): Promise<Client> {
  const client = await system.connect('settle');
  await client.query('SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off');
  return client;
}

function oneAtATime(): (work: () => Promise<number>) => Promise<void> {
  let tail: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const mine = tail.then(work);
    tail = mine.catch(() => undefined);
    await mine;
  };
}
