import { resolveDatasets } from '../dataset/resolve';
import type { Resolution } from '../dataset/resolve';
import type { EngineContext } from './context';

/** Definitions rest on catalogs, which are read again after so long. */
const lastsMs = 60_000;

const known = new WeakMap<EngineContext, { readonly until: number; readonly resolution: Promise<Resolution> }>();

/** All definitions as both catalogs have them, or had them a moment ago: for what is only shown. */
export function knownResolution(context: EngineContext): Promise<Resolution> {
  const before = known.get(context);
  if (before !== undefined && before.until > Date.now()) return before.resolution;
  const resolution = resolveDatasets(context.environment, context.definitions);
  known.set(context, { until: Date.now() + lastsMs, resolution });
  resolution.catch(() => known.delete(context));
  return resolution;
}
