-- Adds pieces at the head of the list to the rankings, and takes them off: each in a step of its
-- own as far as rankings go, all within this call. Whoever read the same head finds another one, and
-- adds nothing. The first is taken in always; those behind it while they are for the same sets and
-- time is left.
--
-- KEYS  1 the cursor's hash, 2 the list, 3 the hash of what is ahead of it (ahead.lua), 4… sorted
--       sets: for each window one a measure
-- ARGV  1 the first piece's head, 2 how long it may take, in microseconds, 3… how long each window's
--       sets are kept
-- A piece is its head (RollupPiece), then a line a name, each name once: an amount for each measure,
-- a tab and the name.
-- Answer: {the head of the piece that is the next now, or nothing}; with an error behind it where a
-- set took nothing: the others have theirs, and the lines count as missed. Or {false, error} for
-- which nothing was done.
-- Of a set all names are read at once and written at once: a ZINCRBY for each takes longer, the more
-- so where all that is written goes to disk.
local call, pcall = redis.call, redis.pcall
local missed, piece = pcall('HGET', KEYS[1], 'missed'), pcall('LINDEX', KEYS[2], '0')
local ahead = pcall('HGETALL', KEYS[3])
if type(missed) == 'table' then return {false, missed.err} end
if ahead.err then return {false, ahead.err} end
if type(piece) == 'table' then return {false, piece.err} end
if not piece then return {''} end
local function headOf(piece) return piece:sub(1, (piece:find('\n', 1, true) or 0) - 1) end
if headOf(piece) ~= ARGV[1] then return {headOf(piece)} end

local function clock()
  local time = call('TIME')
  return time[1] * 1000000 + time[2]
end
local start, fault = clock(), nil
local windows = #ARGV - 2
local measures = (#KEYS - 3) / windows
local done, taken = {}, 0
for i = 1, #ahead, 2 do done[ahead[i]] = tonumber(ahead[i + 1]) end

-- Of each measure who spent of it, and how much.
local function rows(piece)
  local names, amounts = {}, {}
  for m = 1, measures do names[m], amounts[m] = {}, {} end
  for row in piece:gmatch('\n([^\n]*)') do
    local tab, m = row:find('\t', 1, true), 0
    local name = tab and row:sub(tab + 1)
    for amount in (tab and row:sub(1, tab - 1) or ''):gmatch('%S+') do
      m = m + 1
      if amount ~= '0' and m <= measures then
        local place = #names[m] + 1
        names[m][place], amounts[m][place] = name, amount
      end
    end
  end
  return names, amounts
end

local function write(key, names, amounts)
  local scores = pcall('ZMSCORE', key, unpack(names))
  if scores.err then return scores.err end
  local sums = {}
  for n, name in ipairs(names) do
    local score = scores[n]
    sums[2 * n - 1] = score and ('%.17g'):format(score + amounts[n]) or amounts[n]
    sums[2 * n] = name
  end
  local done = pcall('ZADD', key, unpack(sums))
  return type(done) == 'table' and done.err or nil
end

local function take(piece)
  if windows == 0 then return end
  local names, amounts = rows(piece)
  for k = 4, #KEYS do
    local m = (k - 4) % measures + 1
    local isDone = (done[KEYS[k]] or 0) > (done[''] or 0) + taken
    local broken = not isDone and names[m][1] and write(KEYS[k], names[m], amounts[m])
    if broken then
      fault = broken
      call('HSET', KEYS[1], 'missed', piece:match('^[^\t]*\t([^\t]*)'))
    end
  end
end

local sets, next = ARGV[1]:match('^[^\t]*\t[^\t]*(.*)$'), nil
repeat
  call('LPOP', KEYS[2])
  take(piece)
  taken = taken + 1
  piece = call('LINDEX', KEYS[2], '0')
  next = piece and headOf(piece) or ''
until next:match('^[^\t]*\t[^\t]*(.*)$') ~= sets or clock() - start >= tonumber(ARGV[2])
if ahead[1] then
  if piece then call('HINCRBY', KEYS[3], '', taken) else call('DEL', KEYS[3]) end
end
for k = 4, windows > 0 and #KEYS or 3 do
  pcall('PEXPIRE', KEYS[k], ARGV[3 + math.floor((k - 4) / measures)], 'NX')
end
return {next, fault}
