import { ledgerLua } from './ledger';

/**
 * A digest of what is there of a batch of entities: images, ledger lines; an empty text where an entity is missing, of another type,
 * not in the ledger, about to expire, or lacks an index entry. ARGV after the ledger's: kind (h hash, v value), the number of the database, the keys.
 * NUL stands between the parts: no text of PostgreSQL holds it, and the counts say how many parts a hash has.
 */
export const digestLua = `${ledgerLua}
local call, kind, total = redis.call, ARGV[5], #ARGV - 6
local parts, different = {}, { 0, '' }
for from = 1, total, 4000 do
  local to = math.min(from + 3999, total)
  if kind == 'v' then
    local values = call('MGET', unpack(ARGV, from + 6, to + 6))
    for i = 1, #values do
      if not values[i] then return different end
      parts[from + i - 1] = values[i]
    end
  else
    for n = from, to do
      local image = redis.pcall('HGETALL', ARGV[n + 6])
      if image.err or #image == 0 then return different end
      parts[n] = #image .. '\\0' .. table.concat(image, '\\0')
    end
  end
end
-- Where nothing in the database expires, no entity does.
local info = redis.pcall('INFO', 'keyspace')
local expires = type(info) == 'string' and string.match(info, 'db' .. ARGV[6] .. ':keys=%d+,expires=(%d+)') or '?'
if expires ~= '0' then
  for n = 1, total do
    if call('PTTL', ARGV[n + 6]) ~= -1 then return different end
  end
end
for from = 1, total, 4000 do
  local to = math.min(from + 3999, total)
  local lines = call('HMGET', owned, unpack(ARGV, from + 6, to + 6))
  for i = 1, to - from + 1 do
    local line = lines[i]
    if not line then return different end
    parts[#parts + 1] = line
    if line ~= '' then
      local e = entries_of(ledger_entries(line))
      for j = 1, #e, 4 do
        if not in_place(ARGV[from + i + 5], e, j) then return different end
      end
    end
  end
end
return { 0, redis.sha1hex(table.concat(parts, '\\0')) }
`;
