-- One page of a tenant's holds, read at one moment.
--
-- KEYS  1 journal, 2 holds
-- ARGV  1 the scan's cursor, 2 about how many
-- Answer: the clock, the newest sequence, the next cursor, record and deadline in turn; a key of
-- another type than belongs there.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
local read = redis.pcall('ZSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
local other = read.err and KEYS[2] or ''
if read.err then read = {'0', {}} end
return {now, newest and newest[1] or '0-0', read[1], read[2], other}
