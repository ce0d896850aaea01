-- What names spent in some windows, as of the last entry that is in their rankings. It stands behind
-- rankings.lua.
--
-- KEYS  3… the rankings
-- ARGV  1 how many names at most, 3 the name that is asked for (absent: those who spent most, looked
--       for among the largest of each window: of twice as many, who spent most where they are among
--       those, every window's value is read)
-- Answer: the clock, the cursor, the moment up to which entries were missed (or nothing), how many
-- pieces are on their way, for each name {name, a score for each ranking}; or the error that was
-- met.
local function bySum(sums)
  return function(a, b)
    if sums[a] ~= sums[b] then return sums[a] > sums[b] end
    return a < b
  end
end

local names, sums = {ARGV[3]}, {}
for k = 3, ARGV[3] and 2 or #KEYS do
  local found = pcall(
    'ZREVRANGEBYSCORE', KEYS[k], '+inf', '(0', 'WITHSCORES', 'LIMIT', '0', ARGV[1])
  if found.err then return found.err end
  for i = 1, #found, 2 do
    local name = found[i]
    if not sums[name] then names[#names + 1] = name end
    sums[name] = (sums[name] or 0) + found[i + 1]
  end
end
table.sort(names, bySum(sums))
for n = #names, 2 * ARGV[1] + 1, -1 do names[n] = nil end
local rows = {}
for n, name in ipairs(names) do rows[n], sums[name] = {name}, 0 end
for k = 3, #names > 0 and #KEYS or 2 do
  local scores = pcall('ZMSCORE', KEYS[k], unpack(names))
  if scores.err then return scores.err end
  for n, row in ipairs(rows) do
    row[k - 1], sums[row[1]] = scores[n] or '0', sums[row[1]] + (scores[n] or 0)
  end
end
local isBefore = bySum(sums)
table.sort(rows, function(a, b) return isBefore(a[1], b[1]) end)
for n = #rows, ARGV[1] + 1, -1 do rows[n] = nil end
return {now, state[1] or '0-0', state[2] or '', waiting, rows}
