import { asSyncError } from '../../compare/statement-error';
import type { DriverContext, TargetDriver } from '../../run/driver';
import { retrySetAside } from './aside-run';
import { throwIfCancelled } from '../../cancelled';
import { applyDeletes, pendingDeletes, targetRows, withheldKeys } from './delete-run';
import { upsertAll } from './full-run';
import { planKeys, upsertImages, upsertKeys, verifyKeys } from './incremental-run';
import { planAll, verifyAll } from './plan-run';
import { openSession, serversOf } from './session';

/**
 * Opens the driver of a dataset whose target is in PostgreSQL; its source is in PostgreSQL too, or a stream. Connections are opened
 * when they are needed.
 * Every method throws SyncError: CANCELLED, FENCED_OFF, ROW_ERROR_LIMIT, CONNECTION_LOST (retryable), RIGHTS_MISSING, STATEMENT_FAILED;
 * what writes also READ_ONLY where the context has no `write`.
 */
export function openPostgresDriver(context: DriverContext): Promise<TargetDriver> {
  const session = openSession(context);
  const typed = (error: unknown): Error => {
    throwIfCancelled(context.signal);
    return asSyncError(error, context.dataset, serversOf(context));
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    throwIfCancelled(context.signal);
    try {
      return await work();
    } catch (error) {
      throw typed(error);
    }
  };
  return Promise.resolve({
    planAll: () => guarded(() => planAll(session)),
    planKeys: (keys) => guarded(() => planKeys(session, keys)),
    targetRows: () => guarded(async () => targetRows((await session.comparison()).target, session.policy.dataset)),
    upsertAll: () => guarded(() => upsertAll(session)),
    upsertKeys: (keys) => guarded(() => upsertKeys(session, keys)),
    upsertImages: (images) => guarded(() => upsertImages(session, images)),
    retrySetAside: () => guarded(() => retrySetAside(session)),
    pendingDeletes: () => guarded(() => pendingDeletes(session)),
    applyDeletes: () => guarded(() => applyDeletes(session)),
    async *withheldKeys() {
      try {
        yield* withheldKeys(session);
      } catch (error) {
        throw typed(error);
      }
    },
    verifyAll: (ignore) => guarded(() => verifyAll(session, ignore)),
    verifyKeys: (keys, ignore) => guarded(() => verifyKeys(session, keys, ignore)),
    rest: () => guarded(() => session.rest()),
    close: () => session.connections.close(),
  });
}
