import type { Redis } from 'ioredis';
import { consumerGroup, lossKey } from './names';

/** A stream as its one consumer group finds it. */
export interface GroupState {
  /** It was not there and has been made, to read from the first entry on. */
  readonly created: boolean;
  /** Id of the last entry ever appended; what comes later is for the next reading. */
  readonly lastGenerated: string;
}

/** With a new group the loss of the old one is over. From Redis 7 on the group is told how many entries were gone before it was made, so that it counts later losses rightly. */
const script = `
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
local created = not made.err
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
local list, facts = redis.call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #list, 2 do facts[list[i]] = list[i + 1] end
local added = facts['entries-added']
if created then redis.call('DEL', KEYS[2]) end
if created and added then
  redis.pcall('XGROUP', 'SETID', KEYS[1], ARGV[1], '0', 'ENTRIESREAD', added - facts['length'])
end
return { created and 1 or 0, facts['last-generated-id'] }
`;

/** Id of the last entry that the sync's consumer group took; null where the stream has no such group, or is not there. */
export async function lastDelivered(redis: Redis, stream: string): Promise<string | null> {
  return (await redis.eval(
    `local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
     if groups.err then return false end
     for _, list in ipairs(groups) do
       local facts = {}
       for i = 1, #list, 2 do facts[list[i]] = list[i + 1] end
       if facts['name'] == ARGV[1] then return facts['last-delivered-id'] end
     end
     return false`,
    1,
    stream,
    consumerGroup,
  )) as string | null;
}

/** True where the stream has the sync's consumer group. */
export async function hasGroup(redis: Redis, stream: string): Promise<boolean> {
  return (await lastDelivered(redis, stream)) !== null;
}

/** Makes the stream and its consumer group where they are missing, as init does. Safe to repeat. */
export async function ensureGroup(redis: Redis, stream: string): Promise<GroupState> {
  const [created, lastGenerated] = (await redis.eval(script, 2, stream, lossKey(stream), consumerGroup)) as [
    number,
    string,
  ];
  return { created: created === 1, lastGenerated };
}
