-- What a limit stands at: its counters as the overlay has them, its cap as it is steered.

-- What is set in a scope for the limit of an identity: cap:until:amount,until;…
local function override(text, identity)
  identity = format('%d', identity)
  for one in text:gmatch('|([^|]*)') do
    local own, set = match(one, '^(%d*)(.*)$')
    if own == identity then return set end
  end
end

-- A limit's cap with its override and its grants, and whether there are any; nil and an error
-- where the text isn't: 'S' or '-', then |identity:cap:until:amount,until;…
local function capAndSet(q)
  local text, cap, overridden = steer[N[q + 5]], N[q + 4], 0
  local own = text and override(text, math.abs(N[q + 6]))
  if not own then return cap, 0 end
  local set, last, grants, name = match(own, '^:(%d*):(%d*):([%d,;]*)(.*)$')
  if not set or name ~= '' and not find(name, '^:[^:]*$') then
    return nil, 'ERR no override: ' .. text
  end
  if set ~= '' and (last == '' or now < tonumber(last)) then
    cap, overridden = tonumber(set), 1
  end
  for grant in (grants ~= '' and grants .. ';' or ''):gmatch('([^;]*);') do
    local amount, til = match(grant, '^(%d+),(%d+)$')
    if not amount then return nil, 'ERR no grant: ' .. text end
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

-- What is held, beside what is spent.
local function heldOf(q, spent)
  local cell = N[q + 1]
  return buckets[cell] and 0 or value[cell] - spent + (value[-cell] or 0)
end

local function measureBucket(q, amount, cap, set)
  local bucket, why = bucketOf(q)
  if not bucket then return nil, why end
  cap = math.min(cap, math.floor(2 ^ 50 / bucket.period))
  return bucket.level / bucket.period, amount, cap, set
end

-- Loads a limit's counters: used, amount, cap, overridden; or nil and an error. What is spent
-- already (`forgives`) doesn't fail for want of a readable override.
local function measure(q, whole, forgives)
  local hash, cell, amount = N[q], N[q + 1], tonumber(N[q + 3])
  local cap, set = capAndSet(q)
  if not cap then
    if not forgives then return nil, set end
    cap, set = N[q + 4], 0
  end
  if N[5 + hash * 2] == -4 then return measureBucket(q, amount, cap, set) end
  local why = look(hash, whole or amount < 0)
  if why then return nil, why end
  local used = value[cell]
  if not used then
    used, why = loadUsed(cell, hash, N[q + 2])
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
  return used, amount, cap, set
end
