import { SyncError } from './errors';

/** @throws SyncError CANCELLED, or what else the run was stopped with, once it was */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof SyncError ? signal.reason : new SyncError('CANCELLED', 'The run was cancelled');
}
