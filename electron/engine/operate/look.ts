import type { Job } from '../../../shared/engine/documents';
import type { RowErrorRecord, RunDetail, RunSummary } from '../../../shared/engine/reports';
import { resolveDatasets } from '../dataset/resolve';
import { entityHistory, listJobs } from '../queue/list-jobs';
import type { Masks } from '../queue/mask-job';
import { assertMayWrite } from '../run/guards';
import { writeAudit } from '../system/audit';
import { prune as pruneSystem } from '../system/retention';
import { listRowErrors } from '../system/row-errors';
import { listRuns, showRun } from '../system/runs';
import type { ErrorsFilter, QueueFilter, RunsFilter } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { greetSystem } from './prepare';

/** Jobs, newest first, masked. @throws SyncError NOT_INITIALISED */
export async function queue(context: EngineContext, filter: QueueFilter): Promise<readonly Job[]> {
  const masks = await masksOf(context);
  return withSystem(context, 'queue', async (system) => {
    await greetSystem(context, system);
    return listJobs(system, filter, masks);
  });
}

/** Every change and job of one entity, newest first, masked. */
export async function history(context: EngineContext, dataset: string, key: string): Promise<readonly Job[]> {
  const masks = await masksOf(context);
  return withSystem(context, 'history', async (system) => {
    await greetSystem(context, system);
    return entityHistory(system, dataset, key, masks);
  });
}

/** Runs, newest first; those whose process is gone are marked interrupted before. */
export function runs(context: EngineContext, filter: RunsFilter): Promise<readonly RunSummary[]> {
  return withSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    return listRuns(system, filter);
  });
}

/** One run with datasets and timeline. @throws SyncError RUN_UNKNOWN */
export function runDetail(context: EngineContext, id: string): Promise<RunDetail> {
  return withSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    return showRun(system, id);
  });
}

/** Bad rows, newest first. */
export function errors(context: EngineContext, filter: ErrorsFilter): Promise<readonly RowErrorRecord[]> {
  return withSystem(context, 'errors', async (system) => {
    await greetSystem(context, system);
    return listRowErrors(system, filter);
  });
}

/**
 * Removes what has served its time from SystemDB; failed jobs, conflicts and the audit log stay.
 * @returns rows removed, by kind
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT
 */
export async function prune(
  context: EngineContext,
  request: { readonly days: number; readonly confirm?: string },
): Promise<Readonly<Record<string, number>>> {
  assertMayWrite(context.environment, request.confirm);
  return withSystem(context, 'prune', async (system) => {
    await greetSystem(context, system);
    const removed = await pruneSystem(system, { days: request.days });
    await writeAudit(system, {
      ...context.caller,
      environment: context.environment.name,
      command: 'prune',
      details: { days: request.days, ...removed },
      runId: null,
      outcome: 'done',
      error: null,
    });
    return removed;
  });
}

/** What is hidden, by dataset. Where a mask cannot be resolved now, everything of that dataset is hidden. */
async function masksOf({ environment, definitions }: EngineContext): Promise<Masks> {
  const masks = new Map(definitions.filter(({ mask }) => mask === undefined).map(({ name }) => [name, [] as string[]]));
  if (masks.size === definitions.length) return masks;
  for (const dataset of (await resolveDatasets(environment, definitions)).resolved) {
    masks.set(dataset.name, [...dataset.masked]);
  }
  return masks;
}
