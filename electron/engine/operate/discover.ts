import { discoverDatasets } from '../dataset/discover';
import type { DiscoverRequest } from '../dataset/discover';
import type { EngineContext } from './context';

/** Dataset definitions (YAML) for what two databases have in common. @throws SyncError DATASET_INVALID, CONNECT_FAILED, SAME_SOURCE_AND_TARGET */
export function discover(context: EngineContext, request: DiscoverRequest): Promise<string> {
  return discoverDatasets(context.environment, request);
}
