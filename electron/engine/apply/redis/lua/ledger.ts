/**
 * What every script of the sync starts with. KEYS: applied, owned, claims, totals; ARGV[1] to [4]: w (write) or d (dry), fence,
 * run, the last batch whose answer the writer has seen.
 *
 * The ledger `owned` holds for every entity key the index entries that were written for it, literally, so that they can be
 * removed whatever became of the entity since. Entries are four texts: index, key, member or value, score. The index starts with
 * a letter: s set, z sorted set, k string; a capital says that two entities may want the same entry: the members of S are counted in
 * `claims`, those of Z and the keys of K belong to the one entity that `claims` names.
 */
export const ledgerLua = `
local applied, owned, claims, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local write = ARGV[1] == 'w'
local counted = {}

local function open_batch()
  local state = redis.call('HMGET', applied, 'fence', 'batch')
  local fence, batch, mine = tonumber(state[1]), tonumber(state[2] or '0'), tonumber(ARGV[2])
  if not fence or fence < mine or batch < tonumber(ARGV[4]) then return nil, 'ASTRO_RESET the target lost its state' end
  if fence > mine then return nil, 'ASTRO_FENCED another run has the fence' end
  local now = redis.call('TIME')
  redis.call('HSET', applied, 'run', ARGV[3], 'batch', batch + 1, 'at', now[1])
  return batch + 1
end

local function close_batch()
  for id, n in pairs(counted) do
    if n ~= 0 and redis.call('HINCRBY', totals, id, n) <= 0 then redis.call('HDEL', totals, id) end
  end
end

local none = {}
local function entries_of(text)
  if not text or text == '' then return none end
  return cjson.decode(text)
end

local function ledger_entries(line)
  if not line then return '' end
  local stop = string.find(line, '\\n', 1, true)
  if stop then return string.sub(line, 1, stop - 1) end
  return line
end

local function identity(e, i)
  local kind = string.sub(e[i], 1, 1)
  if kind == 'K' then return e[i + 1], kind end
  return e[i + 1] .. '\\0' .. e[i + 2], kind
end

local function count(id, n) counted[id] = (counted[id] or 0) + n end

local function put(kind, e, i)
  if kind == 's' or kind == 'S' then return redis.pcall('SADD', e[i + 1], e[i + 2]) end
  if kind == 'z' or kind == 'Z' then return redis.pcall('ZADD', e[i + 1], e[i + 3], e[i + 2]) end
  return redis.pcall('SET', e[i + 1], e[i + 2])
end

local function drop(kind, e, i)
  if kind == 's' or kind == 'S' then return redis.pcall('SREM', e[i + 1], e[i + 2]) end
  if kind == 'z' or kind == 'Z' then return redis.pcall('ZREM', e[i + 1], e[i + 2]) end
  return redis.call('UNLINK', e[i + 1])
end

-- Adds an entry that the ledger does not have yet, or puts one back that it has.
local function add_entry(entity, e, i, known, heal)
  local claim, kind = identity(e, i)
  if kind == 'S' then
    if not known and redis.call('HINCRBY', claims, claim, 1) == 1 then count(e[i], 1) end
  elseif kind == 'Z' or kind == 'K' then
    local owner = redis.call('HGET', claims, claim)
    if not owner then count(e[i], 1) end
    if owner ~= entity then redis.call('HSET', claims, claim, entity) end
  elseif not known then
    count(e[i], 1)
  end
  local answer = put(kind, e, i)
  if type(answer) == 'table' and answer.err and heal then
    redis.call('UNLINK', e[i + 1])
    put(kind, e, i)
  end
end

local function remove_entry(entity, e, i)
  local claim, kind = identity(e, i)
  if kind == 'S' then
    if redis.call('HINCRBY', claims, claim, -1) > 0 then return end
    redis.call('HDEL', claims, claim)
  elseif kind == 'Z' or kind == 'K' then
    if redis.call('HGET', claims, claim) ~= entity then return end
    redis.call('HDEL', claims, claim)
  end
  count(e[i], -1)
  drop(kind, e, i)
end

-- True where a reader finds the entry as it should be; and whether it is no more than that nobody is noted as the one that holds it.
local function in_place(entity, e, i)
  local claim, kind = identity(e, i)
  if kind == 's' or kind == 'S' then return redis.pcall('SISMEMBER', e[i + 1], e[i + 2]) == 1 end
  local found
  if kind == 'z' or kind == 'Z' then
    found = redis.pcall('ZSCORE', e[i + 1], e[i + 2])
    if type(found) ~= 'string' or tonumber(found) ~= tonumber(e[i + 3]) then return false end
  else
    found = redis.pcall('GET', e[i + 1])
    if found ~= e[i + 2] then return false end
  end
  if kind == 'z' then return true end
  local owner = redis.call('HGET', claims, claim)
  return owner == entity, not owner
end
`;
