import { randomUUID } from 'node:crypto';
import { grouped } from '../../../shared/format-number';
import type { Redis } from 'ioredis';
import { consumerGroup, lossKey } from './names';

/** Entries that were trimmed or deleted from a stream before the group took them. */
export interface LostEntries {
  /** In words: `3 entries of astro_sync:changes`. */
  readonly text: string;
  /** What they were; a stream that is made anew may lose the same again. */
  readonly id: string;
}

/**
 * Redis 7 counts what was ever appended and what the group took; before, only the loss of the newest entries shows, as a last id that
 * nobody can read. Gives the number (-1 for a loss of unknown size, 0 for none), where the group stands, and the count of
 * entries or the id up to which it has to be moved to have the loss behind it.
 */
const findScript = `
local function facts(list)
  local map = {}
  for i = 1, #list, 2 do map[list[i]] = list[i + 1] end
  return map
end
local stream = facts(redis.call('XINFO', 'STREAM', KEYS[1]))
local group
for _, list in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local candidate = facts(list)
  if candidate['name'] == ARGV[1] then group = candidate end
end
if not group then return { 0 } end
local limit = 1000
local unread = #redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', limit)
if unread == limit then return { 0 } end
local added, lag = stream['entries-added'], group['lag']
if added and lag then
  return { math.max(lag - unread, 0), group['last-delivered-id'], tostring(added - unread) }
end
if unread > 0 or stream['last-generated-id'] == group['last-delivered-id'] then return { 0 } end
return { -1, group['last-delivered-id'], stream['last-generated-id'] }
`;

/** Moves the group past what was lost, which is over by that; somebody else who has moved it meanwhile has done so already. */
const forgetScript = `
local last
for _, list in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local map = {}
  for i = 1, #list, 2 do map[list[i]] = list[i + 1] end
  if map['name'] == ARGV[1] then last = map['last-delivered-id'] end
end
if last ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[2])
if string.find(ARGV[3], '-', 1, true) then
  redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[3])
else
  redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[2], 'ENTRIESREAD', ARGV[3])
end
return 1
`;

/**
 * Looks for entries of a stream that were lost before they were read; null where none were. They are found again until forget was
 * called, which is for after the loss was recorded.
 */
export async function findLostEntries(
  redis: Redis,
  stream: string,
): Promise<(LostEntries & { forget(): Promise<void> }) | null> {
  const [lost, last = '', upTo = ''] = (await redis.eval(findScript, 1, stream, consumerGroup)) as [
    number,
    string?,
    string?,
  ];
  if (lost === 0) return null;
  return {
    text: `${lost < 0 ? '' : `${grouped(lost)} `}${lost === 1 ? 'entry' : 'entries'} of ${stream}`,
    id: `lost:${last}:${upTo}`,
    async forget() {
      await redis.eval(forgetScript, 2, stream, lossKey(stream), consumerGroup, last, upTo);
    },
  };
}

/**
 * A word for the loss that a stream suffers now: the same until it is over (the group made anew, the entries acknowledged or forgotten),
 * so that it is recorded once, and never that of another loss, so that each is recorded.
 */
export async function currentLoss(redis: Redis, stream: string): Promise<string> {
  const key = lossKey(stream);
  for (;;) {
    await redis.setnx(key, randomUUID());
    const known = await redis.get(key);
    if (known !== null) return known;
  }
}

/** Acknowledges entries; a loss among them is over by that. */
export async function acknowledge(redis: Redis, stream: string, ids: readonly string[], lost: boolean): Promise<void> {
  const both = redis.multi().xack(stream, consumerGroup, ...ids);
  const replies = (await (lost ? both.del(lossKey(stream)) : both).exec()) ?? [];
  for (const [error] of replies) if (error !== null) throw error;
}
