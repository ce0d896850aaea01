-- What moves with time: rolling windows and buckets.
--
-- A rolling window's hash holds totals as every window's does, and `r:<counter>:<slot>`, what was
-- spent in each sixtieth of its length; `oldest` is the first slot that is still in the totals.
-- What has left is taken from the totals when something is written, and from what is read until
-- then. Holds are in the totals alone: they leave when they end. The length is the end of the key.
--
-- A bucket's field holds '<level> <when>'. A level is amount x period, so that a rate of any
-- amount a period empties it in whole numbers; rate and period are the end of the key.

-- Takes a counter's sum of what has left from its totals, or tells why that can't be.
local function leave(hash, state, field, counter, sum)
  local totals = {}
  for _, kind in ipairs({'x:', 'u:', 's:'}) do
    local total, why = natural(field[kind .. counter] or '0', hash)
    if not total then return why end
    totals[kind] = total
  end
  -- As with what is given back, what is above the largest number goes first.
  local over = math.max(0, math.min(totals['x:'], sum.amount))
  if over > 0 then state.gone['x:' .. counter] = over end
  state.gone['u:' .. counter] = math.min(totals['u:'], sum.amount - over)
  state.gone['s:' .. counter] = math.min(totals['s:'], sum.amount)
  for f = 1, #sum.fields do state.fields[#state.fields + 1] = sum.fields[f] end
end

