-- Thresholds: a limit's shares of its cap, each warned of once in a window. The hash remembers the
-- largest one that was; a rolling window or a bucket that fell below the smallest begins anew.
-- The entry that passed one says so in a line of its own: W, the share, the counter, its hash.

-- What a limit has warned of: `share`, in 1/10000 of the cap, 0 where it has not.
local function thresholdOf(q)
  local key, name = KEYS[3 + N[q]], 'w:' .. format('%d', math.abs(N[q + 6]))
  local known = warned[key .. name]
  if known then return known end
  local isNew = life[N[q]] == 'begun'
  local read = not isNew and pcall('HGET', key, name)
  local share = type(read) == 'string' and tonumber(read) or 0
  known = {key = key, name = name, share = share}
  warned[key .. name] = known
  return known
end

-- Adds to an answer which thresholds the limits have passed now.
local function warnings(first, last, answer)
  for q = first, last, 8 do
    if N[q + 7] > 0 then
      local bucket, unit = buckets[N[q + 1]], capOf[q] / 10000
      local used = bucket and bucket.level / bucket.period or value[N[q + 1]]
      local threshold, lowest = thresholdOf(q), nil
      for text in string.gmatch(ARGV[N[q + 7]], '%d+') do
        local share = tonumber(text)
        lowest = lowest or share
        if used >= unit * share and share > threshold.share then
          answer[#answer + 1], answer[#answer + 2] = (q - first) / 8 + 1, share
          threshold.share, threshold.isDirty = share, true
          entries[#entries] = entries[#entries] .. '\nW ' .. text .. ' ' .. nameOf(N[q + 2])
            .. ' ' .. KEYS[3 + N[q]]
        end
      end
      if N[5 + N[q] * 2] < -2 and threshold.share > 0 and used < unit * lowest then
        threshold.share, threshold.isDirty = 0, true
      end
    end
  end
  return answer
end
