import { grouped } from '../../../shared/format-number';
import type { Explanation } from '../../../shared/contract/methods/origins';
import type { ResolvedDataset } from '../dataset/resolved';
import type { Side } from '../dataset/projection';
import type { ErrorDocument, Job } from '../../../shared/engine/documents';
import type { RowErrorRecord } from '../../../shared/engine/reports';
import { SyncError } from '../errors';
import { withCauses } from '../queue/causes';
import { listJobs } from '../queue/list-jobs';
import type { Masks } from '../queue/mask-job';
import { asSyncError, errorDocument } from '../run/document';
import type { EntityKey } from '../run/driver';
import { listVerifications } from '../system/verifications';
import { listEntityErrors } from '../system/row-errors';
import { searchQueue } from './bounded-search';
import type { EngineContext } from './context';
import { requireKey } from './entity-key';
import { readImage } from './entity-images';
import type { EntityImage } from './entity-images';
import { lastResolved } from './last-resolved';
import { masksFrom } from './masks';
import { prepareDatasets } from './prepare';
import { relatedEntities } from './related-datasets';
import { hidden, unreadEntity } from './unread-entity';
import type { Entity } from './unread-entity';

const most = 100;
/** Verifications of it in each dataset. */
const latest = 5;

/**
 * Everything that is known of one entity: how it is now on both sides, in this dataset and those that share its table, stream or cards;
 * what was changed in any of them, what became of it, and what failed, as one history. Values of masked columns are hidden. A stream
 * keeps no image; a side that cannot be read now says why. Where its server is away, the other side is read as the catalogs last were, and
 * where they were never read, the history alone is shown.
 * @param key the one value, or {"column": "value"}
 * @param before ISO time: only what was changed or failed before then
 * @throws SyncError DATASET_UNKNOWN, what is wrong with the definition, USAGE where the key has other columns, CONNECT_FAILED of SystemDB
 */
export async function explain(
  context: EngineContext,
  name: string,
  key: string,
  before?: string,
): Promise<Explanation> {
  const prepared = await prepareDatasets(context, [name]);
  const problem = prepared.problems.get(name);
  if (problem !== undefined && problem.code !== 'CONNECT_FAILED') throw problem;
  const { definitions } = context;
  const { problems } = prepared.everything;
  const isAway = (other: string): boolean => problems.get(other)?.code === 'CONNECT_FAILED';
  const all = [
    ...prepared.everything.resolved.filter((each) => !isAway(each.name)),
    ...definitions.flatMap((each) => (isAway(each.name) ? (lastResolved(definitions, each.name) ?? []) : [])),
  ];
  const masks = masksFrom(definitions, all);
  const dataset = all.find((each) => each.name === name);
  if (dataset === undefined) {
    const unread = await unreadEntity(context, name, key, masks, errorDocument(problem ?? unknown(name)));
    return { ...unread.shown, others: [], ...(await readHistory(context, [unread], masks, before)) };
  }
  const names = dataset.key.map((column) => column.name);
  const own = await readEntity(context, dataset, requireKey(name, key, names));
  const sound = all.filter((each) => !problems.has(each.name) || isAway(each.name));
  const related = relatedEntities(sound, dataset, Object.values(own.key));
  const others = await Promise.all(related.map((other) => readEntity(context, other.dataset, other.key)));
  const history = await readHistory(context, [own, ...others], masks, before);
  return { ...own.shown, others: others.map(({ shown }) => shown), ...history };
}

function unknown(name: string): SyncError {
  return new SyncError('INTERNAL', `Dataset "${name}" could not be read`);
}

