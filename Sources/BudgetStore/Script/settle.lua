-- Settlements, extensions and questions.

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
  use(hash, true)
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
  use(N[ledger], true)
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
