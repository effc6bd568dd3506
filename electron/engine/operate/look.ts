import type { ErrorGroup, RunLogEntry } from '../../../shared/contract/methods/runs';
import type { RowErrorRecord, RunDetail, RunSummary } from '../../../shared/engine/reports';
import { maskKey } from '../queue/mask-job';
import { assertMayWrite } from '../run/guards';
import { writeAudit } from '../system/audit';
import { prune as pruneSystem } from '../system/retention';
import { groupRowErrors, listRowErrors } from '../system/row-errors';
import { listRunEvents, requireRun } from '../system/run-events';
import { listRuns, showRun } from '../system/runs';
import type { ErrorsFilter, RunLogRequest, RunsFilter } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { masksOf } from './masks';
import { greetSystem } from './prepare';

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

/** The timeline and log of a run, oldest first. @throws SyncError RUN_UNKNOWN */
export function runLog(context: EngineContext, request: RunLogRequest): Promise<readonly RunLogEntry[]> {
  return withSystem(context, 'runs', async (system) => {
    await greetSystem(context, system);
    return listRunEvents(system, request);
  });
}

/** The bad rows of a run by cause, most frequent first. @throws SyncError RUN_UNKNOWN */
export function errorGroups(context: EngineContext, run: string): Promise<readonly ErrorGroup[]> {
  return withSystem(context, 'errors', async (system) => {
    await greetSystem(context, system);
    await requireRun(system, run);
    return groupRowErrors(system, run);
  });
}

/** Bad rows, newest first, masked. */
export async function errors(context: EngineContext, filter: ErrorsFilter): Promise<readonly RowErrorRecord[]> {
  const masks = await masksOf(context);
  return withSystem(context, 'errors', async (system) => {
    await greetSystem(context, system);
    const found = await listRowErrors(system, filter);
    return found.map((error) => ({ ...error, key: maskKey(error.key, masks.get(error.dataset)) }));
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
