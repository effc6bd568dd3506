import { SyncError } from '../errors';

/** Stands for a method that is named but not written. */
export function notYet(name: string): () => Promise<never> {
  return () => Promise.reject(new SyncError('NOT_SUPPORTED', `${name} is not there yet`));
}
