import { keyText } from '../../dataset/key-text';
import type { EntityKey, EntityResult, Tally } from '../../run/driver';
import { sourceRows } from './lookup';
import { emptyRow, fillRow } from './source-rows';
import { batchSize } from './stream-pass';
import type { UpsertLetter, UpsertMode, UpsertNote } from './upsert-batch';
import { countLetters, upsertBatch, wrongTypeError } from './upsert-batch';
import type { RedisWork } from './work';
import { stopIfCancelled, unusableRow } from './work';

/** What became of one key: a letter of the script, b a value that cannot be written, or g gone from the source. */
export interface KeyedOutcome {
  readonly key: EntityKey;
  readonly letter: UpsertLetter | 'b' | 'g';
  readonly note: UpsertNote | undefined;
}

/** Takes entities by key through the script, from their current image in the source's snapshot; one outcome per key, in order. */
export async function keyedPass(work: RedisWork, keys: readonly EntityKey[], how: UpsertMode): Promise<KeyedOutcome[]> {
  const size = batchSize(work);
  const distinct = new Map(keys.map((key) => [keyText(key), key]));
  const outcomes = new Map<string, KeyedOutcome>();
  const all = [...distinct.values()];
  for (let from = 0; from < all.length; from += size) {
    stopIfCancelled(work);
    for (const outcome of await keyedBlock(work, all.slice(from, from + size), how)) {
      outcomes.set(keyText(outcome.key), outcome);
    }
  }
  return keys.flatMap((key) => outcomes.get(keyText(key)) ?? []);
}

async function keyedBlock(work: RedisWork, keys: readonly EntityKey[], how: UpsertMode): Promise<KeyedOutcome[]> {
  const { encoder, select } = work;
  const rows = await sourceRows(work, keys);
  const row = emptyRow(select.width);
  const gone: KeyedOutcome[] = [];
  const bad: KeyedOutcome[] = [];
  const sent: EntityKey[] = [];
  rows.forEach((values, i) => {
    const key = keys[i] ?? [];
    if (values === null) {
      gone.push({ key, letter: 'g', note: undefined });
      return;
    }
    fillRow(row, values);
    const unusable = encoder.add(row);
    if (unusable === null) {
      sent.push(key);
      return;
    }
    bad.push({ key, letter: 'b', note: undefined });
    if (how.mode === 'w') work.rowError(unusableRow(unusable, key));
  });
  if (sent.length === 0) {
    await work.tellRowErrors();
    return [...gone, ...bad];
  }
  const { letters, notes } = await upsertBatch(work, encoder.take(), how);
  const written = sent.map((key, i): KeyedOutcome => {
    const letter = letters[i] as UpsertLetter;
    if (letter === 'w') wrongTypeError(work, key, notes.get(i));
    return { key, letter, note: notes.get(i) };
  });
  await work.tellRowErrors();
  return [...gone, ...bad, ...written];
}

/** What the run is told of a key that was taken through the script. */
export function resultOf(letter: KeyedOutcome['letter']): EntityResult {
  switch (letter) {
    case 'i':
      return 'inserted';
    case 'u':
      return 'updated';
    case 'c':
    case 'g':
      return 'later';
    case 'w':
    case 'b':
      return 'failed';
    case '=':
    case 'x':
    case 's':
    case '-':
      return 'skipped';
  }
}

/** Counts outcomes as a full run would. */
export function countOutcomes(tally: Tally, outcomes: readonly KeyedOutcome[]): void {
  countLetters(tally, outcomes.map(({ letter }) => (letter === 'g' ? 'c' : letter === 'b' ? 'w' : letter)).join(''));
}

/** Which of these Redis keys the sync wrote, and which are there. */
export async function presence(
  work: RedisWork,
  redisKeys: readonly string[],
): Promise<readonly { readonly owned: boolean; readonly there: boolean }[]> {
  if (redisKeys.length === 0) return [];
  const [lines, ...there] = await work.askMany((pipeline) => {
    pipeline.hmget(work.control.owned, ...redisKeys);
    for (const key of redisKeys) pipeline.exists(key);
  });
  return redisKeys.map((_, at) => ({
    owned: typeof (lines as unknown[])[at] === 'string',
    there: there[at] === 1,
  }));
}
