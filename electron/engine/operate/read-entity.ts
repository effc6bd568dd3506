import type { Explanation } from '../../../shared/contract/methods/origins';
import type { ErrorDocument } from '../../../shared/engine/documents';
import { hiddenValue } from '../../../shared/engine/hidden-value';
import { grouped } from '../../../shared/format-number';
import type { Side } from '../dataset/projection';
import type { ResolvedDataset } from '../dataset/resolved';
import { asSyncError, errorDocument } from '../run/document';
import type { EntityKey } from '../run/driver';
import type { EngineContext } from './context';
import { readImage } from './entity-images';
import type { EntityImage } from './entity-images';

/** One entity in one dataset. */
export interface Entity {
  /** In key order, as its values are written canonically. */
  readonly key: Readonly<Record<string, string>>;
  readonly shown: Pick<Explanation, 'dataset' | 'key' | 'source' | 'target' | 'differs'>;
}

/**
 * Reads how an entity is now on both sides; a side that cannot be read says why. Values of masked columns are hidden, long ones shortened.
 * @param asked the values of its key, in key order
 */
export async function readEntity(
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
      value !== null && dataset.masked.includes(name) ? hiddenValue : value,
    ]),
  );
}

/** The key as its values are written canonically: 007 is 7 where it is a number. */
function canonicalKey(dataset: ResolvedDataset, asked: EntityKey, image: EntityImage): Record<string, string> {
  return Object.fromEntries(dataset.key.map(({ name }, at) => [name, image?.[name] ?? asked[at] ?? '']));
}
