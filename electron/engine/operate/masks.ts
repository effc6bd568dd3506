import { isDataError } from '../compare/server-errors';
import { maskedInJobs, shareTable } from '../dataset/masked-places';
import type { ResolvedDataset } from '../dataset/resolved';
import { resolveDatasets } from '../dataset/resolve';
import type { SyncError } from '../errors';
import type { Masks } from '../queue/mask-job';
import { asSyncError } from '../run/document';
import type { EngineContext } from './context';
import { rememberResolved } from './last-resolved';

/** Masks rest on catalogs, which are read again after so long. */
const lastsMs = 60_000;

const known = new WeakMap<EngineContext, { readonly until: number; readonly masks: Promise<Masks> }>();

/** What is hidden, by dataset. Where a mask cannot be resolved now, everything of that dataset and its tables is hidden. */
export function masksOf(context: EngineContext): Promise<Masks> {
  const before = known.get(context);
  if (before !== undefined && before.until > Date.now()) return before.masks;
  const masks = readMasks(context);
  known.set(context, { until: Date.now() + lastsMs, masks });
  // A server that was away for a moment must not hide everything for a minute.
  const forget = (): void => void known.delete(context);
  masks.then((found) => {
    if (found.size < context.definitions.length) forget();
  }, forget);
  return masks;
}

async function readMasks({ environment, definitions }: EngineContext): Promise<Masks> {
  if (definitions.every(({ mask }) => mask === undefined)) return new Map(definitions.map(({ name }) => [name, []]));
  const { resolved } = await resolveDatasets(environment, definitions);
  rememberResolved(definitions, resolved);
  return masksFrom(definitions, resolved);
}

/** The same from those that are resolved; what is left of the others is hidden as above. */
export function masksFrom(
  definitions: EngineContext['definitions'],
  resolved: readonly ResolvedDataset[],
): Map<string, string[]> {
  const known = new Set(resolved.map(({ name }) => name));
  const unknown = definitions.filter(({ name, mask }) => !known.has(name) && mask !== undefined);
  const masks = maskedInJobs(resolved);
  for (const dataset of resolved) if (unknown.some((other) => shareTable(dataset, other))) masks.delete(dataset.name);
  for (const { name, mask } of definitions) if (!known.has(name) && mask === undefined) masks.set(name, []);
  return masks;
}

/**
 * The typed error that ends an operation as a whole, over datasets of which some may have masked columns: what a server says of data
 * is told without the values.
 */
export function errorOfWhole({ definitions }: Pick<EngineContext, 'definitions'>, thrown: unknown): SyncError {
  return asSyncError(thrown, isDataError(thrown) ? definitions.flatMap(({ mask }) => mask ?? []) : []);
}
