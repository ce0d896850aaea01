-- What is set, or was done, as of the newest entry: one step, so that neither is of another moment.
--
-- KEYS  1 journal, 2 what is read
-- ARGV  1 now (0: ask the clock), 2 the command, then its arguments behind the key
-- Answer: the clock, the newest sequence, the command's answer.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
return {now, newest and newest[1] or '0-0', redis.call(ARGV[2], KEYS[2], unpack(ARGV, 3))}
