-- One page of a tenant's holds, read at one moment.
--
-- KEYS  1 journal, 2 holds
-- ARGV  1 the scan's cursor, 2 about how many, 3 how records' keys begin
-- Answer: the clock, the newest sequence, the next cursor, of each hold its record's key, its deadline
-- and what the record says (empty: nothing that can be read); a key of another type than belongs
-- there. Only keys of records are read, whatever is among the holds; nothing is written.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
local read = redis.pcall('ZSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local other = read.err and KEYS[2] or ''
if read.err then read = {'0', {}} end
local holds = {}
for i = 1, #read[2], 2 do
  local key = read[2][i]
  local record = key:sub(1, #ARGV[3]) == ARGV[3] and redis.pcall('GET', key)
  if type(record) ~= 'string' then record = '' end
  local n = #holds
  holds[n + 1], holds[n + 2], holds[n + 3] = key, read[2][i + 1], record
end
return {now, newest and newest[1] or '0-0', read[1], holds, other}
