import type { Client } from 'pg';
import type { PostgresDatabase } from '../connect/postgres';
import { restingConnection } from '../connect/resting-connection';
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
  /** Gives its connections back until they are needed again; nothing may be going on. */
  rest(): void;
  close(): Promise<void>;
}

/**
 * Opens the jobs that a run may settle. Connects when it is first asked; throws what connecting throws.
 * @param beforeSettling called each time before jobs are settled, with a connection to SystemDB; what it throws leaves them pending
 */
export function openQueue(
  system: PostgresDatabase,
  scope: JobScope,
  beforeSettling: (settler: Client) => Promise<void> = () => Promise.resolve(),
): OpenQueue {
  const reader = restingConnection(system, 'queue');
  const settler = restingConnection(system, 'settle', lookUpById);
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
      unknown.length === 0
        ? new Map<string, readonly string[]>()
        : await pendingJobIds(await settler.client(), scope, unknown);
    return new Map([...known].map(([text, ids]) => [text, ids ?? found.get(text) ?? []]));
  };
  // Nobody else makes failed jobs of this dataset while its run holds the lease.
  let mayHeal: Promise<boolean> | null = null;
  async function* batches(size: number): AsyncGenerator<EntityKey[]> {
    for await (const claimed of claimKeys(await reader.client(), scope, size)) {
      remember(claimed);
      yield claimed.map(({ key }) => key);
    }
  }
  async function* imageBatches(size: number): AsyncGenerator<StreamImage[]> {
    for await (const claimed of claimImages(await reader.client(), scope, size)) {
      remember(claimed);
      yield claimed.map(({ image }) => image);
    }
  }
  return {
    batches,
    imageBatches,
    count: async () => countPending(await settler.client(), scope),
    settle: (entities) =>
      serial(async () => {
        const client = await settler.client();
        await beforeSettling(client);
        mayHeal ??= hasFailedJobs(client, scope.dataset);
        return settleJobs(client, scope, entities, await idsOf(entities.map(({ key }) => key)), await mayHeal);
      }),
    recordFailures: (failures, origin) =>
      serial(async () => recordFailures(await settler.client(), scope, failures, origin)),
    hold: (keys, reason) =>
      serial(async () => holdJobs(await settler.client(), scope, keys, reason, await idsOf(keys))),
    settleAll: (except, gaps) =>
      serial(async () => {
        const client = await settler.client();
        await beforeSettling(client);
        return settleAllJobs(client, scope, except, gaps);
      }),
    rest: () => {
      reader.rest();
      settler.rest();
    },
    close: async () => {
      await Promise.allSettled([reader.end(), settler.end()]);
    },
  };
}

/** Settling looks jobs up by id, whatever the statistics say of a queue that grew a moment ago. */
function lookUpById(settler: Client): Promise<unknown> {
  return settler.query('SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off');
}

function oneAtATime(): (work: () => Promise<number>) => Promise<void> {
  let tail: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const mine = tail.then(work);
    tail = mine.catch(() => undefined);
    await mine;
  };
}