async function readEntity(
  { environment }: EngineContext,
  dataset: ResolvedDataset,
  asked: readonly string[],
): Promise<Entity> {
  const read = async (name: Side): Promise<ReadSide> => {
    try {
      return { image: await readImage(environment, dataset, name, asked), error: null };
    } catch (thrown) {
      return { image: null, error: errorDocument(asSyncError(thrown, dataset.masked)) };
    }
  };
  const [source, target] = await Promise.all([read('source'), read('target')]);
  const key = canonicalKey(dataset, asked, source.image ?? target.image);
  const comparable = dataset.source.engine === 'postgres' && source.error === null && target.error === null;
  const shown = {
    dataset: dataset.name,
    key: hideMasked(dataset, key) as Record<string, string>,
    source: side(dataset, dataset.source.database, dataset.source.engine === 'postgres', source),
    target: side(dataset, dataset.target.database, true, target),
    differs: comparable ? differing(dataset, source.image, target.image) : [],
  };
  return { key, shown };
}

/** An image, or why it could not be read now: that says nothing against what the other side knows. */
interface ReadSide {
  readonly image: EntityImage;
  readonly error: ErrorDocument | null;
}

/** One history of an entity in several datasets, back to where each of them is known completely. */
async function readHistory(
  context: EngineContext,
  entities: readonly Entity[],
  masks: Masks,
  before: string | undefined,
): Promise<Pick<Explanation, 'jobs' | 'errors' | 'verifications' | 'older'>> {
  const until = before === undefined ? {} : { until: before };
  const pages = await searchQueue(context, 'explain', async (system) => {
    const found: { jobs: Job[]; errors: RowErrorRecord[]; verifications: Explanation['verifications'] }[] = [];
    for (const { key, shown } of entities) {
      const name = shown.dataset;
      const jobs = await listJobs(
        system,
        { dataset: name, entity: JSON.stringify(key), ...until, limit: most + 1, brief: true },
        masks,
      );
      const errors = await listEntityErrors(system, { dataset: name, key, ...until, limit: most + 1 });
      const verifications = await listVerifications(system, name, key, latest);
      found.push({
        jobs: (await withCauses(system, jobs)).map((job) => ({
          ...job,
          entity_key: shown.key,
        })),
        errors: errors.map((error) => ({ ...error, key: shown.key })),
        verifications: before === undefined ? verifications : [],
      });
    }
    return found;
  });
  const changed = ({ data, created_at: queued }: Job): number => timeOf(data.origin.at) ?? timeOf(queued) ?? 0;
  const failed = ({ at }: RowErrorRecord): number => timeOf(at) ?? 0;
  const full = pages.flatMap(({ jobs, errors }) => [
    ...(jobs.length > most ? [Math.min(...jobs.map(changed))] : []),
    ...(errors.length > most ? [Math.min(...errors.map(failed))] : []),
  ]);
  const from = full.length === 0 ? -Infinity : Math.max(...full);
  return {
    jobs: pages
      .flatMap(({ jobs }) => jobs.filter((job) => changed(job) >= from))
      .sort((a, b) => changed(b) - changed(a) || Number(BigInt(b.id) - BigInt(a.id))),
    errors: pages
      .flatMap(({ errors }) => errors.filter((error) => failed(error) >= from))
      .sort((a, b) => failed(b) - failed(a)),
    verifications: pages.flatMap(({ verifications }) => verifications),
    older: from === -Infinity ? null : olderThan(from, before),
  };
}

/** What shares the last millisecond is given once more, so that nothing of it is lost; unless that would give all of it again. */
function olderThan(from: number, before: string | undefined): string {
  const again = before !== undefined && Date.parse(before) <= from + 1;
  return new Date(again ? from : from + 1).toISOString();
}

function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function side(
  dataset: ResolvedDataset,
  database: string,
  available: boolean,
  { image, error }: ReadSide,
): Explanation['source'] {
  return { database, available, image: image === null ? null : shortened(hideMasked(dataset, image)), error };
}

/** Characters of an image that a page can take beside all else. */
const charactersAtMost = 500_000;

/** Values of megabytes as their beginnings, with their length. */
function shortened(image: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const values = Object.entries(image);
  const each = Math.max(500, Math.floor(charactersAtMost / Math.max(1, values.length)));
  return Object.fromEntries(
    values.map(([name, value]) => [
      name,
      value === null || value.length <= each ? value : `${value.slice(0, each)}… (${grouped(value.length)} characters)`,
    ]),
  );
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
