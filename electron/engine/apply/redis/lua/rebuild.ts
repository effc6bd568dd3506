import { ledgerLua } from './ledger';

/**
 * Copies the entries of one index key from a step of the ledger to another key. ARGV after the ledger's: cursor, count, index, key,
 * the other key. Gives the number of the batch and the next cursor.
 */
export const rebuildLua = `${ledgerLua}
local batch, refused = open_batch()
if refused then return redis.error_reply(refused) end
local id, key, other = ARGV[7], ARGV[8], ARGV[9]
local step = redis.call('HSCAN', owned, ARGV[5], 'COUNT', ARGV[6])
for n = 2, #step[2], 2 do
  local e = entries_of(ledger_entries(step[2][n]))
  for i = 1, #e, 4 do
    if e[i] == id and e[i + 1] == key then
      local kind = string.lower(string.sub(id, 1, 1))
      if kind == 's' then redis.call('SADD', other, e[i + 2]) else redis.call('ZADD', other, e[i + 3], e[i + 2]) end
    end
  end
end
redis.call('EXPIRE', other, 86400)
return { batch, step[1] }
`;

/** Gives a rebuilt index its name. ARGV after the ledger's: the key, the rebuilt one. The old one is freed in the background. */
export const renameLua = `${ledgerLua}
local batch, refused = open_batch()
if refused then return redis.error_reply(refused) end
local key, other = ARGV[5], ARGV[6]
if redis.call('EXISTS', key) == 1 then
  redis.call('RENAME', key, other .. ':old')
  redis.call('UNLINK', other .. ':old')
end
if redis.call('EXISTS', other) == 1 then
  redis.call('RENAME', other, key)
  redis.call('PERSIST', key)
end
return { batch, 0 }
`;
