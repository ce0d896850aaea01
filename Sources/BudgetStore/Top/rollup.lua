-- Adds the piece at the head of the list to the rankings, and takes it off, in one step: whoever
-- read the same head finds another one, and adds nothing.
--
-- KEYS  1 the cursor's hash, 2 the list, 3… sorted sets: for each window one a measure
-- ARGV  1 the piece's head, 2 the moment of its last line, 3… how long each window's sets are
--       kept
-- A piece is its head, which names the sets, then a line a name: an amount for each measure, a tab
-- and the name.
-- Answer: {the head of the piece that is the next now, or nothing}; with an error behind it where a
-- set took nothing: the others have theirs, and the lines count as missed. Or {false, error} for
-- which nothing was done.
local call, pcall = redis.call, redis.pcall
local missed, piece = pcall('HGET', KEYS[1], 'missed'), pcall('LINDEX', KEYS[2], '0')
if type(missed) == 'table' then return {false, missed.err} end
if type(piece) == 'table' then return {false, piece.err} end
if not piece then return {''} end
local head, rows = piece:match('^([^\n]*)\n?(.*)$')
if head ~= ARGV[1] then return {head} end

call('LPOP', KEYS[2])
local windows = #ARGV - 2
local measures, fault, broken = (#KEYS - 2) / windows, nil, {}
for amounts, name in (windows > 0 and rows or ''):gmatch('([%d%- ]+)\t([^\n]*)') do
  local m = 0
  for amount in amounts:gmatch('%S+') do
    m = m + 1
    for k = 2 + m, amount == '0' and 0 or #KEYS, measures do
      local done = not broken[k] and pcall('ZINCRBY', KEYS[k], amount, name)
      if type(done) == 'table' then broken[k], fault = true, done.err end
    end
  end
end
for k = 3, #KEYS do
  pcall('PEXPIRE', KEYS[k], ARGV[3 + math.floor((k - 3) / measures)], 'NX')
end
if fault then call('HSET', KEYS[1], 'missed', ARGV[2]) end
local next = call('LINDEX', KEYS[2], '0')
return {next and next:match('^[^\n]*') or '', fault}
