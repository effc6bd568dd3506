import type { EntityKey } from '../run/driver';

/** The jobs of one dataset that one run may settle: those whose changes its snapshot saw. */
export interface JobScope {
  readonly dataset: string;
  /** Names of the dataset's key, in key order. */
  readonly keyNames: readonly string[];
  readonly runId: string;
  /** RelayResult.throughJobId */
  readonly throughJobId: string;
}

/** A key as entity_key holds it, as JSON text: {"id": "1"}. */
export function keyJson(names: readonly string[], key: EntityKey): string {
  return JSON.stringify(Object.fromEntries(names.map((name, i) => [name, key[i] ?? ''])));
}

/** The values of entity_key in key order; null where it is a key of other columns (the definition changed). */
export function keyOf(names: readonly string[], entityKey: Readonly<Record<string, string>>): EntityKey | null {
  const values = names.map((name) => entityKey[name]);
  return values.every((value) => value !== undefined) && Object.keys(entityKey).length === names.length ? values : null;
}
