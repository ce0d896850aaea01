-- One step of one tenant's books: n operations, decided in order, then written at once.
--
-- Everything is read first (by pcall, so that a key of the wrong type fails the operations that
-- need it and no other); decisions are made on an overlay of what was read; then come the
-- writes, none of which can fail: first the journal, whose id is the sequence number. Amounts
-- arrive as decimal strings, and every sum stays below 2^53.
--
-- A counter is two fields in its window's hash: `u:` used (spent + held) and `s:` spent, so a
-- reservation reads and writes one field a limit. Of several ways that were measured this has
-- the fewest calls; the number of arguments, of bytes in strings and of closures counts too,
-- which is why one plain reservation has a way of its own before the general one.
--
-- KEYS  1 journal, 2 steering, 3 holds, then the hashes, then each operation's record
-- ARGV  1 epoch and '-', 2 numbers (msgpack, below), then steering fields, then each
--       operation's text, then further strings that numbers point at
-- numbers: now (0: ask the clock), grace, steering fields, hashes, operations;
--   hash         expire, idle   (idle -1: a calendar window, kept until `expire`; else a
--                lifetime, kept `expire` ms after its last use (0: for ever) and reborn after
--                `idle` ms (0: never); -2: a sorted set of the
--                ledger before it)
--   admission    kind 1 reserve 2 charge 3 record 4 check, valid from, until, ttl or keep,
--                steering fields, limits, preset denial; the fields; the limits; a ledger (2, 3)
--   limit        hash, cell, field, amount (below 0: a new task counts 1, and the number points
--                at its membership field), cap, steering field, identity (below 0: shadow)
--   ledger       the first of its 3 keys (hash, tasks, entries) or 0, task, counters; those:
--                cell, field, amount, the first of them the cost
--   settlement   kind 5 commit 6 release 7 expire, the reservation's sequence, keep, limits;
--                those: hash, cell, field, held, spent; a ledger
--   extension    kind 8, the reservation's sequence, ttl
--   status       kind 9
--   usage        kind 10, valid from, until, limits; those: as above
-- A field above 0 is one of FIELD, below 0 a string of ARGV; the spent field follows the used.
-- Answers, one an operation, then the clock and the base sequence; an ordinal counts from that:
--   {1, ordinal, …} accepted (admission: tightest limit, left, cap; settlement: 1 if late;
--   extension: deadline), {2, ordinal, record} there was one, {3, ordinal} stale, {4, ordinal}
--   no record, {5, ordinal, {cap, used, spent, overridden} a limit} usage, {-1, ordinal, error},
--   {0, ordinal, overdue holds, reason, …} denied: 0 {limit, cap, used, spent} of each that
--   fails; 1 suspended by that field; 2 and above: the preset
-- or one text, the fault for which nothing was done.
local call, pcall, format, find = redis.call, redis.pcall, string.format, string.find
local N = cmsgpack.unpack(ARGV[2])
local now, grace, steers, hashes, ops = N[1], N[2], N[3], N[4], N[5]
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local MAX = 9007199254740991
local FIELD = {
  'u:cost', 's:cost', 'u:tokens', 's:tokens', 'u:input_tokens', 's:input_tokens',
  'u:output_tokens', 's:output_tokens', 'u:calls', 's:calls', 'u:retries', 's:retries',
  'u:seconds', 's:seconds', 'u:in_flight', 's:in_flight', 'u:tasks', 's:tasks',
}
local at = format('%d', now)
local steer = pcall('HMGET', KEYS[2], unpack(ARGV, 3, 2 + steers))
local holds = pcall('ZCARD', KEYS[3])
local p = 5 + hashes * 2

