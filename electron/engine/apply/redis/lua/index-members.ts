import { ledgerLua } from './ledger';

/**
 * Tells which members of one key of an index the ledger knows. ARGV after the ledger's: the index, the key, then by turns a member and
 * the entity whose own member it is (empty where members are claimed). Gives 0 and a letter for each: y known, n not.
 */
export const indexMembersLua = `${ledgerLua}
local id, key, letters = ARGV[5], ARGV[6], {}
for n = 7, #ARGV, 2 do
  local member, entity, known = ARGV[n], ARGV[n + 1], false
  if entity == '' then
    known = redis.call('HEXISTS', claims, key .. '\\0' .. member) == 1
  else
    local e = entries_of(ledger_entries(redis.call('HGET', owned, entity)))
    for i = 1, #e, 4 do
      if e[i] == id and e[i + 1] == key and e[i + 2] == member then known = true end
    end
  end
  letters[#letters + 1] = known and 'y' or 'n'
end
return { 0, table.concat(letters) }
`;
