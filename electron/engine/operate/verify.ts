import type { RunDocument, RunStatus } from '../../../shared/engine/documents';
import { orCancelled } from '../cancelled';
import { hasten } from '../connect/hasten';
import { stoppable } from '../connect/stoppable';
import type { SyncError } from '../errors';
import { datasetDocument, errorDocument, failedDocument, overallError } from '../run/document';
import type { DatasetFacts } from '../run/document';
import { openRecorder, quietRecorder } from '../run/recorder';
import type { RunRecorder } from '../run/recorder';
import { closeStageSources, noSources, openStageSources } from '../run/stage-sources';
import { relayStreams } from '../run/stage-streams';
import type { Selection } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { errorOfWhole } from './masks';
import { greetSystem, prepareDatasets } from './prepare';
import { inOrder } from './run';
import { verifyOne } from './verify-dataset';

/**
 * Compares whole targets with their sources and changes neither. Keys that differ but have pending changes are counted apart, as
 * in_flight. Never throws: the document carries the error.
 */
export async function verify(given: EngineContext, request: Selection): Promise<RunDocument> {
  let id: string | null = null;
  const preparing = stoppable(given.environment, request.signal);
  try {
    const preparation = { ...given, environment: preparing.environment };
    return await withSystem(preparation, 'verify', async (system) => {
      await greetSystem(given, system);
      const prepared = await prepareDatasets(preparation, request.datasets, request.signal);
      const recorder = await recorderOf(preparation, prepared.names, request);
      id = recorder.runId;
      preparing.release();
      const finish = async (status: RunStatus, error: SyncError | null): Promise<void> => {
        await recorder.finish(status, error).catch((thrown: unknown) => {
          if (!given.environment.readOnly)
            given.lateEnds.push({ runId: recorder.runId, status, error, datasets: new Map(), at: new Date() });
          throw thrown;
        });
      };
      // Its signal is that of a cancel by another program too.
      const { environment, release } = stoppable(given.environment, recorder.signal);
      const context = { ...given, environment };
      const mayRelay = !environment.readOnly;
      let opened = noSources;
      const facts: DatasetFacts[] = [];
      try {
        await hasten(system, given.environment.system, recorder.signal);
        await recorder.status('verifying');
        const unread = mayRelay
          ? await relayStreams(environment, prepared.resolved, prepared.everything, recorder)
          : noSources.refused;
        opened = await openStageSources(environment, prepared.resolved, mayRelay);
        for (const dataset of prepared.resolved) {
          const refused = unread.get(dataset.name) ?? opened.refused.get(dataset.name) ?? null;
          facts.push(await verifyOne(context, system, recorder, { dataset, sources: opened.sources, refused }));
        }
      } catch (thrown) {
        const error = errorOfWhole(context, orCancelled(recorder.signal, thrown));
        await finish(error.code === 'CANCELLED' ? 'cancelled' : 'failed', error).catch(() => undefined);
        throw error;
      } finally {
        await closeStageSources(opened);
        release();
      }
      const all = inOrder(prepared.names, facts, prepared.problems);
      const error = overallError(all);
      const status =
        error === null
          ? 'succeeded'
          : error.code === 'CANCELLED'
            ? 'cancelled'
            : error.code === 'VERIFICATION_FAILED'
              ? 'partial'
              : 'failed';
      await finish(status, error);
      return {
        ok: error === null,
        id,
        status,
        datasets: all.map(datasetDocument),
        error: error === null ? null : errorDocument(error),
      };
    });
  } catch (thrown) {
    return failedDocument(id, errorOfWhole(given, orCancelled(request.signal, thrown)));
  } finally {
    preparing.release();
  }
}

function recorderOf(context: EngineContext, datasets: readonly string[], { signal }: Selection): Promise<RunRecorder> {
  const { environment, caller, listener } = context;
  if (environment.readOnly) return Promise.resolve(quietRecorder({ ...caller, listener, signal }));
  const facts = { kind: 'verify', mode: 'full', datasets, ...caller, environment: environment.name } as const;
  return openRecorder({ system: environment.system, ...facts, listener, signal });
}
