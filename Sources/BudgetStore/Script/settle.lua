-- Settlements, extensions and questions.

-- The record of a reservation that is to change: its text, or the answer that ends it here.
local function reservation(i, seq)
  local key = KEYS[3 + hashes + i]
  local known = readRecord(key)
  if not known then return nil, {4, n} end
  if known.err then return nil, {-1, n, fault(known, key)} end
  local deadline, made = match(known, '^%u(%d+) (%S+) %d+ %d+ %-?%d+ %d+\n')
  if not made then return nil, {-1, n, 'ERR no record in ' .. key} end
  if seq ~= made then return nil, {3, n} end
  if type(holds) == 'table' then return nil, {-1, n, fault(holds, KEYS[3])} end
  return known, nil, tonumber(deadline)
end

-- Moves a limit's amounts from held to spent, or only into spent where nothing is held now. What
-- was spent already, by the entry and at the moment of its expiry, is not spent again.
local function settleLimit(q, isHeld, wasSpent)
  local hash, cell, field = N[q], N[q + 1], N[q + 2]
  local held, spent, back = isHeld and N[q + 3] or 0, tonumber(N[q + 4]), 0
  if buckets[cell] then return pour(buckets[cell], spent - (wasSpent and N[q + 3] or held)) end
  use(hash, true)
  if wasSpent and isCounted(hash, field, wasSpent[1], wasSpent[2]) then
    back = tonumber(N[q + 3])
    spendInSlot(hash, field, -back, wasSpent[2])
  end
  spent = add(cell + 1, hash, spentBeside(field), spent - back)
  spendInSlot(hash, field, spent + back, now)
  addUsed(cell, hash, field, spent - held)
  if value[cell] < value[cell + 1] then
    add(cell, hash, field, value[cell + 1] - value[cell])
    flagged[hash] = true
  end
end

-- Loads the counters of a limit that is to be settled, or tells why that can't be.
local function openAccount(q, wasSpent)
  if N[5 + N[q] * 2] == -4 then return bucketOf(q) end
  local why = look(N[q], true)
  if why then return nil, why end
  local read
  read, why = loadUsed(N[q + 1], N[q], N[q + 2])
  if not read then return nil, why end
  if N[q + 4] ~= '0' then why = openSlot(N[q], N[q + 2], now) end
  if wasSpent and not why then
    why = openSlot(N[q], N[q + 2], wasSpent[2]) or unknownSince(N[q], N[q + 2])
  end
  if why then return nil, why end
  return load(N[q + 1] + 1, N[q], spentBeside(N[q + 2]))
end

-- A call that was charged when it expired is charged anew: an entry takes the first charge back.
-- The ledger's sums get the difference with the entry that follows.
local function voidCharge(key, known, q)
  enter(key, 'V' .. match(known, '\nF%d+%-%d+ %d+ D(.*)$'))
  if N[q] == 0 then return end
  local l = #ledgers
  ledgers[l + 1], ledgers[l + 2] = N[q], ARGV[1] .. format('%016d', base + n)
  ledgers[l + 3], ledgers[l + 4] = '0', N[q + 1]
end

local function settle(i, kind)
  local q, first = p, p + 7
  local warns = first + N[p + 4] * 5
  local ledger = warns + N[p + 5] * 8
  p = ledger + 2 + N[ledger + 2] * 3
  local known, answer, deadline = reservation(i, ARGV[N[q + 2]])
  if not known then return answer end
  local state, wasSpent = known:sub(1, 1), N[q + 6] == 1
  local isHeld, late = state == 'H', kind == 5 and (state == 'E' or state == 'D')
  if (isHeld or late) and wasSpent ~= (state == 'D') then return {3, n} end
  wasSpent = wasSpent and {match(known, '\nF(%d+%-%d+) (%d+) D')}
  local key, text = KEYS[3 + hashes + i], ARGV[2 + steers + i]
  if wasSpent and not wasSpent[1] then return {-1, n, 'ERR no charge in ' .. key} end
  if kind == 7 and now < deadline + grace then isHeld = false end
  if not isHeld and not late then return {2, n, known} end
  for k = first, warns - 1, 5 do
    local read, why = openAccount(k, wasSpent)
    if not read then return {-1, n, why} end
  end
  local why = openLedger(ledger) or weigh(warns, ledger - 1, false, true)
  if why then return {-1, n, why} end
  for k = first, warns - 1, 5 do settleLimit(k, isHeld, wasSpent) end
  use(N[ledger], true)
  if late then text = 'L' .. text:sub(2) end
  if wasSpent then voidCharge(key, known, ledger) end
  enter(key, text)
  writeLedger(ledger)
  keepRecord(
    key, format('%s%s\nF%s %s %s', text:sub(1, 1), known:sub(2), seqText(), at, text), N[q + 3])
  if isHeld then ended[#ended + 1] = key end
  return warnings(warns, ledger - 1, {1, n, late and 1 or 0})
end

local function extend(i)
  local q = p
  p = q + 5 + N[q + 5]
  local known, answer = reservation(i, ARGV[N[q + 2]])
  if not known then return answer end
  if known:sub(1, 1) ~= 'H' then return {2, n, known} end
  local key, deadline = KEYS[3 + hashes + i], format('%d', now + N[q + 3])
  enter(key, ARGV[2 + steers + i] .. deadline)
  keepRecord(key, 'H' .. deadline .. known:match('^.%d+(.*)$'))
  held[#held + 1], held[#held + 2] = deadline, key
  for k = q + 6, p do lasting[N[k]] = math.max(lasting[N[k]] or 0, N[q + 4]) end
  return {1, n, now + N[q + 3]}
end

local function usage()
  local q, last = p, p + 4 + N[p + 4] * 8
  p = last
  if now < N[q + 2] or now >= N[q + 3] then return {3, n} end
  if steer.err then return {-1, n, fault(steer, KEYS[2])} end
  local answer = {5, n}
  for k = q + 5, last, 8 do
    local used, why, cap, set = measure(k, true)
    if not used then return {-1, n, why} end
    local spent = spentOf(k)
    answer[#answer + 1] = {cap, heldOf(k, spent), spent, set}
  end
  return answer
end

local function status(i)
  p = p + 1
  local key = KEYS[3 + hashes + i]
  local known = readRecord(key)
  if not known then return {4, n} end
  return known.err and {-1, n, fault(known, key)} or {2, n, known}
end
