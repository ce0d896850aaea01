-- What time it is, and how far a tenant's rankings go: the first part of all scripts that read them.
--
-- KEYS  1 the cursor's hash, 2 the list of what is on its way into the rankings
-- ARGV  2 now (0: ask the clock)
-- An error that was met is the whole answer.
local call, pcall = redis.call, redis.pcall
local now = tonumber(ARGV[2])
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local state = pcall('HMGET', KEYS[1], 'seq', 'missed', 'zone', 'since')
local waiting = pcall('LLEN', KEYS[2])
if state.err then return state.err end
if type(waiting) == 'table' then return waiting.err end

