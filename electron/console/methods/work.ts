import { SyncError } from '../../engine/errors';
import type { Task } from '../../../shared/contract/task';
import type { RunDocument } from '../../../shared/engine/documents';
import type { EngineListener } from '../../../shared/engine/events';
import type { Engine } from '../../engine/operate/api';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { assertConfirmed } from './confirm';

type WorkMethods =
  | 'tasks.list'
  | 'tasks.get'
  | 'tasks.stop'
  | 'plans.start'
  | 'plans.get'
  | 'runs.start'
  | 'runs.cancel'
  | 'verifications.start';

/** Plans, runs and verifications: each is a task of the host, which answers at once. */
export function workHandlers(context: ConsoleContext): Pick<Handlers, WorkMethods> {
  const { session, tasks } = context;
  return {
    'tasks.list': () => tasks.list(),
    'tasks.get': ({ id }) => tasks.get(id),
    'tasks.stop': ({ id }) => {
      tasks.stop(id);
      return {};
    },
    'plans.start': ({ datasets, mode }) =>
      startWork(context, 'plan', datasets, (engine, signal) => engine.plan({ datasets, mode, signal })),
    'plans.get': ({ id }) => session.engine().storedPlan(id),
    'verifications.start': ({ datasets }) =>
      startWork(context, 'verify', datasets, (engine, signal) => engine.verify({ datasets, signal })),
    'runs.start': (request) => {
      assertConfirmed(session.require(), request.confirm);
      return startRun(context, request);
    },
    'runs.cancel': async ({ id }) => {
      const own = tasks.working().find((task) => task.run === id);
      // Our own run need not wait until it sees the flag in SystemDB.
      if (own !== undefined) tasks.stop(own.id);
      const noted = session.engine().cancel(id);
      if (own === undefined) return { cancelled: await noted };
      // That it could not be noted where others look does not undo it.
      await noted.catch(() => undefined);
      return { cancelled: true };
    },
  };
}

type StartRun = Parameters<Handlers['runs.start']>[0];

/** Starts a run as a task. */
export function startRun(context: ConsoleContext, request: StartRun): Task {
  return startWork(context, 'run', request.datasets, (engine, signal) =>
    engine.run({
      datasets: request.datasets,
      mode: request.mode,
      allowEmptySource: request.allow_empty_source,
      signal,
      ...(request.plan === null ? {} : { plan: request.plan }),
      ...(request.approve_deletes === null ? {} : { approveDeletes: request.approve_deletes }),
      ...(request.confirm === null ? {} : { confirm: request.confirm }),
    }),
  );
}

/** Plans and verifications that read whole tables at the same time: each takes up to seven connections (docs/decisions/0016). */
const readingAtMost = 4;

/** @throws SyncError NO_SESSION, DATASET_UNKNOWN, TOO_MANY_AT_ONCE */
function startWork(
  { session, tasks }: ConsoleContext,
  kind: Task['kind'],
  datasets: readonly string[],
  work: (engine: Engine, signal: AbortSignal) => Promise<RunDocument>,
): Task {
  const { environment, datasets: defined } = session.require();
  const unknown = datasets.find((name) => !defined.includes(name));
  if (unknown !== undefined) {
    throw new SyncError('DATASET_UNKNOWN', `There is no dataset "${unknown}"`, { details: { dataset: unknown } });
  }
  const reading = tasks.working().filter((task) => readsOnly(task.kind)).length;
  if (readsOnly(kind) && reading >= readingAtMost) {
    throw new SyncError('TOO_MANY_AT_ONCE', `${String(reading)} previews and verifications are under way already`, {
      hint: 'Wait until one of them ends, or stop one.',
      retryable: true,
    });
  }
  return tasks.start({
    kind,
    environment: environment.name,
    datasets: datasets.length === 0 ? defined : datasets,
    perform: (listener: EngineListener, signal) => work(session.engine(listener), signal),
  });
}

function readsOnly(kind: Task['kind']): boolean {
  return kind === 'plan' || kind === 'verify';
}
