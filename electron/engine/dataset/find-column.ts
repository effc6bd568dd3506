import { splitIdentifiers } from '../connect/identifiers';
import { nearNamesHint } from '../connect/near-names';
import { SyncError } from '../errors';

/** Finds a column by its exact name, else by its name as SQL writes it: unquoted folds to lower case, "A ""b""" is A "b". */
export function findColumn<T extends { readonly name: string }>(columns: readonly T[], text: string): T | undefined {
  const exact = columns.find((column) => column.name === text);
  if (exact !== undefined) return exact;
  const [written, more] = splitIdentifiers(text);
  return more === undefined ? columns.find((column) => column.name === written) : undefined;
}

/** The error for a column that is not there. @param where such as `source public.cities` */
export function columnMissing(
  dataset: string,
  name: string,
  where: string,
  columns: readonly { readonly name: string }[],
): SyncError {
  return new SyncError('COLUMN_MISSING', `Dataset "${dataset}": there is no column "${name}" in ${where}`, {
    hint: nearNamesHint(
      name,
      columns.map((column) => column.name),
      'Its columns are',
    ),
    details: { dataset, column: name },
  });
}
