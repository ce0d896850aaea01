-- Lines of a tenant's journal, read backwards at one moment: those that may be wanted.
--
-- KEYS  1 journal
-- ARGV  1 where to begin, as XREVRANGE takes it, 2 how many steps are looked at, 3… what a call's
--       text has in it when it is wanted
-- Answer: the clock, the newest sequence, 1 where older entries are gone, the lines, the newest
-- first, each {sequence, its step's first one, time, key, text}, the first sequence of the oldest
-- step that was looked at (empty: there was none) with its time, and 1 where there may be older
-- ones. What an administrator did (A, Q, K) and what ends or prolongs a hold (R, E, X) does not say
-- whose it is, so it is always among them.
local call, format = redis.call, string.format
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
if not newest then return {now, '0-0', 0, {}, '', 0, 0} end
local about, info = call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #about, 2 do info[about[i]] = about[i + 1] end

local function isWanted(text)
  if #ARGV == 2 or text:find('^[AQKREX]') then return true end
  for i = 3, #ARGV do
    if not text:find(ARGV[i], 1, true) then return false end
  end
  return true
end

-- A step's id is the number of its last line.
local read, lines = call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2]), {}
local first, at = '', 0
for _, step in ipairs(read) do
  local fields = step[2]
  local epoch, last = step[1]:match('^(%d+)-(%d+)$')
  first, at = format('%s-%d', epoch, last - #fields / 2 + 2), tonumber(fields[2])
  for i = #fields, 4, -2 do
    if isWanted(fields[i]) then
      local own = format('%s-%d', epoch, last - (#fields - i) / 2)
      lines[#lines + 1] = {own, first, at, fields[i - 1], fields[i]}
    end
  end
end
return {
  now, newest[1], info['entries-added'] ~= info['length'] and 1 or 0, lines, first, at,
  #read == tonumber(ARGV[2]) and 1 or 0,
}
