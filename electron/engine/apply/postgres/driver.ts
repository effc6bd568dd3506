import type { DriverContext, TargetDriver } from '../../run/driver';
import { SyncError } from '../../errors';
import { throwIfCancelled } from './connections';
import { applyDeletes, pendingDeletes, withheldKeys } from './delete-run';
import { noTally, upsertAll } from './full-run';
import { asSyncError } from './server-errors';
import { openSession, targetLabel } from './session';
import { verifyAll } from './verify-run';

/**
 * Opens the driver of a dataset whose target is in PostgreSQL; its source is in PostgreSQL too, or a stream.
 * Every method throws SyncError: CANCELLED, FENCED_OFF, ROW_ERROR_LIMIT, CONNECTION_LOST (retryable), RIGHTS_MISSING, STATEMENT_FAILED.
 */
export function openPostgresDriver(context: DriverContext): Promise<TargetDriver> {
  const session = openSession(context);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(context.signal);
      throw asSyncError(error, context.dataset.name, targetLabel(context));
    }
  };
  const missing = (): Promise<never> =>
    Promise.reject(new SyncError('NOT_SUPPORTED', `Dataset "${context.dataset.name}": not yet possible`));
  return Promise.resolve({
    planAll: missing,
    planKeys: missing,
    upsertAll: () => guarded(() => upsertAll(session)),
    upsertKeys: missing,
    upsertImages: missing,
    retrySetAside: () => Promise.resolve({ tally: noTally(), failed: [] }),
    pendingDeletes: () => guarded(() => pendingDeletes(session)),
    applyDeletes: () => guarded(() => applyDeletes(session)),
    withheldKeys: () => withheldKeys(session),
    verifyAll: (ignore) => guarded(() => verifyAll(session, ignore)),
    verifyKeys: missing,
    close: () => session.connections.close(),
  });
}
