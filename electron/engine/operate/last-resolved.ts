import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { ResolvedDataset } from '../dataset/resolved';

type Definitions = readonly DatasetDefinition[];

const last = new WeakMap<Definitions, Map<string, ResolvedDataset>>();

/** Remembers what was read of catalogs, for when a server is away. */
export function rememberResolved(definitions: Definitions, resolved: readonly ResolvedDataset[]): void {
  const known = last.get(definitions) ?? new Map<string, ResolvedDataset>();
  for (const dataset of resolved) known.set(dataset.name, dataset);
  last.set(definitions, known);
}

/** A dataset as the catalogs last had it; null where they were never read. For what is only shown. */
export function lastResolved(definitions: Definitions, name: string): ResolvedDataset | null {
  return last.get(definitions)?.get(name) ?? null;
}
