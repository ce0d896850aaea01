-- The overlay of the general way: what was read, and what it is to become.

-- The error that a look at a key met, and at which; nothing where it met none.
local function fault(read, key) return read.err and read.err .. ' (' .. key .. ')' end

-- The newest sequence number of this epoch.
local function newest()
  local read = pcall('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')
  if read.err then return {fault(read, KEYS[1])} end
  local epoch, seq = (read[1] and read[1][1] or '0-0'):match('^(%d+)-(%d+)$')
  local own = tonumber(ARGV[1]:match('%d+'))
  if tonumber(epoch) > own then
    return {'EPOCH the journal is at epoch ' .. epoch}
  end
  return tonumber(epoch) == own and tonumber(seq) or 0
end

local base = newest()
if type(base) == 'table' then return base end

-- The general way. A cell is a counter of the overlay, read when it is first asked for; those
-- above MEMBER tell whether a task is a member of its run.
local MEMBER = 100000
local value, delta, dirty, dirtyHash, dirtyField = {}, {}, {}, {}, {}
local fresh, life, born, flagged = {}, {}, {}, {}
local entries, n = {}, 0
local record, recordKeep, ledgers, held, ended = {}, {}, {}, {}, {}
local rolled, buckets, warned = {}, {}, {}
-- Hashes that something is held in for longer, and how long they are kept at least.
local lasting = {}
-- The caps in force, by where a limit stands in the numbers.
local capOf = {}

local function nameOf(field)
  return FIELD[field] or type(field) == 'string' and field or ARGV[-field]
end
local function spentBeside(field) return field > 0 and field + 1 or field - 1 end

-- The whole number that a text from Redis is; nil and an error where it isn't written as Redis
-- writes one, or is not exact.
local function integer(text, hash)
  local number = (text == '0' or find(text, '^%-?[1-9]%d*$')) and tonumber(text)
  if number and math.abs(number) <= MAX then return number end
  return nil, 'ERR no whole number in ' .. KEYS[3 + hash]
end

-- The same where it is not below 0.
local function natural(text, hash)
  local number, why = integer(text, hash)
  if number and number < 0 then return nil, 'ERR below 0 in ' .. KEYS[3 + hash] end
  return number, why
end
