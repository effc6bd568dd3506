import { ledgerLua } from './ledger';

/** One step of SCAN that gives only keys which the sync did not write. ARGV after the ledger's: cursor, glob, count, owned or claims: where the
 * keys are that it wrote. Gives 0, the next cursor, the keys. */
export const scanUnownedLua = `${ledgerLua}
local known = ARGV[8] == 'claims' and claims or owned
local step = redis.call('SCAN', ARGV[5], 'MATCH', ARGV[6], 'COUNT', ARGV[7])
local keys, unowned = step[2], {}
if #keys > 0 then
  local lines = {}
  for from = 1, #keys, 4000 do
    local part = redis.call('HMGET', known, unpack(keys, from, math.min(from + 3999, #keys)))
    for i = 1, #part do lines[from + i - 1] = part[i] end
  end
  for i = 1, #keys do
    if not lines[i] then unowned[#unowned + 1] = keys[i] end
  end
end
return { 0, step[1], unowned }
`;

/** One step of SCAN that only counts. ARGV after the ledger's: cursor, glob, count. Gives 0, the next cursor, how many keys. */
export const scanCountLua = `${ledgerLua}
local step = redis.call('SCAN', ARGV[5], 'MATCH', ARGV[6], 'COUNT', ARGV[7])
return { 0, step[1], #step[2] }
`;
