/** Names of the keys that the sync keeps for a dataset in Redis, beside the entities. */
export interface ControlKeys {
  /** Hash fence, run, batch, at: the authority on what was applied. */
  readonly applied: string;
  /** Hash entity key → its index entries (and, with a TTL, when it expires and a digest): the ledger of what the sync wrote. */
  readonly owned: string;
  /** Hash look-up key, or index key and member → the entity that holds it (or how many do). */
  readonly claims: string;
  /** Hash index → how many entries the ledger holds of it. */
  readonly totals: string;
}

/** The control keys of a dataset. */
export function controlKeys(dataset: string): ControlKeys {
  return {
    applied: `astro_sync:applied:${dataset}`,
    owned: `astro_sync:owned:${dataset}`,
    claims: `astro_sync:claims:${dataset}`,
    totals: `astro_sync:totals:${dataset}`,
  };
}

/** The set of entity keys that wait for the delete phase of the run with this fence; it expires by itself. */
export function pendingDeletesKey(dataset: string, fence: string): string {
  return `astro_sync:deletes:${dataset}:${fence}`;
}

/** Where an index is rebuilt before it takes its name. */
export function rebuildKey(dataset: string, fence: string, index: string): string {
  return `astro_sync:rebuild:${dataset}:${fence}:${index}`;
}
