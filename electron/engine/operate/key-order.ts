import type { EngineContext } from './context';
import { knownResolution } from './known-resolution';

/** Names of the key's columns by dataset, in key order. */
type KeyNames = ReadonlyMap<string, readonly string[]>;

/** The columns of each dataset's key; a dataset that cannot be resolved now has those that it declares, or none. */
export async function keyNames(context: EngineContext): Promise<KeyNames> {
  const { resolved } = await knownResolution(context);
  return new Map([
    ...context.definitions.flatMap(({ name, source }) =>
      source.key === undefined ? [] : [[name, source.key] as const],
    ),
    ...resolved.map(({ name, key }) => [name, key.map((column) => column.name)] as const),
  ]);
}

/**
 * Keys of several columns as their dataset has them: SystemDB keeps them as jsonb, which knows no order. Catalogs are read only
 * where there is such a key.
 */
export async function inKeyOrder<Row extends { readonly dataset: string }>(
  context: EngineContext,
  rows: readonly Row[],
  keyOf: (row: Row) => Readonly<Record<string, string>>,
  withKey: (row: Row, key: Record<string, string>) => Row,
): Promise<Row[]> {
  const isOrdered = (row: Row): boolean => Object.keys(keyOf(row)).length < 2;
  if (rows.every(isOrdered)) return [...rows];
  const names = await keyNames(context);
  return rows.map((row) => (isOrdered(row) ? row : withKey(row, ordered(keyOf(row), names.get(row.dataset) ?? []))));
}

function ordered(key: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const inOrder = names.filter((name) => Object.hasOwn(key, name));
  const others = Object.keys(key).filter((name) => !inOrder.includes(name));
  return Object.fromEntries([...inOrder, ...others].map((name) => [name, key[name] ?? '']));
}
