import { placesOf } from './masked-places';
import type { ResolvedDataset } from './resolved';

/**
 * Finds columns of PostgreSQL tables that one dataset masks and another shows: who hides a value once takes it for hidden.
 * Where both read by a condition of their own, these are other rows, chosen on purpose.
 * @returns one warning for each dataset that shows what a certain other one masks
 */
export function halfMasked(
  datasets: readonly ResolvedDataset[],
): { readonly dataset: string; readonly text: string }[] {
  const places = datasets.map((dataset) => ({ dataset, ...placesOf(dataset) }));
  return places.flatMap(({ dataset, shown }) =>
    places.flatMap((other) => {
      if (other.dataset === dataset || readOtherRows(dataset, other.dataset)) return [];
      const both = shown.filter(({ table, column }) =>
        other.masked.some((place) => place.table === table && place.column === column),
      );
      if (both.length === 0) return [];
      const columns = [...new Set(both.map(({ table, column }) => `${column} of ${table}`))];
      return [
        {
          dataset: dataset.name,
          text: `shows ${columns.join(', ')}, which ${other.dataset.name} masks: mask it here too`,
        },
      ];
    }),
  );
}

function readOtherRows({ source: one }: ResolvedDataset, { source: other }: ResolvedDataset): boolean {
  return one.where !== null && other.where !== null && one.where !== other.where;
}
