import type { Redis } from 'ioredis';
import { consumerGroup } from './names';
import { entityOf } from './parse-entry';

/** So many entries are looked at: their entities stand in themselves alone. */
const atMost = 1_000;

/** Where the group stands, as far as it took entries; '' where there is no group, or no stream. */
const lastDelivered = `
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then return '' end
for _, list in ipairs(groups) do
  local map = {}
  for i = 1, #list, 2 do map[list[i]] = list[i + 1] end
  if map['name'] == ARGV[1] then return map['last-delivered-id'] end
end
return ''`;

/**
 * How many entries of a stream nobody has taken yet, by the entity that they are about (null: they do not say); of a long stream as many
 * as are found among its next thousand.
 */
export async function countUnread(redis: Redis, stream: string): Promise<ReadonlyMap<string | null, number>> {
  const last = String(await redis.eval(lastDelivered, 1, stream, consumerGroup));
  const entries = await redis.xrange(stream, last === '' ? '-' : `(${last}`, '+', 'COUNT', atMost);
  const counts = new Map<string | null, number>();
  for (const [id, fields] of entries) {
    const entity = entityOf({ id, fields });
    counts.set(entity, (counts.get(entity) ?? 0) + 1);
  }
  return counts;
}
