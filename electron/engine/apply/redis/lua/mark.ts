import { ledgerLua } from './ledger';

/**
 * Marks entities as gone. ARGV after the ledger's: h, column, value, then keys; or v, then for each entity key, old text, new text:
 * a text that changed meanwhile stays. Gives the number of the batch and a letter for each: d marked, - not there any more.
 */
export const markLua = `${ledgerLua}
local batch, refused = open_batch()
if refused then return redis.error_reply(refused) end
local letters = {}
if ARGV[5] == 'h' then
  for n = 8, #ARGV do
    local there = redis.call('EXISTS', ARGV[n]) == 1
    if there then redis.call('HSET', ARGV[n], ARGV[6], ARGV[7]) end
    letters[#letters + 1] = there and 'd' or '-'
  end
else
  for n = 6, #ARGV, 3 do
    local same = redis.call('GET', ARGV[n]) == ARGV[n + 1]
    if same then redis.call('SET', ARGV[n], ARGV[n + 2], 'KEEPTTL') end
    letters[#letters + 1] = same and 'd' or '-'
  end
end
return { batch, table.concat(letters) }
`;