-- One reservation that nothing speaks against. Whatever is not plain goes the general way.
local function reserve()
  if steer.err or type(holds) == 'table' or now < N[p + 2] or now >= N[p + 3] then return end
  local key = KEYS[4 + hashes]
  if pcall('GET', key) then return end
  for s = 1, steers do
    if steer[s] then return end
  end
  local first, fresh = p + 8 + N[p + 5], nil
  local last = first + N[p + 6] * 7 - 1
  local tight, left, of, share = 0, 0, 1, 2
  for q = first, last, 7 do
    local hash, field, cap = N[q], N[q + 2], N[q + 4]
    local idle = N[4 + hash * 2 + 1]
    local used = pcall('HGET', KEYS[3 + hash], FIELD[field] or ARGV[-field])
    if type(N[q + 3]) == 'number' then return end
    if idle > 0 then
      local seen = pcall('HGET', KEYS[3 + hash], 'last')
      if seen and (type(seen) == 'table' or now - seen > idle) then return end
    end
    if used then
      if type(used) == 'table' or find(used, '%D') then return end
      used = tonumber(used)
    else
      used = 0
      fresh = fresh or {}
      fresh[hash] = N[4 + hash * 2]
    end
    local rest = cap - used - N[q + 3]
    if rest < 0 or N[q + 6] < 0 or cap == 0 then return end
    local ratio = rest / cap
    if ratio < share then tight, left, of, share = (q - first) / 7 + 1, rest, cap, ratio end
  end
  local text, deadline = ARGV[3 + steers], format('%d', now + N[p + 4])
  local seq = pcall('XADD', KEYS[1], ARGV[1] .. '*', 'at', at, key, text)
  if type(seq) == 'table' then return end
  for q = first, last, 7 do
    local field = N[q + 2]
    call('HINCRBY', KEYS[3 + N[q]], FIELD[field] or ARGV[-field], N[q + 3])
  end
  if fresh then
    for hash, expire in pairs(fresh) do
      if N[5 + hash * 2] == -1 then expire = expire - now end
      if expire > 0 then call('PEXPIRE', KEYS[3 + hash], format('%d', expire)) end
    end
  end
  call('ZADD', KEYS[3], deadline, key)
  call('SET', key, format('H%s %s %s %d %d %d\n%s', deadline, seq, at, tight, left, of, text))
  return {{1, 0, tight, left, of}, now, seq}
end
if ops == 1 and N[p + 1] == 1 then
  local answer = reserve()
  if answer then return answer end
end

-- The newest sequence number of this epoch.
local function newest()
  local read = pcall('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')
  if read.err then return {read.err} end
  local epoch, seq = (read[1] and read[1][1] or '0-0'):match('^(%d+)-(%d+)$')
  local own = tonumber(ARGV[1]:match('%d+'))
  if tonumber(epoch) > own then
    return {'EPOCH the journal is at epoch ' .. epoch}
  end
  return tonumber(epoch) == own and tonumber(seq) or 0
end

local base = newest()
if type(base) == 'table' then return base end

-- The general way. A cell is a counter of the overlay, read when it is first asked for; those
-- above MEMBER tell whether a task is a member of its run.
local MEMBER = 100000
local value, delta, dirty, dirtyHash, dirtyField = {}, {}, {}, {}, {}
local fresh, life, flagged = {}, {}, {}
local entries, n = {}, 0
local record, recordKeep, ledgers, held, ended = {}, {}, {}, {}, {}

local function nameOf(field) return FIELD[field] or ARGV[-field] end
local function spentBeside(field) return field > 0 and field + 1 or field - 1 end

-- The number in a cell; nil and an error where it has none.
local function load(cell, hash, field)
  if value[cell] then return value[cell] end
  local new, number = life[hash] == 'reborn' or life[hash] == 'begun', 0
  local read = not new and pcall('HGET', KEYS[3 + hash], nameOf(field))
  if read then
    if read.err or find(read, '%D') then
      return nil, read.err or 'ERR no whole number in ' .. KEYS[3 + hash]
    end
    number = tonumber(read)
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
  if idle == -1 or idle == 0 and not whole or state and (not whole or state ~= 'seen') then return end
  local read = pcall('HMGET', KEYS[3 + hash], 'last', 'expire')
  if read.err then return read.err end
  local last, kept = tonumber(read[1] or 0), tonumber(read[2] or 0)
  life[hash] = not whole and 'seen' or expire > 0 and now + expire > kept + 3600000 and 'prolong'
    or 'same'
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

