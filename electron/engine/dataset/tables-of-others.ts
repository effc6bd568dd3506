import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { QualifiedName } from '../connect/identifiers';
import { tableIn } from './masked-places';
import type { ResolvedDataset } from './resolved';

/** The tables in the database of a dataset's target that other datasets write. */
export function tablesOfOthers(
  definitions: readonly DatasetDefinition[],
  { name, target }: Pick<ResolvedDataset, 'name' | 'target'>,
): QualifiedName[] {
  const others = definitions.filter((other) => other.name !== name && other.target.database === target.database);
  return others.flatMap((other) => ('table' in other.target ? (tableIn(other.target.table) ?? []) : []));
}
