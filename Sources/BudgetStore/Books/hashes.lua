-- What some keys beside a tenant's journal hold, read at one moment: the hashes of windows and runs,
-- what is set, and runs' sorted sets.
--
-- KEYS  1 journal, 2… the keys
-- ARGV  1 how runs' keys begin
-- Answer: the clock, the newest sequence, key and its fields and values in turn; then of each sorted
-- set its key, size and members with their scores, of large ones only those at both ends; then the
-- keys of another type than belongs there.
local ENDS = 32
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
local found, sets, others = {}, {}, {}
for k = 2, #KEYS do
  local key = KEYS[k]
  local isRun = key:sub(1, #ARGV[1]) == ARGV[1]
  local kind = redis.call('TYPE', key).ok
  -- Only the sorted sets of runs have a colon behind the run's name.
  local wanted = isRun and key:find(':', #ARGV[1] + 1, true) and 'zset' or 'hash'
  if kind ~= wanted and kind ~= 'none' then
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
return {now, newest and newest[1] or '0-0', found, sets, others}
