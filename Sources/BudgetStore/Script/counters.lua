-- Counters: cells of the overlay, lifetimes and ledgers.

-- The number in a cell; nil and an error where it has none.
local function load(cell, hash, field)
  if value[cell] then return value[cell] end
  local new, number = life[hash] == 'reborn' or life[hash] == 'begun', 0
  local read = not new and pcall('HGET', KEYS[3 + hash], nameOf(field))
  if read then
    local why, left = fault(read, KEYS[3 + hash]), nil
    if not why then number, why = natural(read, hash) end
    if not why then left, why = gone(hash, nameOf(field)) end
    if why then return nil, why end
    number = number - left
  else
    fresh[hash] = true
  end
  value[cell] = number
  return number
end

-- Loads what a counter has used, and near the largest exact number what is used above that: both
-- or neither.
local function loadUsed(cell, hash, field)
  if value[cell] then return value[cell] end
  local used, why = load(cell, hash, field)
  if not used or used < MAX / 2 then return used, why end
  local over
  over, why = load(-cell, hash, 'x' .. nameOf(field):sub(2))
  if over then return used end
  value[cell] = nil
  return nil, why
end

-- Sums stay between 0 and the largest exact number; a hash where one would not is flagged. Gives
-- what was added.
local function add(cell, hash, field, amount)
  local sum = value[cell] + amount
  if sum > MAX or sum < 0 then
    sum = sum > MAX and MAX or 0
    amount = sum - value[cell]
    flagged[hash] = true
  end
  value[cell] = sum
  if delta[cell] then
    delta[cell] = delta[cell] + amount
  elseif amount ~= 0 then
    local d = #dirty + 1
    dirty[d], dirtyHash[d], dirtyField[d] = cell, hash, field
    delta[cell] = amount
  end
  return amount
end

-- The same for what a counter has used. What doesn't fit is kept beside it and goes first, since
-- its holds end one by one, and what is still held must stay right.
local function addUsed(cell, hash, field, amount)
  if value[cell] < MAX / 2 then return add(cell, hash, field, amount) end
  amount, value[-cell] = tonumber(amount), value[-cell] or 0
  local room, beyond = MAX - value[cell], 0
  if amount > room then
    beyond, flagged[hash] = amount - room, true
  elseif amount < 0 then
    beyond = math.max(amount, -value[-cell])
  end
  add(-cell, hash, 'x' .. nameOf(field):sub(2), beyond)
  return add(cell, hash, field, amount - beyond)
end

-- Looks at a lifetime: is it over, with nothing held? And is its expiry to be moved: where it is to
-- be spent in (`whole`), or, without an idle time, to be held in. A hold doesn't move the last use:
-- its end will.
local function look(hash, whole)
  local expire, idle, state = N[4 + hash * 2], N[5 + hash * 2], life[hash]
  if idle == -3 then return roll(hash) end
  if idle < -3 or idle == -1 or idle == 0 and expire == 0 and not whole then return end
  if state and (not whole or state ~= 'seen' and state ~= 'short') then return end
  local read = pcall('HMGET', KEYS[3 + hash], 'last', 'expire')
  local last, why = 0, fault(read, KEYS[3 + hash])
  if read[1] then last, why = natural(read[1], hash) end
  if why then return why end
  -- An expiry that can't be read is moved, and so put right.
  local kept = read[2] and natural(read[2], hash) or 0
  local isShort = expire > 0 and now + expire > kept + math.min(3600000, expire / 8)
  if whole then
    life[hash] = isShort and 'prolong' or 'same'
  else
    life[hash] = isShort and idle == 0 and 'short' or 'seen'
  end
  if state or idle == 0 or last == 0 or now - last <= idle then return end
  local all, field = call('HGETALL', KEYS[3 + hash]), {}
  for i = 1, #all, 2 do field[all[i]] = all[i + 1] end
  for name, used in pairs(field) do
    local kind = name:sub(1, 2)
    if kind == 'u:' and used ~= (field['s:' .. name:sub(3)] or '0') then return end
    if kind == 'x:' and used ~= '0' then return end
  end
  life[hash] = 'reborn'
end

local function enter(key, text)
  entries[2 * n + 1], entries[2 * n + 2] = key, text
  n = n + 1
end

local function seqText() return ARGV[1] .. format('%d', base + n) end

-- A record as this step leaves it; `keep` is its life in milliseconds, none while it is held.
local function keepRecord(key, text, keep)
  record[key], recordKeep[key] = text, keep
end

local function readRecord(key) return record[key] or pcall('GET', key) end

-- Marks a hash as written to; `moves` where that counts as its last use. A new life's first entry
-- says what the old one held.
local function use(hash, moves)
  local state = life[hash]
  if state == 'reborn' then
    enter(KEYS[3 + hash], 'Z ' .. table.concat(call('HGETALL', KEYS[3 + hash]), ' '))
    life[hash], born[hash] = 'begun', seqText()
  elseif moves and (state == 'same' or state == 'prolong') then
    life[hash] = state == 'same' and 'used' or 'prolonged'
  elseif state == 'short' then
    life[hash] = 'prolonged'
  end
end

-- Loads a ledger's counters, or tells why they can't be written.
local function openLedger(q)
  local hash = N[q]
  if hash == 0 then return end
  for k = 1, 2 do
    local size = pcall('ZCARD', KEYS[3 + hash + k])
    if type(size) == 'table' then return fault(size, KEYS[3 + hash + k]) end
  end
  local why = look(hash, true)
  for k = q + 3, q + N[q + 2] * 3, 3 do
    if why then return why end
    local _
    _, why = load(N[k], hash, N[k + 1])
  end
  return why
end

-- The entry is the operation's last, so that what it needs has been entered before it. Its number
-- has zeros in front, because those of one millisecond are sorted as texts.
local function writeLedger(q)
  local hash = N[q]
  if hash == 0 then return end
  use(hash, true)
  for k = q + 3, q + N[q + 2] * 3, 3 do add(N[k], hash, N[k + 1], N[k + 2]) end
  local l = #ledgers
  ledgers[l + 1], ledgers[l + 2] = hash, ARGV[1] .. format('%016d', base + n)
  ledgers[l + 3], ledgers[l + 4] = N[q + 5], N[q + 1]
end

local overdue
local function lateHolds()
  overdue = overdue
    or pcall('ZRANGEBYSCORE', KEYS[3], '-inf', format('%d', now - grace), 'LIMIT', '0', '1')
  return overdue[1] and 1 or 0
end
