import type { EntityKey, Tally } from '../../run/driver';
import { shownEntry } from './index-entries';
import { countOutcomes, keyedPass } from './keyed-pass';
import type { KeyedOutcome } from './keyed-pass';
import { sourceRows } from './lookup';
import { emptyRow, fillRow } from './source-rows';
import { addTally, noTally } from './upsert-batch';
import type { UpsertNote } from './upsert-batch';
import type { RedisWork } from './work';

/** So many wait at most; then they are tried again while the rest still streams. */
const limit = 5_000;

/** What came of those that were set aside; failed ones are reported as row errors too. */
export interface RetryResult {
  readonly tally: Tally;
  readonly failed: EntityKey[];
}

/**
 * The entities that want a look-up (or a member of a shared sorted set) which another entity holds. Whether that other one still
 * wants it, its row in the source's snapshot tells: if not, the look-up is taken from it; if so, two rows want the same, and the one that came later fails.
 */
export interface SetAside {
  add(key: EntityKey, note: UpsertNote): void;
  /** Tries them again once there are many, so that memory stays flat. */
  relieve(heal: boolean): Promise<void>;
  /** Tries them again until nothing progresses; the rest fails. What was tried before is in the result. */
  retry(heal: boolean): Promise<RetryResult>;
}

type Waiting = Map<string, { readonly key: EntityKey; readonly note: UpsertNote }>;

/** Opens the set of a run, empty. onWritten is told of every entity that was written after all. */
export function setAside(work: RedisWork, onWritten: (redisKey: string) => void): SetAside {
  const waiting: Waiting = new Map();
  const result = { tally: noTally(), failed: [] as EntityKey[] };

  const put = (key: EntityKey, note: UpsertNote): void => {
    waiting.set(work.redisKey(key), { key, note });
  };

  const attempt = async (heal: boolean): Promise<void> => {
    const robbed = await givenUp(work, waiting);
    const keys = [...waiting.values()].map(({ key }) => key);
    waiting.clear();
    const done: KeyedOutcome[] = [];
    for (const outcome of await keyedPass(work, keys, { mode: 'w', heal, robbed })) {
      if (outcome.letter === 'c' && outcome.note !== undefined) put(outcome.key, outcome.note);
      else done.push(outcome);
    }
    countOutcomes(result.tally, done);
    for (const { key, letter } of done) {
      if (letter === 'b' || letter === 'w') result.failed.push(key);
      else if (letter === 'i' || letter === 'u') onWritten(work.redisKey(key));
    }
  };

  const settle = async (heal: boolean): Promise<void> => {
    // An entity may want several look-ups, each of another holder; so it may need more than one round.
    for (let idle = 0, before = waiting.size; waiting.size > 0 && idle < 2; before = waiting.size) {
      await attempt(heal);
      idle = waiting.size < before ? 0 : idle + 1;
    }
    for (const { key, note } of waiting.values()) {
      result.failed.push(key);
      result.tally.failed += 1;
      work.rowError({
        entity: key,
        column: null,
        value: null,
        sqlstate: 'DUPLICATE',
        reason: `${shownClaim(work, note.what)} belongs to ${note.holder}, whose row has the same value`,
      });
    }
    waiting.clear();
    await work.tellRowErrors();
  };

  return {
    add: put,
    async relieve(heal) {
      if (waiting.size >= limit) await settle(heal);
    },
    async retry(heal) {
      await settle(heal);
      const tally = noTally();
      addTally(tally, result.tally);
      result.tally = noTally();
      return { tally, failed: result.failed.splice(0) };
    },
  };
}

function shownClaim(work: RedisWork, claim: string): string {
  const [key = '', member] = claim.split('\0');
  const shown = shownEntry(work.dataset, work.target, key, member ?? null);
  return shown.member === null ? shown.index : `${shown.index}, member ${shown.member},`;
}

/** The claims that their holders, by their rows of now, do not make any more: `holder NUL claim`, as the script wants them. */
async function givenUp(work: RedisWork, waiting: Waiting): Promise<string[]> {
  const contested = new Map<string, Set<string>>();
  for (const { note } of waiting.values()) {
    contested.set(note.holder, (contested.get(note.holder) ?? new Set()).add(note.what));
  }
  const holders = [...contested.keys()].map((redisKey) => ({ redisKey, key: work.entityKey(redisKey) }));
  const rows = await sourceRows(
    work,
    holders.map(({ key }) => key ?? []),
  );
  const row = emptyRow(work.select.width);
  return holders.flatMap(({ redisKey, key }, at) => {
    const values = key === null ? null : (rows[at] ?? null);
    if (values !== null) fillRow(row, values);
    const claimed = new Set(values === null ? [] : work.encoder.claims(row));
    return [...(contested.get(redisKey) ?? [])]
      .filter((claim) => !claimed.has(claim))
      .map((claim) => `${redisKey}\0${claim}`);
  });
}
