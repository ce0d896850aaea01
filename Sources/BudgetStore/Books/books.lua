-- One page of what is counted beside a tenant's journal, read at one moment: holds first, then
-- the hashes of windows and runs. A scan promises to tell whatever is there from its first page
-- to its last.
--
-- KEYS  1 journal, 2 holds
-- ARGV  1 holds or hashes, 2 the scan's cursor, 3 about how many, 4 the pattern of the tenant's
--       keys, 5 how windows' keys begin, 6 how runs' keys begin
-- Answer: the clock, the newest sequence, the next cursor, what was found: record and deadline in
-- turn, or key and its fields and values in turn.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
newest = newest and newest[1] or '0-0'
if ARGV[1] == 'holds' then
  local read = redis.call('ZSCAN', KEYS[2], ARGV[2], 'COUNT', ARGV[3])
  return {now, newest, read[1], read[2]}
end
local read = redis.call('SCAN', ARGV[2], 'MATCH', ARGV[4], 'COUNT', ARGV[3])
local found = {}
for _, key in ipairs(read[2]) do
  local isOurs = key:sub(1, #ARGV[5]) == ARGV[5] or key:sub(1, #ARGV[6]) == ARGV[6]
  if isOurs and redis.call('TYPE', key).ok == 'hash' then
    found[#found + 1] = key
    found[#found + 1] = redis.call('HGETALL', key)
  end
end
return {now, newest, read[1], found}
