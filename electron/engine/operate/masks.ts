import { isDataError } from '../compare/server-errors';
import { maskedInJobs, tablesNamed, tablesOf } from '../dataset/masked-places';
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
  const masks = maskedInJobs(resolved);
  const tables = new Map(definitions.map((definition) => [definition.name, tablesNamed(definition)]));
  for (const dataset of resolved) tables.set(dataset.name, tablesOf(dataset));
  const share = (one: string, other: string): boolean => {
    const others = tables.get(other);
    return [...(tables.get(one) ?? [])].some((table) => others?.has(table) ?? false);
  };
  const masking = definitions.filter(({ mask }) => mask !== undefined);
  const unknown = masking.filter(({ name }) => !masks.has(name));
  for (const { name } of resolved) if (unknown.some((other) => share(name, other.name))) masks.delete(name);
  // Of one that masks nothing and is not resolved either, all is shown where nobody hides anything of its tables.
  for (const { name, mask } of definitions) {
    const isResolved = resolved.some((dataset) => dataset.name === name);
    if (!isResolved && mask === undefined && !masking.some((other) => share(name, other.name))) masks.set(name, []);
  }
  return masks;
}

/**
 * The typed error that ends an operation as a whole, over datasets of which some may have masked columns: what a server says of data
 * is told without the values.
 */
export function errorOfWhole({ definitions }: Pick<EngineContext, 'definitions'>, thrown: unknown): SyncError {
  return asSyncError(thrown, isDataError(thrown) ? definitions.flatMap(({ mask }) => mask ?? []) : []);
}