-- Marks a hash as written to. A new life's first entry says what the old one held.
local function use(hash)
  local state = life[hash]
  if state == 'reborn' then
    enter(KEYS[3 + hash], 'Z ' .. table.concat(call('HGETALL', KEYS[3 + hash]), ' '))
    life[hash] = 'begun'
  elseif state == 'same' or state == 'prolong' then
    life[hash] = state == 'same' and 'used' or 'prolonged'
  end
end

-- The cap with its override and its grants: 'S' or '-', then |identity:cap:until:amount,until;…
local function allowance(text, identity, cap)
  local _, found = text:find('|' .. format('%d', identity) .. ':', 1, true)
  if not found then return cap, 0 end
  local set, last, grants = text:match('^(%d*):(%d*):([%d,;]*)', found + 1)
  if set ~= '' and (last == '' or now < tonumber(last)) then cap = tonumber(set) end
  for amount, til in grants:gmatch('(%d+),(%d+)') do
    if now < tonumber(til) then cap = cap + tonumber(amount) end
  end
  return cap < MAX and cap or MAX, 1
end

-- What a limit's spent field holds.
local function spentOf(q) return load(N[q + 1] + 1, N[q], spentBeside(N[q + 2])) end

-- Loads a limit's counters: used, amount, cap, overridden; or nil and an error.
local function measure(q, whole)
  local hash, cell, amount, cap, text = N[q], N[q + 1], tonumber(N[q + 3]), N[q + 4], steer[N[q + 5]]
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

-- The entry is the operation's last, so that what it needs has been entered before it.
local function writeLedger(q)
  local hash = N[q]
  if hash == 0 then return end
  use(hash)
  for k = q + 3, q + N[q + 2] * 3, 3 do add(N[k], hash, N[k + 1], N[k + 2]) end
  local l = #ledgers
  ledgers[l + 1], ledgers[l + 2] = hash, seqText()
  ledgers[l + 3], ledgers[l + 4] = N[q + 5], N[q + 1]
end

local overdue
local function lateHolds()
  overdue = overdue
    or pcall('ZRANGEBYSCORE', KEYS[3], '-inf', format('%d', now - grace), 'LIMIT', '0', '1')
  return overdue[1] and 1 or 0
end

-- Why an admission is refused before any limit is looked at, or nil.
local function refused(q, first)
  for s = q + 8, first - 1 do
    local mark = steer[N[s]]
    if mark and mark:sub(1, 1) == 'S' then return {0, n, 0, 1, s - q - 7} end
  end
end

