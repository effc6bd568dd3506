import type { Client } from 'pg';
import { SyncError } from '../errors';
import { readSystem } from './context';
import type { EngineContext } from './context';
import { greetSystem } from './prepare';

const usualSeconds = 15;

/**
 * Runs a search over the queue, and ends it where it takes longer than anybody waits (15 s, or as many as are named).
 * Searches walk along indexes from the newest job: joins that read whole tables first are not for them.
 * @throws SyncError NOT_INITIALISED, CONNECT_FAILED, STATEMENT_FAILED after that time
 */
export function searchQueue<T>(
  context: EngineContext,
  purpose: string,
  search: (system: Client) => Promise<T>,
  longestSeconds: number = usualSeconds,
): Promise<T> {
  return readSystem(context, purpose, async (system) => {
    await greetSystem(context, system);
    await system.query(
      `SET statement_timeout = '${String(longestSeconds)}s'; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off`,
    );
    try {
      return await search(system);
    } catch (cause) {
      if (!(cause instanceof Error) || !('code' in cause) || cause.code !== '57014') throw cause;
      throw new SyncError('STATEMENT_FAILED', `The queue could not be searched within ${String(longestSeconds)} s`, {
        hint: 'Narrow the filter, by dataset or time; or let "astro-sync prune" remove old jobs.',
        retryable: true,
        cause,
      });
    }
  });
}
