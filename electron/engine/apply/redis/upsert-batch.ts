import type { EntityKey, Tally } from '../../run/driver';
import { upsertLua } from './lua/upsert';
import type { EncodedBatch } from './entity-encoder';
import { shownEntry } from './index-entries';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';

const upsertScript = redisScript(upsertLua);

/** What the script says of an entity; see there. */
export type UpsertLetter = 'i' | 'u' | '=' | 'x' | 's' | '-' | 'c' | 'w';

export interface UpsertOutcome {
  readonly letters: string;
  /** How many of these entities the ledger holds. */
  readonly held: number;
  /** For letters c and w, and for u where nothing is written, by place. */
  readonly notes: ReadonlyMap<number, UpsertNote>;
}

/** Why an entity was not written, or would be although its values are the same. */
export interface UpsertNote {
  /** c: the look-up, or the index key and the member with NUL between; w: the key of a wrong type; u: `index` or `ttl`. */
  readonly what: string;
  /** c: the Redis key of the entity that holds it; w: the type that it has. */
  readonly holder: string;
}

export interface UpsertMode {
  readonly mode: 'w' | 'd';
  /** Replace keys of a wrong type; what a full run does. */
  readonly heal: boolean;
  /** The ledger is empty: batches may be loaded; nothingThere says that no key of the template exists either. */
  readonly load?: { readonly nothingThere: boolean };
  /** Claims that may be taken from their holders: `holder NUL claim`. */
  readonly robbed?: readonly string[];
}

/** Sends a batch through the script. @throws SyncError as redisError gives it */
export async function upsertBatch(work: RedisWork, batch: EncodedBatch, how: UpsertMode): Promise<UpsertOutcome> {
  const { target, dataset } = work;
  const args = [
    target.kind === 'hash' ? 'h' : 'v',
    dataset.definition.write,
    String((target.ttl ?? 0) * 1000),
    how.heal ? '1' : '0',
    JSON.stringify(how.robbed ?? []),
    String(batch.count),
  ];
  const reply = (await work.run(upsertScript, how.mode, args, batch)) as [number, Buffer, number, (number | Buffer)[]];
  const [, letters, held, list] = reply;
  const notes = new Map<number, UpsertNote>();
  for (let i = 0; i + 2 < list.length; i += 3) {
    notes.set(Number(list[i]) - 1, { what: String(list[i + 1]), holder: String(list[i + 2]) });
  }
  return { letters: letters.toString('latin1'), held, notes };
}

/** Counts of nothing. */
export function noTally(): Tally {
  return { inserted: 0, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0 };
}

/** Adds what the letters say; those set aside (c) count when they are tried again. */
export function countLetters(tally: Tally, letters: string): void {
  for (const letter of letters) {
    if (letter === 'i') tally.inserted += 1;
    else if (letter === 'u') tally.updated += 1;
    else if (letter === 's') tally.skipped += 1;
    else if (letter === 'w') tally.failed += 1;
    else if (letter !== 'c') tally.unchanged += 1;
  }
}

/** Reports a key of a wrong type that stands where an index entry should go. */
export function wrongTypeError(work: RedisWork, entity: EntityKey, note: UpsertNote | undefined): void {
  const { index } = shownEntry(work.dataset, work.target, note?.what ?? '', null);
  work.rowError({
    entity,
    column: null,
    value: null,
    sqlstate: 'WRONGTYPE',
    reason: `the index key ${index} is a ${note?.holder ?? ''}; a full run replaces it`,
  });
}

/** Adds one tally to another. */
export function addTally(tally: Tally, step: Tally): void {
  tally.inserted += step.inserted;
  tally.updated += step.updated;
  tally.deleted += step.deleted;
  tally.unchanged += step.unchanged;
  tally.skipped += step.skipped;
  tally.failed += step.failed;
}
