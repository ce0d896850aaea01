-- Counters: cells of the overlay, lifetimes, caps in force and ledgers.

-- The number in a cell; nil and an error where it has none.
local function load(cell, hash, field)
  if value[cell] then return value[cell] end
  local new, number = life[hash] == 'reborn' or life[hash] == 'begun', 0
  local read = not new and pcall('HGET', KEYS[3 + hash], nameOf(field))
  if read then
    if read.err or find(read, '%D') then
      return nil, read.err or 'ERR no whole number in ' .. KEYS[3 + hash]
    end
    number = tonumber(read) - gone(hash, field)
  else
    fresh[hash] = true
  end
  value[cell] = number
  return number
end

-- Sums stay between 0 and the largest exact number; a hash where one would not is flagged.
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
end

-- Looks at a lifetime: is it over, with nothing held? And, where it is to be spent in (`whole`),
-- is its expiry to be moved? A reservation moves neither: its end will.
local function look(hash, whole)
  local expire, idle, state = N[4 + hash * 2], N[5 + hash * 2], life[hash]
  if idle == -3 then return roll(hash) end
  if idle < -3 or idle == -1 or idle == 0 and not whole or state and (not whole or state ~= 'seen') then return end
  local read = pcall('HMGET', KEYS[3 + hash], 'last', 'expire')
  if read.err then return read.err end
  local last, kept = tonumber(read[1] or 0), tonumber(read[2] or 0)
  local isShort = expire > 0 and now + expire > kept + math.min(3600000, expire / 8)
  life[hash] = not whole and 'seen' or isShort and 'prolong' or 'same'
  if state or idle == 0 or last == 0 or now - last <= idle then return end
  local all, field = call('HGETALL', KEYS[3 + hash]), {}
  for i = 1, #all, 2 do field[all[i]] = all[i + 1] end
  for name, used in pairs(field) do
    if name:sub(1, 2) == 'u:' and used ~= (field['s:' .. name:sub(3)] or '0') then return end
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
  end
end

-- The cap with its override and its grants: 'S' or '-', then |identity:cap:until:amount,until;…
local function allowance(text, identity, cap)
  local _, found = text:find('|' .. format('%d', identity) .. ':', 1, true)
  if not found then return cap, 0 end
  local overridden = 0
  local set, last, grants = text:match('^(%d*):(%d*):([%d,;]*)', found + 1)
  if set ~= '' and (last == '' or now < tonumber(last)) then
    cap, overridden = tonumber(set), 1
  end
  for amount, til in grants:gmatch('(%d+),(%d+)') do
    if now < tonumber(til) then cap, overridden = cap + tonumber(amount), 1 end
  end
  return cap < MAX and cap or MAX, overridden
end

-- What a limit's spent field holds; a bucket holds nothing, and all in it is spent.
local function spentOf(q)
  local bucket = buckets[N[q + 1]]
  if bucket then return math.ceil(bucket.level / bucket.period) end
  return load(N[q + 1] + 1, N[q], spentBeside(N[q + 2]))
end

local function measureBucket(q, amount, cap, text)
  local bucket, why = bucketOf(q)
  if not bucket then return nil, why end
  local set = 0
  if text then cap, set = allowance(text, math.abs(N[q + 6]), cap) end
  return bucket.level / bucket.period, amount, math.min(cap, math.floor(2 ^ 50 / bucket.period)), set
end

-- Loads a limit's counters: used, amount, cap, overridden; or nil and an error.
local function measure(q, whole)
  local hash, cell, amount, cap, text = N[q], N[q + 1], tonumber(N[q + 3]), N[q + 4], steer[N[q + 5]]
  if N[5 + hash * 2] == -4 then return measureBucket(q, amount, cap, text) end
  local why = look(hash, whole or amount < 0)
  if why then return nil, why end
  local used, set = value[cell], 0
  if not used then
    used, why = load(cell, hash, N[q + 2])
    if not used then return nil, why end
  end
  if whole or amount < 0 then
    local spent
    spent, why = spentOf(q)
    if not spent then return nil, why end
  end
  if amount < 0 then
    local member
    member, why = load(MEMBER - amount, hash, amount)
    if not member then return nil, why end
    amount = member == 0 and 1 or 0
  end
  if text then cap, set = allowance(text, math.abs(N[q + 6]), cap) end
  return used, amount, cap, set
end

-- Loads a ledger's counters, or tells why they can't be written.
local function openLedger(q)
  local hash = N[q]
  if hash == 0 then return end
  for k = 1, 2 do
    local size = pcall('ZCARD', KEYS[3 + hash + k])
    if type(size) == 'table' then return size.err end
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
