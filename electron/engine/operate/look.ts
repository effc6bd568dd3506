import type { ErrorGroup, RunLogEntry } from '../../../shared/contract/methods/runs';
import type { RowErrorRecord, RunDetail, RunSummary } from '../../../shared/engine/reports';
import { maskKey } from '../queue/mask-job';
import { assertMayWrite } from '../run/guards';
import { writeAudit } from '../system/audit';
import { prune as pruneSystem } from '../system/retention';
import { groupRowErrors, listRowErrors } from '../system/row-errors';
import { listRunEvents, requireRun } from '../system/run-events';
import { listRuns, runIdOf, showRun } from '../system/runs';
import { runsLately } from '../system/runs-lately';
import type { RunsLately } from '../system/runs-lately';
import type { ErrorsFilter, RunLogRequest, RunsFilter } from './api';
import { readSystem, withSystem } from './context';
import type { EngineContext } from './context';
import { requireKnownDataset } from './known-datasets';
import { inKeyOrder } from './key-order';
import { asShownNow } from './kept-samples';
import { masksOf } from './masks';
import { greetSystem } from './prepare';

/** Runs, newest first; those whose process is gone are marked interrupted before. @throws SyncError DATASET_UNKNOWN */
export function runs(context: EngineContext, filter: RunsFilter): Promise<readonly RunSummary[]> {
  return readSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    await requireKnownDataset(context, system, filter.dataset);
    const { before, after } = filter;
    return listRuns(system, {
      ...filter,
      ...(before === undefined ? {} : { before: await runIdOf(system, before) }),
      ...(after === undefined ? {} : { after: await runIdOf(system, after) }),
    });
  });
}

/** Whether there is news in the history, at little cost; runs whose process is gone are marked interrupted before. */
export function lately(context: EngineContext): Promise<RunsLately> {
  return readSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    return runsLately(system);
  });
}

/**
 * One run with datasets and timeline.
 * @param id or its first 6 or more characters
 * @throws SyncError RUN_UNKNOWN, USAGE where several runs begin so
 */
export function runDetail(context: EngineContext, id: string): Promise<RunDetail> {
  return readSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    const detail = await showRun(system, await runIdOf(system, id));
    return { ...detail, datasets: await asShownNow(context, detail.datasets) };
  });
}

/** The timeline and log of a run, oldest first. @throws SyncError RUN_UNKNOWN */
export function runLog(context: EngineContext, request: RunLogRequest): Promise<readonly RunLogEntry[]> {
  return readSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    return listRunEvents(system, request);
  });
}

/** The bad rows of a run by cause, most frequent first. @throws SyncError RUN_UNKNOWN */
export function errorGroups(context: EngineContext, run: string): Promise<readonly ErrorGroup[]> {
  return readSystem(context, 'errors', async (system) => {
    await greetSystem(context, system);
    await requireRun(system, run);
    return groupRowErrors(system, run);
  });
}

/** Bad rows, newest first, masked. @throws SyncError DATASET_UNKNOWN, RUN_UNKNOWN */
export async function errors(context: EngineContext, filter: ErrorsFilter): Promise<readonly RowErrorRecord[]> {
  const masks = await masksOf(context);
  return readSystem(context, 'errors', async (system) => {
    await greetSystem(context, system);
    await requireKnownDataset(context, system, filter.dataset);
    const { run } = filter;
    const found = await listRowErrors(
      system,
      run === undefined ? filter : { ...filter, run: await runIdOf(system, run) },
    );
    const masked = found.map((error) => ({ ...error, key: maskKey(error.key, masks.get(error.dataset)) }));
    return inKeyOrder(
      context,
      masked,
      ({ key }) => key,
      (error, key) => ({ ...error, key }),
    );
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
