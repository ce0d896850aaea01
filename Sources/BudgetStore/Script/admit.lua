-- Admissions: reserve, charge, record and check.

-- Why an admission is refused before any limit is looked at, or nil, and an error or nil.
local function refused(q, first)
  for s = q + 8, first - 1 do
    local text = steer[N[s]]
    local mark = text and text:sub(1, 1) or '-'
    if mark == 'S' then return {0, n, 0, 1, s - q - 7} end
    if mark ~= '-' then return nil, 'ERR no suspension: ' .. text end
  end
end

-- Looks at all limits: an error, or nil, the denial or nil, and the tightest.
local function weigh(first, last, whole, forgives)
  local denial
  local tight, left, of, share = 0, 0, 1, 2
  for q = first, last, 8 do
    local cell, amount, cap, set = N[q + 1], N[q + 3], N[q + 4], 0
    local used = value[cell]
    if not used or whole or steer[N[q + 5]] or type(amount) == 'number' then
      used, amount, cap, set = measure(q, whole, forgives)
      if not used then return amount end
    end
    capOf[q] = cap
    local rest = cap - used - amount - (value[-cell] or 0)
    if N[q + 6] >= 0 then
      local k = (q - first) / 8 + 1
      if rest < 0 then
        local spent, why = spentOf(q)
        if not spent then return why end
        denial = denial or {0, n, lateHolds(), 0}
        denial[#denial + 1] = {k, cap, heldOf(q, spent), spent, set, relief(q, cap, amount)}
      end
      local ratio = cap > 0 and rest / cap or rest < 0 and -1 or 0
      if ratio < share then tight, left, of, share = k, math.floor(rest), cap, ratio end
    end
  end
  return nil, denial, tight, left, of
end

-- Adds an admission's amounts; tells which limits counted a new task.
local function spend(spends, first, last)
  local tasks
  for q = first, last, 8 do
    local hash, cell, field, amount = N[q], N[q + 1], N[q + 2], N[q + 3]
    if life[hash] then use(hash, spends or type(amount) == 'number') end
    if buckets[cell] then
      pour(buckets[cell], amount)
    elseif type(amount) == 'string' then
      if spends then
        amount = add(cell + 1, hash, spentBeside(field), amount)
        spendInSlot(hash, field, amount, now)
      end
      addUsed(cell, hash, field, amount)
    elseif value[MEMBER - amount] == 0 then
      tasks = (tasks or '\nT') .. format(' %d', (q - first) / 8 + 1)
      add(cell, hash, field, 1)
      add(cell + 1, hash, spentBeside(field), 1)
      add(MEMBER - amount, hash, amount, 1)
    end
  end
  return tasks
end

local function admit(i, kind)
  local q, first = p, p + 8 + N[p + 5]
  local ledger = first + N[p + 6] * 8
  local spends = kind == 2 or kind == 3
  p = spends and ledger + 2 + N[ledger + 2] * 3 or ledger - 1
  local key, text = KEYS[3 + hashes + i], ARGV[2 + steers + i]
  local known = kind ~= 4 and readRecord(key)
  if known then return known.err and {-1, n, fault(known, key)} or {2, n, known} end
  if now < N[q + 2] or now >= N[q + 3] then return {3, n} end
  local why = kind ~= 3 and fault(steer, KEYS[2])
    or kind == 1 and type(holds) == 'table' and fault(holds, KEYS[3])
  if why then return {-1, n, why} end
  local denial = N[q + 7] > 0 and {0, n, 0, N[q + 7] + 1} or nil
  if not denial and kind ~= 3 then denial, why = refused(q, first) end
  if why then return {-1, n, why} end
  local full, tight, left, of
  why, full, tight, left, of = weigh(first, ledger - 1, spends, kind == 3)
  if not why and spends then why = openLedger(ledger) end
  for k = first, spends and ledger - 1 or 0, 8 do why = why or openSlot(N[k], N[k + 2], now) end
  if why then return {-1, n, why} end
  denial = denial or full
  if denial and kind ~= 3 then return denial end
  if kind == 4 then return {1, n, tight, left, of} end
  local tasks = spend(spends, first, ledger - 1)
  if spends then use(N[ledger], true) end
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
  return warnings(first, ledger - 1, {1, n, tight, left, of})
end
