-- Some steps of a tenant's journal, read backwards at one moment: those that may be wanted.
--
-- KEYS  1 journal
-- ARGV  1 where to begin, as XREVRANGE takes it, 2 how many steps are looked at, 3… what a call's
--       text has in it when it is wanted
-- Answer: the clock, the newest sequence, 1 where older entries are gone, the steps, the newest
-- first, the id of the oldest that was looked at with its time and its lines, and 1 where there may
-- be older ones. What an administrator did (A, Q, K) and what ends or prolongs a hold (R, E, X)
-- does not say whose it is, so it is always among them.
local call = redis.call
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
if not newest then return {now, '0-0', 0, {}, '', 0, 0, 0} end
local about, info = call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #about, 2 do info[about[i]] = about[i + 1] end

local function isWanted(text)
  if #ARGV == 2 or text:find('^[AQKREX]') then return true end
  for i = 3, #ARGV do
    if not text:find(ARGV[i], 1, true) then return false end
  end
  return true
end

local read, steps = call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2]), {}
for _, step in ipairs(read) do
  local fields = step[2]
  for i = 4, #fields, 2 do
    if isWanted(fields[i]) then
      steps[#steps + 1] = step
      break
    end
  end
end
local oldest = read[#read] or {'', {'at', '0'}}
return {
  now, newest[1], info['entries-added'] ~= info['length'] and 1 or 0, steps, oldest[1],
  tonumber(oldest[2][2]) or 0, #oldest[2] / 2 - 1, #read == tonumber(ARGV[2]) and 1 or 0,
}
