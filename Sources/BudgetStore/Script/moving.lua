-- What moves with time: rolling windows and buckets.
--
-- A rolling window's hash holds totals as every window's does, and `r:<counter>:<slot>`, what was
-- spent in each sixtieth of its length; `oldest` is the first slot that is still in the totals.
-- What has left is taken from the totals when something is written, and from what is read until
-- then. Holds are in the totals alone: they leave when they end. The length is the end of the key.
--
-- A bucket's field holds '<level> <when>'. A level is amount x period, so that a rate of any
-- amount a period empties it in whole numbers; rate and period are the end of the key.

local function roll(hash)
  if rolled[hash] then return end
  local key = KEYS[3 + hash]
  local read = pcall('HGET', key, 'oldest')
  if type(read) == 'table' then return read.err end
  local width = tonumber(match(key, ':R(%d+)$')) / 60
  local state = {width = width, slot = math.floor(now / width), oldest = tonumber(read or nil)}
  state.gone, state.fields, state.spent = {}, {}, {}
  if state.oldest and state.oldest < state.slot - 60 then
    local all, oldest = call('HGETALL', key), nil
    for i = 1, #all, 2 do
      local counter, slot = match(all[i], '^r:(.*):(%d+)$')
      slot = tonumber(slot)
      if slot and not find(all[i + 1], '^%-?%d+$') then
        return 'ERR no whole number in ' .. key
      end
      if slot and slot < state.slot - 60 then
        state.gone[counter] = (state.gone[counter] or 0) + all[i + 1]
        state.fields[#state.fields + 1] = all[i]
      elseif slot then
        oldest = oldest and math.min(oldest, slot) or slot
      end
    end
    state.oldest, state.moved = oldest, true
  end
  rolled[hash] = state
end

-- What of a counter's field has left its rolling window and is still in the total.
local function gone(hash, field)
  return rolled[hash] and rolled[hash].gone[nameOf(field):sub(3)] or 0
end

-- What is spent at a moment, whose slot has to be in the totals still.
local function spendInSlot(hash, field, amount, moment)
  local state = rolled[hash]
  if not state or tonumber(amount) == 0 then return end
  local slot = math.floor(moment / state.width)
  local name = format('r:%s:%d', nameOf(field):sub(3), slot)
  state.spent[name] = (state.spent[name] or 0) + amount
  state.oldest = state.oldest and math.min(state.oldest, slot) or slot
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
    for counter, amount in pairs(state.gone) do
      call('HINCRBY', key, 'u:' .. counter, format('%d', -amount))
      call('HINCRBY', key, 's:' .. counter, format('%d', -amount))
    end
    for f = 1, #state.fields do call('HDEL', key, state.fields[f]) end
    for name, amount in pairs(state.spent) do
      call('HINCRBY', key, name, format('%d', amount))
      state.moved = true
    end
    if state.moved and state.oldest then
      call('HSET', key, 'oldest', format('%d', state.oldest))
      call('PEXPIRE', key, format('%d', N[4 + hash * 2]))
    elseif state.moved then
      call('HDEL', key, 'oldest')
    end
  end
end

-- The bucket of a limit as it is now, or nil and an error.
local function bucketOf(q)
  local hash, cell = N[q], N[q + 1]
  if buckets[cell] then return buckets[cell] end
  local key, name = KEYS[3 + hash], nameOf(N[q + 2])
  local read = pcall('HGET', key, name)
  if type(read) == 'table' then return nil, read.err end
  local level, when = match(read or '0 0', '^(%d+) (%d+)$')
  if not level then return nil, 'ERR no level in ' .. key end
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
