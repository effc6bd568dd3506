import { SyncError } from './errors';

/** @throws SyncError CANCELLED, or what else the run was stopped with, once it was */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof SyncError ? signal.reason : new SyncError('CANCELLED', 'The run was cancelled');
}

/** What was thrown; once it was stopped, that it was: how a statement ends at a stop says nothing of the statement. */
export function orCancelled(signal: AbortSignal | undefined, thrown: unknown): unknown {
  if (signal?.aborted !== true) return thrown;
  try {
    throwIfCancelled(signal);
  } catch (cancelled) {
    return cancelled;
  }
  return thrown;
}
