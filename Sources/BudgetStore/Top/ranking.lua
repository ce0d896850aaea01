-- One page of a ranking as it is written, as of the last entry that is in it. It stands behind
-- rankings.lua.
--
-- KEYS  3 the ranking, 4 the journal
-- ARGV  1 about how many, 3 the scan's cursor
-- Answer: the clock, the newest sequence, what the cursor's hash has (seq, missed, zone and since, or
-- nothing), how many pieces are on their way, the next cursor, the set's key, size and members with
-- their scores; or the error that was met.
local newest = pcall('XREVRANGE', KEYS[4], '+', '-', 'COUNT', '1')
local size = pcall('ZCARD', KEYS[3])
local read = pcall('ZSCAN', KEYS[3], ARGV[3], 'COUNT', ARGV[1])
if newest.err or read.err then return newest.err or read.err end
return {
  now, newest[1] and newest[1][1] or '0-0',
  {state[1] or '', state[2] or '', state[3] or '', state[4] or ''}, waiting, read[1],
  {KEYS[3], size, read[2]},
}
