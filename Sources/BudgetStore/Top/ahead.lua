-- Adds to one ranking what the pieces on their way have for it, ahead of all others: it alone is asked
-- for. They stay in the list for the others; how many of them this one has is noted in the same
-- step, so that whoever takes them in (rollup.lua) passes it over.
--
-- KEYS  1 the list, 2 the hash of what is ahead of it: by a ranking's key how many pieces it has, both
--       counted from when the list was empty, as is what was taken off since (by the empty name),
--       3 the ranking
-- ARGV  1 its field as pieces spell it, 2 its window's id, 3 its measure's place, 4 how long the set is
--       kept, 5 how long it may take, in microseconds
-- Answer: how many pieces it lacks still, or the error for which nothing was done.
local call, pcall = redis.call, redis.pcall
local function clock()
  local time = call('TIME')
  return time[1] * 1000000 + time[2]
end
local start = clock()
local length, marks = pcall('LLEN', KEYS[1]), pcall('HMGET', KEYS[2], '', KEYS[3])
local scores = pcall('ZMSCORE', KEYS[3], '')
if type(length) == 'table' then return length.err end
if marks.err then return marks.err end
if scores.err then return scores.err end

local off = tonumber(marks[1] or 0)
local place = math.max(tonumber(marks[2] or 0) - off, 0)
local from = place
local amount = ('%S+ '):rep(ARGV[3] - 1) .. '(%S+)'
while place < length and (place == from or clock() - start < tonumber(ARGV[5])) do
  local names, sums, last = {}, {}, math.min(place + 16, length)
  for i = place, last - 1 do
    local piece = call('LINDEX', KEYS[1], i)
    local stop = piece:find('\n', 1, true) or #piece + 1
    local field, windows = piece:sub(1, stop - 1):match('^[^\t]*\t[^\t]*\t([^\t]*)(.*)$')
    if field == ARGV[1] and windows:find('\t' .. ARGV[2] .. '\t', 1, true) then
      for row in piece:sub(stop):gmatch('\n([^\n]*)') do
        local tab = row:find('\t', 1, true)
        local spent = tab and row:match(amount)
        if spent and spent ~= '0' then
          local name = row:sub(tab + 1)
          if not sums[name] then names[#names + 1] = name end
          sums[name] = (sums[name] or 0) + spent
        end
      end
    end
  end
  if names[1] then
    local scores, pairs = call('ZMSCORE', KEYS[3], unpack(names)), {}
    for n, name in ipairs(names) do
      pairs[2 * n - 1], pairs[2 * n] = ('%.17g'):format((scores[n] or 0) + sums[name]), name
    end
    call('ZADD', KEYS[3], unpack(pairs))
  end
  place = last
end
if place > from then
  call('HSET', KEYS[2], '', off, KEYS[3], off + place)
  call('PEXPIRE', KEYS[3], ARGV[4], 'NX')
end
return length - place