-- Looks at all limits: an error, or nil, the denial or nil, and the tightest.
local function weigh(first, last, whole)
  local denial
  local tight, left, of, share = 0, 0, 1, 2
  for q = first, last, 7 do
    local used, amount, cap = value[N[q + 1]], N[q + 3], N[q + 4]
    if not used or whole or steer[N[q + 5]] or type(amount) == 'number' then
      used, amount, cap = measure(q, whole)
      if not used then return amount end
    end
    local rest = cap - used - amount
    if N[q + 6] >= 0 then
      local k = (q - first) / 7 + 1
      if rest < 0 then
        local spent, why = spentOf(q)
        if not spent then return why end
        denial = denial or {0, n, lateHolds(), 0}
        denial[#denial + 1] = {k, cap, used, spent}
      end
      local ratio = cap > 0 and rest / cap or rest < 0 and -1 or 0
      if ratio < share then tight, left, of, share = k, rest, cap, ratio end
    end
  end
  return nil, denial, tight, left, of
end

-- Adds an admission's amounts; tells which limits counted a new task.
local function spend(spends, first, last)
  local tasks
  for q = first, last, 7 do
    local hash, cell, field, amount = N[q], N[q + 1], N[q + 2], N[q + 3]
    if life[hash] then use(hash) end
    if type(amount) == 'string' then
      add(cell, hash, field, amount)
      if spends then add(cell + 1, hash, spentBeside(field), amount) end
    elseif value[MEMBER - amount] == 0 then
      tasks = (tasks or '\nT') .. format(' %d', (q - first) / 7 + 1)
      add(cell, hash, field, 1)
      add(cell + 1, hash, spentBeside(field), 1)
      add(MEMBER - amount, hash, amount, 1)
    end
  end
  return tasks
end

local function admit(i, kind)
  local q, first = p, p + 8 + N[p + 5]
  local ledger = first + N[p + 6] * 7
  local spends = kind == 2 or kind == 3
  p = spends and ledger + 2 + N[ledger + 2] * 3 or ledger - 1
  local key, text = KEYS[3 + hashes + i], ARGV[2 + steers + i]
  local known = kind ~= 4 and readRecord(key)
  if known then return known.err and {-1, n, known.err} or {2, n, known} end
  if now < N[q + 2] or now >= N[q + 3] then return {3, n} end
  local why = kind ~= 3 and steer.err or kind == 1 and type(holds) == 'table' and holds.err
  if why then return {-1, n, why} end
  local denial = N[q + 7] > 0 and {0, n, 0, N[q + 7] + 1} or refused(q, first)
  local full, tight, left, of
  why, full, tight, left, of = weigh(first, ledger - 1, spends)
  if not why and spends then why = openLedger(ledger) end
  if why then return {-1, n, why} end
  denial = denial or full
  if denial and kind ~= 3 then return denial end
  if kind == 4 then return {1, n, tight, left, of} end
  local tasks = spend(spends, first, ledger - 1)
  if spends then use(N[ledger]) end
  enter(key, tasks and text .. tasks or text)
  local deadline = spends and '0' or format('%d', now + N[q + 4])
  keepRecord(
    key, format('%s%s %s %s %d %d %d\n%s', spends and 'C' or 'H', deadline, seqText(), at, tight,
      left, of, text), spends and N[q + 4])
  if spends then
    writeLedger(ledger)
  else
    held[#held + 1], held[#held + 2] = deadline, key
  end
  return {1, n, tight, left, of}
end

-- The record of a reservation that is to change: its text, or the answer that ends it here.
local function reservation(i, seq)
  local known = readRecord(KEYS[3 + hashes + i])
  if not known then return nil, {4, n} end
  if known.err then return nil, {-1, n, known.err} end
  local deadline, made = known:match('^.(%d+) (%S+)')
  if seq ~= made then return nil, {3, n} end
  if type(holds) == 'table' then return nil, {-1, n, holds.err} end
  return known, nil, tonumber(deadline)
end

-- Moves a limit's amounts from held to spent, or only into spent where nothing is held now.
local function settleLimit(q, isHeld)
  local hash, cell, field = N[q], N[q + 1], N[q + 2]
  local held, spent = isHeld and N[q + 3] or 0, tonumber(N[q + 4])
  use(hash)
  add(cell + 1, hash, spentBeside(field), spent)
  add(cell, hash, field, spent - held)
  if value[cell] < value[cell + 1] then
    add(cell, hash, field, value[cell + 1] - value[cell])
    flagged[hash] = true
  end
end

local function settle(i, kind)
  local q, first = p, p + 5
  local ledger = first + N[p + 4] * 5
  p = ledger + 2 + N[ledger + 2] * 3
  local known, answer, deadline = reservation(i, ARGV[N[q + 2]])
  if not known then return answer end
  local isHeld, late = known:sub(1, 1) == 'H', kind == 5 and known:sub(1, 1) == 'E'
  if kind == 7 and now < deadline + grace then isHeld = false end
  if not isHeld and not late then return {2, n, known} end
  for k = first, ledger - 1, 5 do
    local why = look(N[k], true)
    local read
    if not why then read, why = load(N[k + 1], N[k], N[k + 2]) end
    if read then read, why = load(N[k + 1] + 1, N[k], spentBeside(N[k + 2])) end
    if not read then return {-1, n, why} end
  end
  local why = openLedger(ledger)
  if why then return {-1, n, why} end
  for k = first, ledger - 1, 5 do settleLimit(k, isHeld) end
  use(N[ledger])
  local key, text = KEYS[3 + hashes + i], ARGV[2 + steers + i]
  if late then text = 'L' .. text:sub(2) end
  enter(key, text)
  writeLedger(ledger)
  keepRecord(
    key, format('%s%s\nF%s %s %s', text:sub(1, 1), known:sub(2), seqText(), at, text), N[q + 3])
  if isHeld then ended[#ended + 1] = key end
  return {1, n, late and 1 or 0}
end

local function extend(i)
  local q = p
  p = q + 3
  local known, answer = reservation(i, ARGV[N[q + 2]])
  if not known then return answer end
  if known:sub(1, 1) ~= 'H' then return {2, n, known} end
  local key, deadline = KEYS[3 + hashes + i], format('%d', now + N[q + 3])
  enter(key, ARGV[2 + steers + i] .. deadline)
  keepRecord(key, 'H' .. deadline .. known:match('^.%d+(.*)$'))
  held[#held + 1], held[#held + 2] = deadline, key
  return {1, n, now + N[q + 3]}
end

local function usage()
  local q, last = p, p + 4 + N[p + 4] * 7
  p = last
  if now < N[q + 2] or now >= N[q + 3] then return {3, n} end
  if steer.err then return {-1, n, steer.err} end
  local answer = {5, n}
  for k = q + 5, last, 7 do
    local used, why, cap, set = measure(k, true)
    if not used then return {-1, n, why} end
    answer[#answer + 1] = {cap, used, spentOf(k), set}
  end
  return answer
end

local function status(i)
  p = p + 1
  local known = readRecord(KEYS[3 + hashes + i])
  if not known then return {4, n} end
  return known.err and {-1, n, known.err} or {2, n, known}
end

local function moveExpiry(hash, keep)
  call('HSET', KEYS[3 + hash], 'expire', format('%d', now + keep))
  for k = hash, N[7 + hash * 2] == -2 and hash + 2 or hash do
    call('PEXPIRE', KEYS[3 + k], format('%d', keep))
  end
end

local function writeHashes()
  for hash, state in pairs(life) do
    if state == 'begun' then call('DEL', KEYS[3 + hash]) end
  end
  for d = 1, #dirty do
    call('HINCRBY', KEYS[3 + dirtyHash[d]], nameOf(dirtyField[d]), delta[dirty[d]])
  end
  for hash, state in pairs(life) do
    local keep = N[4 + hash * 2]
    if state == 'used' or state == 'prolonged' or state == 'begun' then
      if N[5 + hash * 2] > 0 then call('HSET', KEYS[3 + hash], 'last', at) end
      if keep > 0 and state ~= 'used' then moveExpiry(hash, keep) end
    end
  end
  for hash in pairs(fresh) do
    local keep = N[4 + hash * 2]
    if N[5 + hash * 2] == -1 then keep = math.max(keep - now, 86400000) end
    if keep > 0 then call('PEXPIRE', KEYS[3 + hash], format('%d', keep)) end
  end
  for hash in pairs(flagged) do call('HSET', KEYS[3 + hash], 'flagged', '1') end
end

local function write()
  local done = pcall('XADD', KEYS[1], seqText(), 'at', at, unpack(entries))
  if type(done) == 'table' then return {done.err} end
  writeHashes()
  if held[1] then call('ZADD', KEYS[3], unpack(held)) end
  if ended[1] then call('ZREM', KEYS[3], unpack(ended)) end
  for key, text in pairs(record) do
    if recordKeep[key] then
      call('SET', key, text, 'PX', recordKeep[key])
    else
      call('SET', key, text)
    end
  end
  for l = 1, #ledgers, 4 do
    local hash = ledgers[l]
    call('ZADD', KEYS[5 + hash], at, ledgers[l + 1])
    call('ZINCRBY', KEYS[4 + hash], ledgers[l + 2], ARGV[ledgers[l + 3]])
  end
end

local out = {}
for i = 1, ops do
  local kind = N[p + 1]
  if kind <= 4 then
    out[i] = admit(i, kind)
  elseif kind <= 7 then
    out[i] = settle(i, kind)
  elseif kind == 8 then
    out[i] = extend(i)
  elseif kind == 9 then
    out[i] = status(i)
  else
    out[i] = usage()
  end
end
local fault = n > 0 and write()
if fault then return fault end
out[ops + 1], out[ops + 2] = now, ARGV[1] .. format('%d', base)
return out
