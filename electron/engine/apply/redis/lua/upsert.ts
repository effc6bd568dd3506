import { ledgerLua } from './ledger';

/**
 * Compares a batch of entities with what is there and, in write mode, writes what differs with its index entries, all at once.
 * ARGV after the ledger's: kind (h hash, v value), policy (upsert, insert, update), TTL in milliseconds or 0, heal (1: replace
 * keys of a wrong type), a JSON array of claims that may be taken (holder NUL claim), the count; then the keys; then for each entity its
 * index entries, how many values, the values.
 *
 * Gives the number of the batch, a letter for each entity, how many of them the ledger now holds, and for letters c and w: place, what (look-up, or key), which (its holder, or its type);
 * where nothing is written, for a u whose values are the same: place, what differs (index, ttl), nothing.
 * i inserted, u updated, = equal, x expired, s left by policy, - nothing there, c its look-up belongs to another, w key of a wrong type.
 */
export const upsertLua = `${ledgerLua}
local kind, policy, ttl, heal = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8] == '1'
local total = tonumber(ARGV[10])
local first, data = 11, 11 + total
local width = kind == 'h' and 2 or 1
local batch = 0
if write then
  local refused
  batch, refused = open_batch()
  if refused then return redis.error_reply(refused) end
end
local now = 0
if ttl > 0 then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local ledger, alive, owned_any = {}, 0, false
for from = 0, total - 1, 4000 do
  local to = math.min(from + 3999, total - 1)
  local lines = redis.call('HMGET', owned, unpack(ARGV, first + from, first + to))
  for i = 1, to - from + 1 do
    ledger[from + i] = lines[i]
    if lines[i] then owned_any = true end
  end
  alive = alive + redis.call('EXISTS', unpack(ARGV, first + from, first + to))
end
local fresh = alive == 0 and not owned_any

local function read(key)
  if fresh then return nil end
  local old = redis.pcall(kind == 'h' and 'HGETALL' or 'GET', key)
  if type(old) == 'table' and old.err then return old, 'wrong' end
  if kind == 'h' then
    if #old == 0 then return nil end
  elseif not old then
    return nil
  end
  return old
end

local function same(old, from, to)
  if kind == 'v' then return old == ARGV[from] end
  if #old ~= to - from + 1 then return false end
  local ordered = true
  for j = 1, #old do
    if old[j] ~= ARGV[from + j - 1] then
      ordered = false
      break
    end
  end
  if ordered then return true end
  local fields = {}
  for j = 1, #old, 2 do fields[old[j]] = old[j + 1] end
  for j = from, to, 2 do
    if fields[ARGV[j]] ~= ARGV[j + 1] then return false end
  end
  return true
end

local function digest(from, to)
  local parts = {}
  for j = from, to do parts[#parts + 1] = #ARGV[j] .. ':' .. ARGV[j] end
  return redis.sha1hex(table.concat(parts))
end

local letters, work, wants_claims = {}, {}, false
local at = data
for n = 1, total do
  local key, want, values = ARGV[first + n - 1], ARGV[at], tonumber(ARGV[at + 1])
  local from, to = at + 2, at + 1 + values * width
  at = to + 1
  local line = ledger[n]
  local had = ledger_entries(line)
  local old, wrong = read(key)
  local letter, step = '=', nil
  if values == 0 then
    if old or line then
      letter, step = 'u', { remove = true }
    else
      letter = '-'
    end
  else
    local sha = ttl > 0 and digest(from, to) or nil
    local image = old ~= nil and not wrong and same(old, from, to)
    local expired = false
    if not old and ttl > 0 and line then
      local expiry, was = string.match(line, '\\n(%d+)\\n(%x+)$')
      expired = expiry and tonumber(expiry) <= now and was == sha
    end
    local lasting = true
    if image then
      local left = redis.call('PTTL', key)
      if ttl > 0 then lasting = left >= 0 and left <= ttl else lasting = left == -1 end
    end
    local fit = had == want
    local lacking = false
    if want ~= '' and not fresh then
      local e = entries_of(want)
      for i = 1, #e, 4 do
        local there, unnoted = in_place(key, e, i)
        -- Where the sync's own records were removed, what stands there is taken over as it is.
        if not there and (line or not unnoted) then
          lacking = true
          break
        end
      end
    end
    if (image or expired) and lasting and not lacking and (fit or not line) then
      letter = expired and 'x' or '='
      if not line then step = { adopt = true } end
    else
      letter = (old or expired) and 'u' or 'i'
      step = {}
      if image and not write then step.why = lasting and 'index' or 'ttl' end
    end
    if policy == 'insert' and letter == 'u' or policy == 'update' and letter == 'i' then
      letter, step = 's', nil
    end
    if step then
      step.image, step.lasting, step.expired, step.sha = image, lasting, expired, sha
      if want ~= '' then wants_claims = true end
    end
  end
  letters[n] = letter
  if step then
    step.key, step.want, step.had, step.line, step.from, step.to, step.old, step.wrong = key, want, had, line, from, to, old, wrong
    work[n] = step
  end
end

local notes = {}
for n = 1, total do
  if work[n] and work[n].why then
    notes[#notes + 1] = n
    notes[#notes + 1] = work[n].why
    notes[#notes + 1] = ''
  end
end
local function refuse(n, letter, what, holder)
  letters[n] = letter
  work[n] = nil
  notes[#notes + 1] = n
  notes[#notes + 1] = what
  notes[#notes + 1] = holder
end

if wants_claims and write then
  local robbed = {}
  for _, pair in ipairs(cjson.decode(ARGV[9])) do robbed[pair] = true end
  local types = { s = 'set', S = 'set', z = 'zset', Z = 'zset', K = 'string' }
  local seen = {}
  for n = 1, total do
    local step = work[n]
    if step and not step.remove then
      step.e, step.keep = entries_of(step.want), {}
      for i = 1, #step.e, 4 do step.keep[step.e[i] .. '\\0' .. identity(step.e, i)] = true end
      for i = 1, #step.e, 4 do
        local index = step.e[i + 1]
        if not seen[index] and not fresh then seen[index] = redis.call('TYPE', index).ok end
        local is = seen[index] or 'none'
        if not heal and is ~= 'none' and is ~= types[string.sub(step.e[i], 1, 1)] then
          refuse(n, 'w', index, is)
          break
        end
      end
    end
  end
  local refused, rounds = false, 0
  repeat
    refused, rounds = false, rounds + 1
    local released, taken = {}, {}
    for n = 1, total do
      local step = work[n]
      if step then
        local e = entries_of(step.had)
        for i = 1, #e, 4 do
          local claim = identity(e, i)
          if not (step.keep and step.keep[e[i] .. '\\0' .. claim]) then released[step.key .. '\\0' .. claim] = true end
        end
      end
    end
    for n = 1, total do
      local step = work[n]
      if step and step.e then
        for i = 1, #step.e, 4 do
          local claim, letter = identity(step.e, i)
          if letter == 'Z' or letter == 'K' then
            local owner = taken[claim]
            if not owner then
              owner = redis.call('HGET', claims, claim)
              if owner then
                -- Each refusal can lead to others; after many rounds nobody counts on what another of the batch gives up.
                local pair = owner .. '\\0' .. claim
                if robbed[pair] or rounds <= 50 and released[pair] then owner = nil end
              end
            end
            if owner and owner ~= step.key then
              refuse(n, 'c', claim, owner)
              refused = true
              break
            end
            taken[claim] = step.key
          end
        end
      end
    end
  until not refused
end

local lines, gone = {}, {}
if write then
  for n = 1, total do
    local step = work[n]
    if step and step.had ~= '' and step.had ~= step.want then
      local keep, e = step.keep or none, entries_of(step.had)
      step.known = {}
      for i = 1, #e, 4 do
        local id = e[i] .. '\\0' .. identity(e, i)
        if keep[id] then step.known[id] = true else remove_entry(step.key, e, i) end
      end
    end
  end
  for n = 1, total do
    local step = work[n]
    if step then
      local key, from, to = step.key, step.from, step.to
      if step.remove then
        redis.call('UNLINK', key)
        gone[#gone + 1] = key
      else
        if not step.image and not step.expired then
          if step.wrong then redis.call('UNLINK', key) end
          if kind == 'v' then
            redis.call('SET', key, ARGV[from])
          else
            if step.old and not step.wrong then
              local keep = {}
              for j = from, to, 2 do keep[ARGV[j]] = true end
              for j = 1, #step.old, 2 do
                if not keep[step.old[j]] then redis.call('HDEL', key, step.old[j]) end
              end
            end
            redis.call('HSET', key, unpack(ARGV, from, to))
          end
        end
        local line = step.want
        if ttl > 0 then
          local expiry
          if step.expired then
            expiry = string.match(step.line, '\\n(%d+)\\n')
          elseif not step.image or not step.lasting then
            redis.call('PEXPIRE', key, ttl)
            expiry = now + ttl
          else
            expiry = now + redis.call('PTTL', key)
          end
          line = line .. '\\n' .. string.format('%d', expiry) .. '\\n' .. step.sha
        elseif not fresh and (not step.lasting or not step.image and step.old and kind == 'h') then
          redis.call('PERSIST', key)
        end
        local e = step.e or none
        for i = 1, #e, 4 do
          local known = step.had == step.want
          if not known and step.known then known = step.known[e[i] .. '\\0' .. identity(e, i)] end
          add_entry(key, e, i, known, heal)
        end
        if line ~= step.line then
          lines[#lines + 1] = key
          lines[#lines + 1] = line
        end
      end
    end
  end
  for from = 1, #lines, 4000 do redis.call('HSET', owned, unpack(lines, from, math.min(from + 3999, #lines))) end
  for from = 1, #gone, 4000 do redis.call('HDEL', owned, unpack(gone, from, math.min(from + 3999, #gone))) end
  close_batch()
end

local held = 0
for n = 1, total do
  local step = work[n]
  if step and step.remove then
    -- no longer held
  elseif ledger[n] or write and step then
    held = held + 1
  end
end
return { batch, table.concat(letters), held, notes }
`;
