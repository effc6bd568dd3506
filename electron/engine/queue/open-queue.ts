import type { Client } from 'pg';
import type { PostgresDatabase } from '../connect/postgres';
import type { DatasetQueue } from '../run/dataset-queue';
import { claimImages, claimKeys, countPending } from './claim';
import type { JobScope } from './job-scope';
import { holdJobs, settleJobs } from './settle';
import { settleAllJobs } from './settle-all';

/** The queue of one dataset for one run, on two connections: one reads, one settles. The run closes it. */
export interface OpenQueue extends DatasetQueue {
  close(): Promise<void>;
}

/** Opens the jobs that a run may settle. Connects at once; throws what connecting throws. */
export async function openQueue(system: PostgresDatabase, scope: JobScope): Promise<OpenQueue> {
  const reader = await system.connect('queue');
  const settler = await connectSettler(system);
  const serial = oneAtATime();
  return {
    batches: (size) => claimKeys(reader, scope, size),
    imageBatches: (size) => claimImages(reader, scope, size),
    count: () => countPending(settler, scope),
    settle: (entities) => serial(() => settleJobs(settler, scope, entities)),
    hold: (keys, reason) => serial(() => holdJobs(settler, scope, keys, reason)),
    settleAll: (except, gaps) => serial(() => settleAllJobs(settler, scope, except, gaps)),
    close: async () => {
      await Promise.allSettled([reader.end(), settler.end()]);
    },
  };
}

/** Settling looks jobs up by key, whatever the statistics say: a hash join would read every pending job for each block. */
async function connectSettler(system: PostgresDatabase): Promise<Client> {
  const client = await system.connect('settle');
  await client.query('SET enable_hashjoin = off; SET enable_mergejoin = off');
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
