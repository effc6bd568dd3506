import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { throwIfCancelled } from '../cancelled';
import { resolveDatasets } from '../dataset/resolve';
import type { ResolvedDataset } from '../dataset/resolved';
import type { SyncError } from '../errors';
import type { Everything } from '../run/stage-streams';
import { markInterrupted } from '../system/interrupted';
import { writeLateEnds } from '../system/late-end';
import { requireSystem } from '../system/schema';
import { chosenDefinitions } from './context';
import type { EngineContext } from './context';
import { rememberResolved } from './last-resolved';
import { identityWarnings } from './pinned-identities';

/** The chosen datasets, checked: those that can go on, and what is wrong with the others. */
export interface Prepared {
  readonly names: readonly string[];
  readonly resolved: readonly ResolvedDataset[];
  readonly problems: ReadonlyMap<string, SyncError>;
  /** sha256 of each chosen definition. */
  readonly definitionHashes: ReadonlyMap<string, string>;
  /** All that is defined, chosen or not: who reads a stream, must know all that want its entries. */
  readonly everything: Everything;
  /** What works and should be known; dataset is null for what concerns a server. */
  readonly warnings: readonly { readonly dataset: string | null; readonly text: string }[];
}

/**
 * Checks the chosen datasets against both catalogs; the first problem of each stands for it.
 * @throws SyncError DATASET_UNKNOWN; CANCELLED once it was stopped, whatever the catalogs said then
 */
export async function prepareDatasets(
  context: EngineContext,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Prepared> {
  const chosen = new Set(chosenDefinitions(context, names).map(({ name }) => name));
  const resolution = await resolveDatasets(context.environment, context.definitions);
  rememberResolved(context.definitions, resolution.resolved);
  const identities = await identityWarnings(context.environment);
  if (signal !== undefined) throwIfCancelled(signal);
  const allProblems = new Map<string, SyncError>();
  for (const { dataset, error } of resolution.problems) {
    if (!allProblems.has(dataset)) allProblems.set(dataset, error);
  }
  const problems = new Map([...allProblems].filter(([name]) => chosen.has(name)));
  return {
    names: [...chosen],
    resolved: resolution.resolved.filter(({ name }) => chosen.has(name) && !problems.has(name)),
    problems,
    definitionHashes: new Map(
      context.definitions
        .filter(({ name }) => chosen.has(name))
        .map((definition) => [definition.name, createHash('sha256').update(JSON.stringify(definition)).digest('hex')]),
    ),
    everything: { definitions: context.definitions, resolved: resolution.resolved, problems: allProblems },
    warnings: [
      ...identities.map((text) => ({ dataset: null, text })),
      ...resolution.warnings.filter(({ dataset }) => chosen.has(dataset)),
    ],
  };
}

/**
 * What every command that reads the queue or the history does first: refuses a SystemDB of another version, and finds runs
 * whose process is gone.
 * @throws SyncError NOT_INITIALISED, SCHEMA_TOO_NEW
 */
export async function greetSystem(context: EngineContext, system: Client): Promise<string[]> {
  await requireSystem(system);
  if (context.environment.readOnly) return [];
  await writeLateEnds(system, context.lateEnds);
  return markInterrupted(system);
}
