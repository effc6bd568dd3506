import type { Origins } from '../../../shared/contract/methods/origins';
import { summariseOrigins } from '../queue/origins';
import type { OriginsRequest } from './api';
import { searchQueue } from './bounded-search';
import type { EngineContext } from './context';

/** Who changed how much in a span of time. @throws SyncError NOT_INITIALISED, STATEMENT_FAILED after 15 s */
export function origins(context: EngineContext, request: OriginsRequest): Promise<Origins> {
  return searchQueue(context, 'origins', (system) => summariseOrigins(system, request));
}
