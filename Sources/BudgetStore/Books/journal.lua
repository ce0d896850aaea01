-- One page of a tenant's journal, whole steps, read at one moment.
--
-- KEYS  1 journal
-- ARGV  1 where to begin, as XRANGE takes it, 2 how many lines are enough
-- Answer: the clock, the newest sequence, 1 where older entries are gone, the entries, and 1
-- where there may be more. An entry of the stream is a step; its lines are key and text in turn.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
if not newest then return {now, '0-0', 0, {}, 0} end
local about, info = redis.call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #about, 2 do info[about[i]] = about[i + 1] end
local steps, lines, start, enough = {}, 0, ARGV[1], tonumber(ARGV[2])
local more = 0
repeat
  local read = redis.call('XRANGE', KEYS[1], start, '+', 'COUNT', '32')
  for _, step in ipairs(read) do
    if lines >= enough then break end
    steps[#steps + 1] = step
    lines = lines + #step[2] / 2 - 1
    start = '(' .. step[1]
  end
  more = (lines >= enough or #read == 32) and 1 or 0
until more == 0 or lines >= enough
return {now, newest[1], info['entries-added'] ~= info['length'] and 1 or 0, steps, more}
