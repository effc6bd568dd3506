import type { Client } from 'pg';
import type { Job } from '../../../shared/engine/documents';
import { withCauses } from '../queue/causes';
import { countEveryJob, countJobs } from '../queue/count-jobs';
import { findEntities as findInQueue } from '../queue/entity-lookup';
import { entityHistory, listJobs, readJob } from '../queue/list-jobs';
import type { JobFilter, QueueFilter } from './api';
import { searchQueue } from './bounded-search';
import type { EngineContext } from './context';
import { requireKey } from './entity-key';
import { inKeyOrder, keyNames } from './key-order';
import { masksOf } from './masks';
import { keyColumnsFor, resolveFilter } from './resolve-filter';

const mostEntities = 20;

/** One page of jobs, masked. @throws SyncError NOT_INITIALISED, DATASET_UNKNOWN, RUN_UNKNOWN, USAGE, STATEMENT_FAILED */
export async function queue(context: EngineContext, filter: QueueFilter): Promise<readonly Job[]> {
  const masks = await masksOf(context);
  const jobs = await searchQueue(context, 'queue', async (system) => {
    return listJobs(system, await resolveFilter(context, system, filter), masks);
  });
  return ordered(context, jobs);
}

/** One job, masked, with what is behind it. @throws SyncError NOT_INITIALISED, JOB_UNKNOWN */
export async function job(context: EngineContext, id: string): Promise<Job> {
  const masks = await masksOf(context);
  const found = await searchQueue(context, 'queue', async (system) => {
    const read = await readJob(system, id, masks);
    return withCauses(system, [read]);
  });
  const [shown] = await ordered(context, found);
  if (shown === undefined) throw new TypeError(`job ${id} was read and is gone`);
  return shown;
}

function ordered(context: EngineContext, jobs: readonly Job[]): Promise<Job[]> {
  return inKeyOrder(
    context,
    jobs,
    (one) => one.entity_key,
    (one, key) => ({ ...one, entity_key: key }),
  );
}

/**
 * How many jobs match; exact false: at least so many.
 * @throws SyncError NOT_INITIALISED, DATASET_UNKNOWN, RUN_UNKNOWN, USAGE, STATEMENT_FAILED
 */
export function queueCount(
  context: EngineContext,
  filter: JobFilter,
): Promise<{ readonly count: number; readonly exact: boolean }> {
  return searchQueue(context, 'queue', async (system) =>
    countJobs(system, await resolveFilter(context, system, filter)),
  );
}

const countSeconds = 300;

/**
 * Exactly how many jobs match, also where that takes a while.
 * @throws SyncError NOT_INITIALISED, DATASET_UNKNOWN, RUN_UNKNOWN, USAGE, STATEMENT_FAILED after 5 minutes
 */
export function queueCountAll(context: EngineContext, filter: JobFilter): Promise<number> {
  const count = async (system: Client): Promise<number> =>
    countEveryJob(system, await resolveFilter(context, system, filter));
  return searchQueue(context, 'queue', count, countSeconds);
}

/**
 * Every change and job of one entity, newest first, masked, with what is behind those that a run wrote itself.
 * @throws SyncError NOT_INITIALISED, DATASET_UNKNOWN, USAGE where the key has other columns
 */
export async function history(context: EngineContext, dataset: string, key: string): Promise<readonly Job[]> {
  const masks = await masksOf(context);
  const jobs = await searchQueue(context, 'history', async (system) => {
    const { keyColumns } = await resolveFilter(context, system, { dataset, entity: key });
    const jobs = await entityHistory(system, dataset, key, masks, keyColumns);
    return withCauses(system, jobs);
  });
  if (jobs.length === 0) requireKey(dataset, key, (await keyNames(context)).get(dataset) ?? []);
  return ordered(context, jobs);
}

/** Entities with jobs under exactly this key, of the datasets that are defined; none whose key is masked. */
export async function findEntities(
  context: EngineContext,
  text: string,
): Promise<readonly { readonly dataset: string; readonly key: Record<string, string> }[]> {
  const masks = await masksOf(context);
  const found = await searchQueue(context, 'queue', async (system) =>
    findInQueue(system, text, mostEntities, await keyColumnsFor(context, text)),
  );
  const shown = found.filter(({ dataset, key }) => {
    const masked = masks.get(dataset);
    return masked !== undefined && !Object.keys(key).some((name) => masked.includes(name));
  });
  return inKeyOrder(
    context,
    shown,
    ({ key }) => key,
    (entity, key) => ({ ...entity, key }),
  );
}
