-- What some keys beside a tenant's journal hold, read at one moment: the hashes of windows and runs,
-- what is set, runs' sorted sets, and rankings.
--
-- KEYS  1 journal, 2 the rankings' cursor, 3 the list of what is on its way into them, 4… the keys
-- ARGV  1 how runs' keys begin, 2 how rankings' keys do
-- Answer: the clock, the newest sequence, key and its fields and values in turn; then of each sorted
-- set its key, size and members with their scores, of large ones only those at both ends; of each
-- ranking the same, with all members or, where there are more than is good for one page or some are
-- on their way, none; what the rankings' cursor has; then the keys of another type than belongs there.
local ENDS = 32
local call, pcall = redis.call, redis.pcall
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
local state = pcall('HMGET', KEYS[2], 'seq', 'missed', 'zone', 'since')
local left = pcall('LLEN', KEYS[3]) == 0 and 2000 or -1
local found, sets, rankings, others = {}, {}, {}, {}
for k = 4, #KEYS do
  local key = KEYS[k]
  local isRun, isRanking = key:sub(1, #ARGV[1]) == ARGV[1], key:sub(1, #ARGV[2]) == ARGV[2]
  local kind = call('TYPE', key).ok
  -- Only the sorted sets of runs have a colon behind the run's name.
  local isSet = isRanking or isRun and key:find(':', #ARGV[1] + 1, true)
  local wanted = isSet and 'zset' or key == KEYS[3] and 'list' or 'hash'
  if kind ~= wanted and kind ~= 'none' then
    others[#others + 1] = key
  elseif kind == 'hash' and key ~= KEYS[2] then
    found[#found + 1] = key
    found[#found + 1] = call('HGETALL', key)
  elseif kind == 'zset' then
    local size, members = call('ZCARD', key), {}
    if not isRanking then
      local last = size > 2 * ENDS and ENDS - 1 or -1
      members = call('ZRANGE', key, 0, last, 'WITHSCORES')
      if last > 0 then
        for _, text in ipairs(call('ZRANGE', key, -ENDS, -1, 'WITHSCORES')) do
          members[#members + 1] = text
        end
      end
    elseif size <= left then
      left = left - size
      members = call('ZRANGE', key, 0, -1, 'WITHSCORES')
    end
    local list = isRanking and rankings or sets
    list[#list + 1] = {key, size, members}
  end
end
local rolled = {}
for i = 1, state.err and 0 or 4 do rolled[i] = state[i] or '' end
return {now, newest and newest[1] or '0-0', found, sets, rankings, rolled, others}
