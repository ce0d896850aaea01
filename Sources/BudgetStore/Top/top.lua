-- The head of a ranking, as of the last entry that is in it. It stands behind rankings.lua.
--
-- KEYS  3 the ranking, 4 the hash of what is ahead of the list (ahead.lua)
-- ARGV  1 how many at most, 3 the highest value, as Redis spells a range
-- Answer: the clock, the cursor, the moment up to which entries were missed (or nothing), how many
-- pieces are on their way to it, names and values in turn; or the error that was met.
local rows = pcall(
  'ZREVRANGEBYSCORE', KEYS[3], ARGV[3], '(0', 'WITHSCORES', 'LIMIT', '0', ARGV[1])
if rows.err then return rows.err end
if waiting > 0 then
  local marks = pcall('HMGET', KEYS[4], '', KEYS[3])
  if marks.err then return marks.err end
  waiting = waiting - math.max(tonumber(marks[2] or 0) - tonumber(marks[1] or 0), 0)
end
return {now, state[1] or '0-0', state[2] or '', waiting, rows}
