import { ledgerLua } from './ledger';

/** Removes members of an index key that nobody wrote. ARGV after the ledger's: SREM or ZREM, the key, the members. Gives the number of the batch and how many went. */
export const dropStraysLua = `${ledgerLua}
local batch, refused = open_batch()
if refused then return redis.error_reply(refused) end
return { batch, redis.call(ARGV[5], ARGV[6], unpack(ARGV, 7)) }
`;
