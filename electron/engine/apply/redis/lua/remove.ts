import { ledgerLua } from './ledger';

/**
 * Removes entities with their index entries. ARGV after the ledger's: the keys.
 * Gives the number of the batch and a letter for each: d removed, - not there.
 */
export const removeLua = `${ledgerLua}
local batch, refused = open_batch()
if refused then return redis.error_reply(refused) end
local letters = {}
for n = 5, #ARGV do
  local key = ARGV[n]
  local line = redis.call('HGET', owned, key)
  local e = entries_of(ledger_entries(line))
  for i = 1, #e, 4 do remove_entry(key, e, i) end
  local there = redis.call('UNLINK', key) == 1
  redis.call('HDEL', owned, key)
  letters[#letters + 1] = (there or line) and 'd' or '-'
end
close_batch()
return { batch, table.concat(letters) }
`;
