-- The head of a ranking, as of the last entry that is in it.
--
-- KEYS  1 the cursor's hash, 2 the ranking, 3 the list of what is on its way into the rankings
-- ARGV  1 how many at most, 2 now (0: ask the clock), 3 the highest value, as Redis spells a range
-- Answer: the clock, the cursor, the moment up to which entries were missed (or nothing), how many
-- pieces are on their way, names and values in turn; or the error that was met.
local call, pcall = redis.call, redis.pcall
local now = tonumber(ARGV[2])
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local state, waiting = pcall('HMGET', KEYS[1], 'seq', 'missed'), pcall('LLEN', KEYS[3])
if state.err then return state.err end
if type(waiting) == 'table' then return waiting.err end
local rows = pcall(
  'ZREVRANGEBYSCORE', KEYS[2], ARGV[3], '(0', 'WITHSCORES', 'LIMIT', '0', ARGV[1])
if rows.err then return rows.err end
return {now, state[1] or '0-0', state[2] or '', waiting, rows}
