-- One page of what is counted beside a tenant's journal, read at one moment: holds first, then
-- the hashes of windows and runs, what is set, and runs' sorted sets. A scan promises to tell
-- whatever is there from its first page to its last.
--
-- KEYS  1 journal, 2 holds
-- ARGV  1 holds or hashes, 2 the scan's cursor, 3 about how many, 4 the pattern of the tenant's
--       keys, 5 how windows' keys begin, 6 how runs' keys begin, 7 the steering's key
-- Answer: the clock, the newest sequence, the next cursor, what was found: record and deadline in
-- turn, or key and its fields and values in turn; then of each sorted set its key, size and members
-- with their scores, of large ones only those at both ends; then the keys of
-- another type than belongs there.
local ENDS = 32
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
newest = newest and newest[1] or '0-0'
if ARGV[1] == 'holds' then
  local read = redis.call('ZSCAN', KEYS[2], ARGV[2], 'COUNT', ARGV[3])
  return {now, newest, read[1], read[2]}
end
local read = redis.call('SCAN', ARGV[2], 'MATCH', ARGV[4], 'COUNT', ARGV[3])
local found, sets, others = {}, {}, {}
for _, key in ipairs(read[2]) do
  local isRun = key:sub(1, #ARGV[6]) == ARGV[6]
  local isOurs = isRun or key:sub(1, #ARGV[5]) == ARGV[5] or key == ARGV[7]
  local kind = isOurs and redis.call('TYPE', key).ok
  -- Only the sorted sets of runs have a colon behind the run's name.
  local wanted = isRun and key:find(':', #ARGV[6] + 1, true) and 'zset' or 'hash'
  if kind and kind ~= wanted and kind ~= 'none' then
    others[#others + 1] = key
  elseif kind == 'hash' then
    found[#found + 1] = key
    found[#found + 1] = redis.call('HGETALL', key)
  elseif kind == 'zset' then
    local size = redis.call('ZCARD', key)
    local last = size > 2 * ENDS and ENDS - 1 or -1
    local members = redis.call('ZRANGE', key, 0, last, 'WITHSCORES')
    if last > 0 then
      for _, text in ipairs(redis.call('ZRANGE', key, -ENDS, -1, 'WITHSCORES')) do
        members[#members + 1] = text
      end
    end
    sets[#sets + 1] = {key, size, members}
  end
end
return {now, newest, read[1], found, sets, others}
