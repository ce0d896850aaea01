-- Hands over what some lines of the journal spent, and moves the cursor over the lines, in one
-- step: whoever read the same lines finds the cursor elsewhere, and hands nothing over.
--
-- KEYS  1 the cursor's hash, 2 the list of what is on its way into the rankings
-- ARGV  1 the cursor behind which the lines stand, 2 the last line's number, 3 a moment up to which
--       entries were missed (empty: none were), 4 the time zone whose windows the pieces are of,
--       5 the first line's moment, 6… what the list is to be given, in order
-- Answer: 1, or the cursor where it is elsewhere, or {error} for which nothing was done.
local call, pcall = redis.call, redis.pcall
local cursor, waiting = pcall('HGET', KEYS[1], 'seq'), pcall('LLEN', KEYS[2])
if type(cursor) == 'table' then return {cursor.err} end
if type(waiting) == 'table' then return {waiting.err} end
cursor = cursor or ''
if cursor ~= ARGV[1] then return cursor end

call('HSET', KEYS[1], 'seq', ARGV[2])
if ARGV[3] ~= '' then call('HSET', KEYS[1], 'missed', ARGV[3]) end
-- Windows from that moment on are those of the zone.
if call('HGET', KEYS[1], 'zone') ~= ARGV[4] then
  call('HSET', KEYS[1], 'zone', ARGV[4], 'since', cursor == '' and '0' or ARGV[5])
end
for first = 6, #ARGV, 1000 do
  call('RPUSH', KEYS[2], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
return 1
