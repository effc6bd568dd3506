import type { RunDocument } from '../../../shared/engine/documents';
import { grouped } from '../../../shared/format-number';
import { orCancelled } from '../cancelled';
import { hasten } from '../connect/hasten';
import { stoppable } from '../connect/stoppable';
import {
  asSyncError,
  datasetDocument,
  errorDocument,
  failedDocument,
  overallError,
  overallStatus,
  refusedFacts,
} from '../run/document';
import type { DatasetFacts } from '../run/document';
import type { SyncError } from '../errors';
import { recordOf } from '../run/conclude';
import { executeRun } from '../run/execute';
import { assertMayWrite } from '../run/guards';
import { openRecorder } from '../run/recorder';
import type { RunRecorder } from '../run/recorder';
import { writeAudit } from '../system/audit';
import type { Approval, RunRequest } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { errorOfWhole } from './masks';
import { greetSystem, prepareDatasets } from './prepare';
import { openStoredPlan } from './stored-plan';

/**
 * Brings datasets into line. Never throws: the document says what happened, also where nothing could.
 * The error codes are those of the engine; the document's error is the first that stopped something.
 */
export async function run(context: EngineContext, request: RunRequest): Promise<RunDocument> {
  let id: string | null = null;
  const preparing = stoppable(context.environment, request.signal);
  const preparation = { ...context, environment: preparing.environment };
  try {
    assertMayWrite(context.environment, request.confirm);
    return await withSystem(preparation, 'run control', async (system) => {
      for (const interrupted of await greetSystem(context, system)) {
        context.listener({
          type: 'log',
          run: interrupted,
          dataset: null,
          level: 'warn',
          message: `Run ${interrupted} was interrupted: its program ended in the middle, or lost SystemDB`,
          at: new Date().toISOString(),
        });
      }
      const plan = request.plan === undefined ? null : await openStoredPlan(system, context, request.plan);
      const prepared = await prepareDatasets(preparation, plan?.datasets ?? request.datasets, request.signal);
      plan?.assertUnchanged(prepared);
      const recorder = await openRecorder({
        system: preparing.environment.system,
        kind: 'run',
        mode: plan?.mode ?? request.mode,
        datasets: prepared.names,
        ...context.caller,
        environment: context.environment.name,
        ...(plan === null ? {} : { planId: plan.id }),
        listener: context.listener,
        signal: request.signal,
      });
      const { runId } = recorder;
      id = runId;
      preparing.release();
      const audit = (outcome: string, error: SyncError | null): Promise<void> =>
        writeAudit(system, {
          ...context.caller,
          environment: context.environment.name,
          command: 'run',
          details: {
            datasets: prepared.names,
            mode: request.mode,
            plan: request.plan ?? null,
            approve_deletes: request.approveDeletes ?? null,
            allow_empty_source: request.allowEmptySource ?? false,
          },
          runId,
          outcome,
          error: error === null ? null : errorDocument(error),
        });
      let facts: DatasetFacts[];
      try {
        // From here on it also writes down how the run ends.
        await hasten(system, context.environment.system, recorder.signal);
        await plan?.use(runId);
        // Before the first write: a run that is killed is in the log too.
        await audit('started', null);
        logApprovals(recorder, request);
        for (const { dataset, text } of prepared.warnings) recorder.log(dataset, 'warn', text);
        for (const [dataset, error] of prepared.problems) {
          recorder.log(dataset, 'error', error.message);
          await recorder.dataset(dataset, { status: 'failed', error, ended: true });
        }
        await recorder.status('running');
        const executed = await executeRun({
          environment: context.environment,
          datasets: prepared.resolved,
          everything: prepared.everything,
          mode: plan?.mode ?? request.mode,
          recorder,
          operator: context.caller.operator,
          system,
          allowanceOf: (dataset) => ({
            deletes: request.approveDeletes,
            plannedDeletes: plan?.deletesOf(dataset),
            emptySource: request.allowEmptySource ?? false,
          }),
          ...(plan === null ? {} : { planned: plan.counts }),
        });
        facts = inOrder(prepared.names, executed, prepared.problems);
      } catch (thrown) {
        const error = errorOfWhole(context, orCancelled(recorder.signal, thrown));
        const status = error.code === 'CANCELLED' ? 'cancelled' : 'failed';
        await recorder.finish(status, error).catch(() => {
          context.lateEnds.push({ runId, status, error, datasets: new Map(), at: new Date() });
        });
        await audit(status, error).catch(() => undefined);
        throw error;
      }
      let status = overallStatus(facts);
      let error = overallError(facts);
      try {
        await recorder.finish(status, error);
        await audit(status, error);
      } catch (thrown) {
        // What happened has happened: it is told, and written down when SystemDB answers again.
        const datasets = new Map(facts.map((fact) => [fact.name, recordOf(fact)]));
        const stopped = asSyncError(orCancelled(recorder.signal, thrown));
        // Whoever stopped it while it waited to say how it ended, has stopped it.
        if (stopped.code === 'CANCELLED') [status, error] = ['cancelled', stopped];
        context.lateEnds.push({ runId, status, error, datasets, at: new Date() });
      }
      return {
        ok: status === 'succeeded',
        id,
        status,
        datasets: facts.map(datasetDocument),
        error: error === null ? null : errorDocument(error),
      };
    });
  } catch (thrown) {
    return failedDocument(id, errorOfWhole(context, orCancelled(request.signal, thrown)));
  } finally {
    preparing.release();
  }
}

/** What was approved stands at the beginning of the log: whoever repeats the run has to approve it too. */
function logApprovals(
  recorder: Pick<RunRecorder, 'log'>,
  { approveDeletes, allowEmptySource = false }: Approval,
): void {
  if (approveDeletes === undefined && !allowEmptySource) return;
  const deletes =
    approveDeletes === undefined
      ? []
      : [approveDeletes === 'all' ? 'every delete' : `up to ${grouped(approveDeletes)} deletes of a dataset`];
  const empty = allowEmptySource ? ['that an empty source empties its target'] : [];
  recorder.log(null, 'info', `approved: ${[...deletes, ...empty].join(', ')}`, {
    approve_deletes: approveDeletes ?? null,
    allow_empty_source: allowEmptySource,
  });
}

/** Facts of all chosen datasets in their order, those refused by their definition among them. */
export function inOrder(
  names: readonly string[],
  facts: readonly DatasetFacts[],
  problems: ReadonlyMap<string, SyncError>,
): DatasetFacts[] {
  return names.flatMap((name) => {
    const problem = problems.get(name);
    return problem === undefined ? facts.filter((fact) => fact.name === name) : [refusedFacts(name, problem)];
  });
}
