import type { Client } from 'pg';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { EngineListener } from '../../../shared/engine/events';
import type { Environment } from '../connect/environment';
import { reading } from '../connect/kept-connections';
import { nearNamesHint } from '../connect/near-names';
import { SyncError } from '../errors';
import type { LateEnd } from '../system/late-end';
import type { Caller } from './api';

/** What every operation works with. */
export interface EngineContext {
  readonly environment: Environment;
  readonly definitions: readonly DatasetDefinition[];
  readonly caller: Caller;
  readonly listener: EngineListener;
  /** Runs of this engine whose end could not be written down, because SystemDB was away. */
  readonly lateEnds: LateEnd[];
}

/** Runs work on a connection to SystemDB of its own. @throws SyncError CONNECT_FAILED */
export async function withSystem<T>(
  context: EngineContext,
  purpose: string,
  work: (system: Client) => Promise<T>,
): Promise<T> {
  const system = await context.environment.system.connect(purpose);
  try {
    return await work(system);
  } finally {
    await system.end().catch(() => undefined);
  }
}

/** Reads in SystemDB, on a connection that may have served others. @throws SyncError CONNECT_FAILED */
export function readSystem<T>(
  { environment }: EngineContext,
  purpose: string,
  read: (system: Client) => Promise<T>,
): Promise<T> {
  return reading(environment.system, purpose, read);
}

/**
 * The definitions of the named datasets, in the order of the files; all where none is named.
 * @throws SyncError DATASET_UNKNOWN, DATASET_INVALID where there is none at all
 */
export function chosenDefinitions(context: EngineContext, names: readonly string[]): readonly DatasetDefinition[] {
  if (context.definitions.length === 0) {
    throw new SyncError('DATASET_INVALID', 'There is no dataset definition', {
      hint: 'Name the file or folder with -d, or write definitions with "astro-sync discover".',
    });
  }
  const known = new Set(context.definitions.map((definition) => definition.name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new SyncError('DATASET_UNKNOWN', `There is no dataset "${unknown}"`, {
      hint: nearNamesHint(unknown, [...known], 'There are'),
      details: { dataset: unknown },
    });
  }
  return names.length === 0 ? context.definitions : context.definitions.filter(({ name }) => names.includes(name));
}
