import type { ResolvedDataset, Table } from './resolved';

/** A column of a table where a dataset reads or writes it. */
interface Place {
  readonly table: string;
  readonly column: string;
}

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

/** What a dataset masks and shows, in its source and in its target. */
function placesOf({ source, target, columns, masked }: ResolvedDataset): { masked: Place[]; shown: Place[] } {
  const from = source.engine === 'postgres' ? named(source.database, source.table) : null;
  const to = target.engine === 'postgres' ? named(target.database, target.table) : null;
  const at = (table: string | null, column: string): Place[] => (table === null ? [] : [{ table, column }]);
  const hidden = new Set(masked);
  return {
    masked: columns
      .filter((column) => column.masked)
      .flatMap(({ name, reads }) => [
        ...at(to, name),
        ...reads.flatMap((read) => (hidden.has(read) ? at(from, read) : [])),
      ]),
    shown: columns
      .filter((column) => !column.masked)
      .flatMap(({ name, reads }) => [...at(to, name), ...reads.flatMap((read) => at(from, read))]),
  };
}

function named(database: string, table: Table | null): string | null {
  return table === null ? null : `${database} ${table.schema}.${table.name}`;
}

function readOtherRows({ source: one }: ResolvedDataset, { source: other }: ResolvedDataset): boolean {
  return one.where !== null && other.where !== null && one.where !== other.where;
}
