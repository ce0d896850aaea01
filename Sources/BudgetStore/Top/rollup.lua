-- Adds what some lines of the journal spent to the rankings, and moves the cursor over the lines,
-- in one step: whoever read the same lines finds the cursor elsewhere, and adds nothing.
--
-- KEYS  1 the cursor's hash, 2… sorted sets
-- ARGV  1 the cursor behind which the lines stand, 2 the last line's number, 3 a moment up to which
--       entries were missed (empty: none were), 4 the last line's moment; then for each set how
--       long it is kept, how many names follow, and names and amounts in turn
-- Answer: 1, or the cursor where it is elsewhere, or {error} for which nothing was done, or
-- {error, 1} where a set took nothing: the others have theirs, and the lines count as missed.
local call, pcall = redis.call, redis.pcall
local cursor = pcall('HGET', KEYS[1], 'seq')
if type(cursor) == 'table' then return {cursor.err} end
cursor = cursor or ''
if cursor ~= ARGV[1] then return cursor end

call('HSET', KEYS[1], 'seq', ARGV[2])
if ARGV[3] ~= '' then call('HSET', KEYS[1], 'missed', ARGV[3]) end
local place, fault = 5, nil
for k = 2, #KEYS do
  local first = place + 2
  local last = first + 2 * ARGV[place + 1] - 1
  for a = first, last, 2 do
    local done = pcall('ZINCRBY', KEYS[k], ARGV[a + 1], ARGV[a])
    if type(done) == 'table' then
      fault = done.err
      break
    end
  end
  pcall('PEXPIRE', KEYS[k], ARGV[place], 'NX')
  place = last + 1
end
if not fault then return 1 end
call('HSET', KEYS[1], 'missed', ARGV[4])
return {fault, 1}
