import type { Explanation } from '../../../shared/contract/methods/origins';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import { listJobs } from '../queue/list-jobs';
import type { EntityKey } from '../run/driver';
import { listEntityErrors } from '../system/row-errors';
import { searchQueue } from './bounded-search';
import type { EngineContext } from './context';
import { requireKey } from './entity-key';
import { readImage } from './entity-images';
import type { EntityImage } from './entity-images';
import { prepareDatasets } from './prepare';

const most = 100;
const hidden = '•••';

/**
 * Everything that is known of one entity: how it is now on both sides, its jobs and its row errors. Values of masked columns are
 * hidden. A stream keeps no image.
 * @param key the one value, or {"column": "value"}
 * @throws SyncError DATASET_UNKNOWN, what is wrong with the definition, USAGE where the key has other columns, CONNECT_FAILED
 */
export async function explain(context: EngineContext, name: string, key: string): Promise<Explanation> {
  const prepared = await prepareDatasets(context, [name]);
  const problem = prepared.problems.get(name);
  if (problem !== undefined) throw problem;
  const [dataset] = prepared.resolved;
  if (dataset === undefined) throw new SyncError('INTERNAL', `Dataset "${name}" could not be read`);
  const asked = requireKey(
    name,
    key,
    dataset.key.map((column) => column.name),
  );
  const { environment } = context;
  const [source, target] = await Promise.all([
    readImage(environment, dataset, 'source', asked),
    readImage(environment, dataset, 'target', asked),
  ]);
  const entityKey = canonicalKey(dataset, asked, source ?? target);
  const masks = new Map([[name, [...dataset.masked]]]);
  const { jobs, errors } = await searchQueue(context, 'explain', async (system) => ({
    jobs: await listJobs(system, { dataset: name, entity: JSON.stringify(entityKey), limit: most + 1 }, masks),
    errors: await listEntityErrors(system, { dataset: name, key: entityKey, limit: most + 1 }),
  }));
  const shownKey = hideMasked(dataset, entityKey) as Record<string, string>;
  return {
    dataset: name,
    key: shownKey,
    source: side(dataset, dataset.source.database, dataset.source.engine === 'postgres', source),
    target: side(dataset, dataset.target.database, true, target),
    differs: dataset.source.engine === 'postgres' ? differing(dataset, source, target) : [],
    jobs: jobs.slice(0, most).map((job) => ({ ...job, entity_key: shownKey })),
    errors: errors.slice(0, most).map((error) => ({ ...error, key: shownKey })),
    more: jobs.length > most || errors.length > most,
  };
}

function side(
  dataset: ResolvedDataset,
  database: string,
  available: boolean,
  image: EntityImage,
): Explanation['source'] {
  return { database, available, image: image === null ? null : hideMasked(dataset, image) };
}

/** Columns of the projection in which the two differ; where one side is missing, all that the other has. */
function differing(dataset: ResolvedDataset, source: EntityImage, target: EntityImage): string[] {
  return dataset.columns
    .map(({ name }) => name)
    .filter(
      (name) => dataset.target.engine !== 'redis' || dataset.target.kind !== 'string' || name === dataset.target.value,
    )
    .filter((name) => (source?.[name] ?? null) !== (target?.[name] ?? null));
}

function hideMasked(
  dataset: ResolvedDataset,
  values: Readonly<Record<string, string | null>>,
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value !== null && dataset.masked.includes(name) ? hidden : value,
    ]),
  );
}

/** The key as its values are written canonically: 007 is 7 where it is a number. */
function canonicalKey(dataset: ResolvedDataset, asked: EntityKey, image: EntityImage): Record<string, string> {
  return Object.fromEntries(dataset.key.map(({ name }, at) => [name, image?.[name] ?? asked[at] ?? '']));
}
