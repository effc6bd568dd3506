import { quoteIdent } from '../connect/identifiers';
import type { ResolvedDataset } from '../dataset/resolved';

/** A dataset, and the key under which it knows an entity: values in key order. */
export interface RelatedEntity {
  readonly dataset: ResolvedDataset;
  readonly key: readonly string[];
}

/** Where entities of a dataset are, and the columns that tell one from another there, in key order. */
interface Place {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * The datasets that keep the same entity: those that share a table, stream or template of Redis with it under the same columns of the
 * key, and those that share one with them in turn. Only where the key is carried over as it is.
 */
export function relatedEntities(
  all: readonly ResolvedDataset[],
  dataset: ResolvedDataset,
  key: readonly string[],
): RelatedEntity[] {
  const found: RelatedEntity[] = [{ dataset, key }];
  for (const known of found) {
    for (const other of all) {
      if (found.some(({ dataset: { name } }) => name === other.name)) continue;
      const values = sameKey(known, other);
      if (values !== null) found.push({ dataset: other, key: values });
    }
  }
  return found.slice(1);
}

/** The key of another dataset's entity that is this one; null where nothing tells. */
function sameKey({ dataset, key }: RelatedEntity, other: ResolvedDataset): string[] | null {
  for (const here of placesOf(dataset)) {
    for (const there of placesOf(other)) {
      if (here.name !== there.name || here.columns.length !== there.columns.length) continue;
      const values = there.columns.map((column) => key[here.columns.indexOf(column)]);
      if (values.every((value) => value !== undefined)) return values;
    }
  }
  return null;
}

function placesOf({ source, target, key }: ResolvedDataset): Place[] {
  const places: Place[] = [];
  const read = key.map(({ reads: [column, ...more], expression }) =>
    column !== undefined && more.length === 0 && expression === `s.${quoteIdent(column)}` ? column : null,
  );
  const columns = read.filter((column) => column !== null);
  if (source.engine === 'postgres') {
    const { table } = source;
    if (table !== null && columns.length === key.length)
      places.push({ name: JSON.stringify([source.database, table.schema, table.name]), columns });
  } else {
    const names = key.map(({ name }) => name);
    places.push({ name: JSON.stringify([source.database, 'stream', source.stream, source.entity]), columns: names });
  }
  const names = key.map(({ name }) => name);
  const place =
    target.engine === 'postgres'
      ? [target.database, target.table.schema, target.table.name]
      : [target.database, 'template', target.template];
  places.push({ name: JSON.stringify(place), columns: names });
  return places;
}