-- Looks for what has left. A counter that can't be read keeps its slots, and fails whoever needs
-- it; the other counters go on.
local function sift(hash, state)
  local all, field, sums, oldest = call('HGETALL', KEYS[3 + hash]), {}, {}, nil
  for i = 1, #all, 2 do field[all[i]] = all[i + 1] end
  for name, text in pairs(field) do
    local counter, slot = match(name, '^r:(.*):(%d+)$')
    if counter then
      slot = slot + 0
      if slot >= state.slot - 60 then
        oldest = oldest and math.min(oldest, slot) or slot
      else
        local sum = sums[counter] or {amount = 0, fields = {}}
        local amount, why = integer(text, hash)
        sums[counter], sum.why = sum, sum.why or why
        sum.amount, sum.fields[#sum.fields + 1] = sum.amount + (amount or 0), name
      end
    end
  end
  for counter, sum in pairs(sums) do
    state.bad[counter] = sum.why or leave(hash, state, field, counter, sum)
  end
  if not next(state.bad) then state.oldest = oldest end
  state.moved = true
end

local function roll(hash)
  if rolled[hash] then return end
  local key = KEYS[3 + hash]
  local read = pcall('HGET', key, 'oldest')
  if type(read) == 'table' then return fault(read, key) end
  local oldest, why
  if read then oldest, why = natural(read, hash) end
  if why then return why end
  local width = tonumber(match(key, ':R(%d+)$')) / 60
  local state = {width = width, slot = math.floor(now / width), oldest = oldest}
  state.gone, state.bad, state.fields, state.spent, state.open = {}, {}, {}, {}, {}
  if oldest and oldest < state.slot - 60 then sift(hash, state) end
  rolled[hash] = state
end

-- What of a field has left its rolling window and is still in the total; or nil and an error.
local function gone(hash, name)
  local state = rolled[hash]
  if not state then return 0 end
  local why = state.bad[name:sub(3)]
  if why then return nil, why end
  return state.gone[name] or 0
end

local function slotName(state, field, moment)
  return format('r:%s:%d', nameOf(field):sub(3), math.floor(moment / state.width))
end

-- Why nothing can be spent at a moment, or nil.
local function openSlot(hash, field, moment)
  local state = rolled[hash]
  local name = state and slotName(state, field, moment)
  if not state or state.open[name] then return end
  local read, why = pcall('HGET', KEYS[3 + hash], name), nil
  if read then read, why = integer(read, hash) end
  state.open[name] = not why
  return why
end

-- What is spent at a moment, whose slot has to be in the totals still.
local function spendInSlot(hash, field, amount, moment)
  local state = rolled[hash]
  if not state or tonumber(amount) == 0 then return end
  local slot, name = math.floor(moment / state.width), slotName(state, field, moment)
  state.spent[name] = (state.spent[name] or 0) + amount
  state.oldest = state.oldest and math.min(state.oldest, slot) or slot
end

-- Why it can't be told whether something was spent since a life began or a reset, or nil.
local function unknownSince(hash, field)
  local marks = call('HMGET', KEYS[3 + hash], 'born', 'q:' .. nameOf(field):sub(3))
  for m = 1, 2 do
    if marks[m] and not find(marks[m], '^%d+%-%d+$') then
      return 'ERR no sequence in ' .. KEYS[3 + hash]
    end
  end
end

-- Whether an entry is newer than what a field of a hash names, if it names one.
local function isSince(entry, hash, field)
  local epoch, number = match(call('HGET', KEYS[3 + hash], field) or '', '^(%d+)-(%d+)$')
  if not epoch then return true end
  local own, ordinal = match(entry, '^(%d+)-(%d+)$')
  return own + 0 > epoch + 0 or own == epoch and ordinal + 0 > number + 0
end

-- Whether what was spent by an entry, at a moment, is in a counter still: not where it has left a
-- rolling window, a new life has begun or the quota was reset since.
local function isCounted(hash, field, entry, moment)
  local state = rolled[hash]
  if state and math.floor(moment / state.width) < state.slot - 60 then return false end
  if life[hash] == 'begun' then return false end
  return isSince(entry, hash, 'q:' .. nameOf(field):sub(3)) and isSince(entry, hash, 'born')
end

local function writeRolled()
  for hash, state in pairs(rolled) do
    local key = KEYS[3 + hash]
    for name, amount in pairs(state.gone) do
      call('HINCRBY', key, name, format('%d', -amount))
    end
    for f = 1, #state.fields do call('HDEL', key, state.fields[f]) end
    for name, amount in pairs(state.spent) do
      call('HINCRBY', key, name, format('%d', amount))
      state.moved = true
    end
    if state.moved and state.oldest then
      call('HSET', key, 'oldest', format('%d', state.oldest))
    elseif state.moved then
      call('HDEL', key, 'oldest')
    end
    -- Also for what is only held.
    call('PEXPIRE', key, format('%d', N[4 + hash * 2]), 'GT')
  end
end

-- The bucket of a limit as it is now, or nil and an error.
local function bucketOf(q)
  local hash, cell = N[q], N[q + 1]
  if buckets[cell] then return buckets[cell] end
  local key, name = KEYS[3 + hash], nameOf(N[q + 2])
  local read = pcall('HGET', key, name)
  if type(read) == 'table' then return nil, fault(read, key) end
  local level, when = match(read or '0 0', '^(%d+) (%d+)$')
  level, when = level and natural(level, hash), when and natural(when, hash)
  if not level or not when then return nil, 'ERR no level in ' .. key end
  local rate, period = match(key, ':B(%d+)/(%d+)$')
  level = math.max(0, level - math.max(0, now - when) * rate)
  local bucket = {key = key, name = name, level = level, rate = rate + 0, period = period + 0}
  buckets[cell] = bucket
  return bucket
end

local function pour(bucket, amount)
  bucket.level = math.min(MAX, math.max(0, bucket.level + amount * bucket.period))
  bucket.isDirty = true
end

local function writeBuckets()
  for _, bucket in pairs(buckets) do
    if bucket.isDirty then
      call('HSET', bucket.key, bucket.name, format('%d %d', bucket.level, now))
      local keep = format('%d', math.ceil(bucket.level / bucket.rate) + 60000)
      call('PEXPIRE', bucket.key, keep, 'NX')
      call('PEXPIRE', bucket.key, keep, 'GT')
    end
  end
end

-- When there may be room again: milliseconds from now, 0 where time alone makes none.
local function relief(q, cap, amount)
  local bucket, state = buckets[N[q + 1]], rolled[N[q]]
  if bucket then
    return math.ceil((bucket.level + (amount - cap) * bucket.period) / bucket.rate)
  end
  return state and state.oldest and math.ceil((state.oldest + 61) * state.width) - now or 0
end
