import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { parseQualifiedName } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import type { ResolvedDataset } from './resolved';

/** A column of a table where a dataset reads or writes it. */
export interface Place {
  /** database, schema and name */
  readonly table: string;
  readonly column: string;
}

/** What a dataset masks and shows of PostgreSQL tables, in its source and in its target. */
export function placesOf({ source, target, columns, masked }: ResolvedDataset): { masked: Place[]; shown: Place[] } {
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

/** The tables whose changes become jobs of a dataset, and the one that it writes; each with its database. */
export function tablesOf({ source, target, dependencies }: ResolvedDataset): ReadonlySet<string> {
  const read = [source.engine === 'postgres' ? source.table : null, ...dependencies.map(({ table }) => table)];
  const tables = [
    ...read.map((table) => named(source.database, table)),
    named(target.database, target.engine === 'postgres' ? target.table : null),
  ];
  return new Set(tables.filter((table) => table !== null));
}

/**
 * The columns whose values the jobs of each dataset hide: those that it masks, and whatever any dataset masks of the same tables. A
 * change is captured before the condition of a dataset says whose row it is: a job holds values also of rows that are another's.
 * @returns dataset to names of columns, of source and target
 */
export function maskedInJobs(datasets: readonly ResolvedDataset[]): Map<string, string[]> {
  const places = datasets.flatMap((dataset) => placesOf(dataset).masked);
  return new Map(
    datasets.map((dataset) => {
      const tables = tablesOf(dataset);
      const shared = places.filter(({ table }) => tables.has(table)).map(({ column }) => column);
      return [dataset.name, [...new Set([...dataset.masked, ...shared])]];
    }),
  );
}

/** The same as far as a definition names them, of a dataset that is not resolved. */
export function tablesNamed({ source, target }: DatasetDefinition): ReadonlySet<string> {
  const tables = [source, target].map((side) => ('table' in side ? named(side.database, tableIn(side.table)) : null));
  return new Set(tables.filter((table) => table !== null));
}

/** The table that a definition names; null where the text is no name of one, which the definition is told of elsewhere. */
export function tableIn(text: string): QualifiedName | null {
  try {
    return parseQualifiedName(text);
  } catch {
    return null;
  }
}

function named(database: string, table: QualifiedName | null): string | null {
  return table === null ? null : `${database} ${table.schema}.${table.name}`;
}
