import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { Engine, EngineOptions } from './api';
import { acknowledge } from './acknowledge';
import { cancel } from './cancel';
import { retryFailedRows, retryJobs, skipJobs } from './change-queue';
import { check } from './check';
import type { EngineContext } from './context';
import { origins } from './origins';
import { explain } from './explain';
import { datasetDetail } from './dataset-detail';
import { discover } from './discover';
import { init } from './init';
import { errorGroups, errors, lately, prune, runDetail, runLog, runs } from './look';
import { findEntities, history, job, queue, queueCount, queueCountAll } from './look-queue';
import { errorOfWhole } from './masks';
import { plan } from './plan';
import { run } from './run';
import { status } from './status';
import { storedPlan } from './stored-plan';
import { uninstall } from './uninstall';
import { uninstallPreview } from './uninstall-preview';
import { unrelayed } from './unrelayed';
import { verify } from './verify';

/** Opens the engine on an environment and its dataset definitions. Connects to nothing until asked for something. */
export function openEngine(options: EngineOptions): Promise<Engine> {
  const { environment } = options;
  const { listener = () => undefined, lateEnds = [] } = options;
  const context: EngineContext = { ...options, listener, lateEnds };
  return Promise.resolve(
    withTypedErrors(options.definitions, {
      init: (request) => init(context, request),
      uninstall: (request) => uninstall(context, request),
      uninstallPreview: () => uninstallPreview(context),
      status: (request) => status(context, request),
      check: (request) => check(context, request),
      discover: (request) => discover(context, request),
      plan: (request) => plan(context, request),
      storedPlan: (id, approval) => storedPlan(context, id, approval),
      run: (request) => run(context, request),
      verify: (request) => verify(context, request),
      acknowledge: (request) => acknowledge(context, request),
      runs: (filter) => runs(context, filter),
      lately: () => lately(context),
      runDetail: (id) => runDetail(context, id),
      cancel: (id) => cancel(context, id),
      queue: (filter) => queue(context, filter),
      history: (dataset, key) => history(context, dataset, key),
      unrelayed: (dataset) => unrelayed(context, dataset),
      errors: (filter) => errors(context, filter),
      runLog: (request) => runLog(context, request),
      job: (id) => job(context, id),
      queueCount: (filter) => queueCount(context, filter),
      queueCountAll: (filter) => queueCountAll(context, filter),
      retryJobs: (request) => retryJobs(context, request),
      skipJobs: (request) => skipJobs(context, request),
      retryFailedRows: (request) => retryFailedRows(context, request),
      errorGroups: (runId) => errorGroups(context, runId),
      origins: (request) => origins(context, request),
      explain: (dataset, key, before) => explain(context, dataset, key, before),
      findEntities: (text) => findEntities(context, text),
      datasetDetail: (name) => datasetDetail(context, name),
      prune: (request) => prune(context, request),
      close: () => environment.close(),
    }),
  );
}

type Operation = (...given: unknown[]) => Promise<unknown>;

/** Whatever an operation throws is a SyncError: what a server refused says which server, and what to do. */
function withTypedErrors(definitions: readonly DatasetDefinition[], engine: Engine): Engine {
  const operations = Object.entries(engine) as readonly (readonly [string, Operation])[];
  const typed = operations.map(([name, operation]): [string, Operation] => [
    name,
    (...given: unknown[]) =>
      operation(...given).catch((thrown: unknown) => {
        throw errorOfWhole({ definitions }, thrown);
      }),
  ]);
  return Object.fromEntries(typed) as unknown as Engine;
}
