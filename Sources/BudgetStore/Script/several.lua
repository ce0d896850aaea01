-- Several reservations that nothing speaks against, in one pass: a batch of a busy tenant. As
-- soon as one is not plain (a denial, a known key, an override, a task, anything of an odd
-- shape), nothing has been written yet, and the general way decides the whole batch.
--
-- The journal gets two entries: the first one's id, which Redis gives, tells the second's, and
-- reading the newest entry for it, as the general way does, costs more than writing one.
if plain and ops > 1 and N[p + 1] == 1 then
  local function reserveAll()
    if pcall('EXISTS', unpack(KEYS, 4 + hashes, 3 + hashes + ops)) ~= 0 then return end
    local N, KEYS, ARGV, FIELD = N, KEYS, ARGV, FIELD
    -- Of each cell: what it is to become, what is to be added; and the limit that it was read for.
    local value, delta, touched, count = {}, {}, {}, 0
    local out, entries, held, seen, fresh = {}, {}, {}, {}, nil
    local q, ttl, deadline = p, nil, nil
    for i = 1, ops do
      if N[q + 1] ~= 1 or N[q + 7] > 0 or now < N[q + 2] or now >= N[q + 3] then return end
      if N[q + 4] ~= ttl then
        ttl = N[q + 4]
        deadline = format('%d', now + ttl)
      end
      local first = q + 8 + N[q + 5]
      local last = first + N[q + 6] * 8 - 1
      local tight, left, of, share = 0, 0, 1, 2
      for k = first, last, 8 do
        local cell, amount, cap = N[k + 1], N[k + 3], N[k + 4]
        local used = value[cell]
        if used then
          delta[cell] = delta[cell] + amount
        else
          local isNew
          used, isNew = read(N[k], N[k + 2])
          if not used then return end
          if isNew then
            fresh = fresh or {}
            fresh[N[k]] = N[4 + N[k] * 2]
          end
          count = count + 1
          touched[count], delta[cell] = k, amount
        end
        local sum = used + amount
        local rest = cap - sum
        if rest < 0 or sum < used or N[k + 6] < 0 or cap == 0 then return end
        local shares = N[k + 7]
        if shares > 0 and sum >= cap / 10000 * match(ARGV[shares], '^%d+') then return end
        value[cell] = sum
        local ratio = rest / cap
        if ratio < share then tight, left, of, share = (k - first) / 8 + 1, rest, cap, ratio end
      end
      local key = KEYS[3 + hashes + i]
      if seen[key] then return end
      seen[key] = true
      out[3 * i - 2], out[3 * i - 1], out[3 * i] = tight, left, of
      entries[2 * i - 1], entries[2 * i] = key, ARGV[2 + steers + i]
      held[2 * i - 1], held[2 * i] = deadline, key
      q = last
    end
    local seq = pcall('XADD', KEYS[1], ARGV[1] .. '*', 'at', at, entries[1], entries[2])
    if type(seq) == 'table' then return end
    local base = seq:match('%d+$') - 1
    call('XADD', KEYS[1], ARGV[1] .. format('%d', base + ops), 'at', at, unpack(entries, 3))
    for t = 1, count do
      local k = touched[t]
      call('HINCRBY', KEYS[3 + N[k]], FIELD[N[k + 2]] or ARGV[-N[k + 2]], delta[N[k + 1]])
    end
    if fresh then expireNew(fresh) end
    for i = 1, ops do
      entries[2 * i] = 'H' .. held[2 * i - 1] .. ' ' .. ARGV[1]
        .. format('%d %s %d %d %d\n', base + i, at, out[3 * i - 2], out[3 * i - 1], out[3 * i])
        .. entries[2 * i]
    end
    call('MSET', unpack(entries))
    call('ZADD', KEYS[3], unpack(held))
    out[3 * ops + 1], out[3 * ops + 2] = now, ARGV[1] .. format('%d', base + ops)
    return out
  end
  local answer = reserveAll()
  if answer then return answer end
end
