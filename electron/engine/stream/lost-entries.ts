import type { Redis } from 'ioredis';
import { consumerGroup } from './names';

/**
 * Counts the entries that were trimmed or deleted from a stream before the group took them, and moves the group past them, so that
 * each is reported once. Redis 7 counts what was ever appended and what the group took; before, only the loss of the newest entries
 * shows, as a last id that nobody can read. Gives the number, -1 where there is a loss of unknown size, 0 without one.
 */
const script = `
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
if not group then return 0 end
local limit = 1000
local unread = #redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', limit)
if unread == limit then return 0 end
local added, lag = stream['entries-added'], group['lag']
if added and lag then
  local lost = lag - unread
  if lost > 0 then
    redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], group['last-delivered-id'], 'ENTRIESREAD', added - unread)
  end
  return math.max(lost, 0)
end
if unread > 0 or stream['last-generated-id'] == group['last-delivered-id'] then return 0 end
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], stream['last-generated-id'])
return -1
`;

/** How many entries of a stream were lost before they were read, in words; null where none were. Says it once. */
export async function takeLostEntries(redis: Redis, stream: string): Promise<string | null> {
  const lost = Number(await redis.eval(script, 1, stream, consumerGroup));
  if (lost === 0) return null;
  return lost < 0 ? `entries of ${stream}` : `${String(lost)} entries of ${stream}`;
}
