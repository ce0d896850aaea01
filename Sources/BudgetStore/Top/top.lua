-- The head of a ranking, as of the last entry that is in it.
--
-- KEYS  1 the cursor's hash, 2 the ranking
-- ARGV  1 how many at most, 2 now (0: ask the clock)
-- Answer: the clock, the cursor, the moment up to which entries were missed (or nothing), names and
-- values in turn; or the error that was met.
local now = tonumber(ARGV[2])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local state = redis.pcall('HMGET', KEYS[1], 'seq', 'missed')
if state.err then return state.err end
local rows = redis.pcall(
  'ZREVRANGEBYSCORE', KEYS[2], '+inf', '(0', 'WITHSCORES', 'LIMIT', '0', ARGV[1])
if rows.err then return rows.err end
return {now, state[1] or '0-0', state[2] or '', rows}
