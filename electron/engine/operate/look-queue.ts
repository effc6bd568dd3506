import type { Job } from '../../../shared/engine/documents';
import { countJobs } from '../queue/count-jobs';
import { findEntities as findInQueue } from '../queue/entity-lookup';
import { entityHistory, listJobs, readJob } from '../queue/list-jobs';
import type { JobFilter, QueueFilter } from './api';
import { searchQueue } from './bounded-search';
import type { EngineContext } from './context';
import { masksOf } from './masks';

const mostEntities = 20;

/** One page of jobs, masked. @throws SyncError NOT_INITIALISED, USAGE for a cursor that is no id, STATEMENT_FAILED */
export async function queue(context: EngineContext, filter: QueueFilter): Promise<readonly Job[]> {
  const masks = await masksOf(context);
  return searchQueue(context, 'queue', (system) => listJobs(system, filter, masks));
}

/** One job, masked. @throws SyncError NOT_INITIALISED, JOB_UNKNOWN */
export async function job(context: EngineContext, id: string): Promise<Job> {
  const masks = await masksOf(context);
  return searchQueue(context, 'queue', (system) => readJob(system, id, masks));
}

/** How many jobs match; exact false: at least so many. @throws SyncError NOT_INITIALISED, STATEMENT_FAILED */
export function queueCount(
  context: EngineContext,
  filter: JobFilter,
): Promise<{ readonly count: number; readonly exact: boolean }> {
  return searchQueue(context, 'queue', (system) => countJobs(system, filter));
}

/** Every change and job of one entity, newest first, masked. */
export async function history(context: EngineContext, dataset: string, key: string): Promise<readonly Job[]> {
  const masks = await masksOf(context);
  return searchQueue(context, 'history', (system) => entityHistory(system, dataset, key, masks));
}

/** Entities with jobs under exactly this key, of the datasets that are defined; none whose key is masked. */
export async function findEntities(
  context: EngineContext,
  text: string,
): Promise<readonly { readonly dataset: string; readonly key: Record<string, string> }[]> {
  const masks = await masksOf(context);
  const found = await searchQueue(context, 'queue', (system) => findInQueue(system, text, mostEntities));
  return found.filter(({ dataset, key }) => {
    const masked = masks.get(dataset);
    return masked !== undefined && !Object.keys(key).some((name) => masked.includes(name));
  });
}
