import type { Client } from 'pg';
import { SyncError } from '../errors';
import type { KeyColumns } from '../queue/entity-lookup';
import type { JobsFilter } from '../queue/job-filter';
import { readKeyText } from '../queue/key-text';
import { runIdOf } from '../system/runs';
import type { JobFilter } from './api';
import type { EngineContext } from './context';
import { requireKnownDataset } from './known-datasets';
import { keyNames } from './key-order';

/**
 * A filter of the queue as it was given, with what it names known: list, number, export and what is changed mean the same jobs.
 * The first 6 characters of a run are enough.
 * @throws SyncError DATASET_UNKNOWN, RUN_UNKNOWN, USAGE where several runs begin so
 */
export async function resolveFilter<Filter extends JobFilter>(
  context: EngineContext,
  system: Client,
  filter: Filter,
): Promise<Filter & JobsFilter> {
  const { dataset, run, entity } = filter;
  await requireKnownDataset(context, system, dataset);
  return {
    ...filter,
    ...(run === undefined ? {} : { run: await runIdOf(system, run) }),
    ...(entity === undefined ? {} : { keyColumns: await keyColumnsFor(context, entity) }),
  };
}

/**
 * The key columns of datasets, where a text may hold several values in their order; catalogs are read only then.
 * @throws SyncError USAGE where the text holds what no key can hold
 */
export async function keyColumnsFor(context: EngineContext, text: string): Promise<KeyColumns> {
  const { named, values } = readKeyText(text);
  if ([...values, ...Object.entries(named ?? {}).flat()].some((each) => /[\0\p{Cs}]/u.test(String(each))))
    throw new SyncError('USAGE', 'No key holds the character U+0000, or half a character', {
      hint: 'Give a key as it is shown, or as JSON: {"column": "value"}.',
    });
  return values.length > 1 ? Object.fromEntries(await keyNames(context)) : {};
}
