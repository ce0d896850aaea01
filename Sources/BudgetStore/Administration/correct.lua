-- Corrections: counters set back to what the ledger's entries say, and reservations that they have
-- open held again. This is the first part of administer.lua, which writes the entry.
--
-- What was found and what the entries add up to came as of an entry; here the difference is
-- applied, so that whatever was decided since stays in the counter. Where the counter was set to
-- nothing, begun anew or corrected since, the difference is of something that is no more: then
-- nothing is done. A text that is no number is replaced only where it is still the one that was
-- found, since nothing could be added to it meanwhile.
local call, pcall, format = redis.call, redis.pcall, string.format
local MAX = 9007199254740991

-- The error that a look at a key met, and at which; nothing where it met none.
local function fault(read, key) return read.err and read.err .. ' (' .. key .. ')' end

-- The whole number that a text from Redis is, where it is written as Redis writes one and exact.
local function integer(text)
  local number = (text == '0' or text:find('^%-?[1-9]%d*$')) and tonumber(text)
  return number and math.abs(number) <= MAX and number or nil
end

-- The same where it is not below 0, and where there is none 0.
local function natural(text)
  local number = integer(text or '0')
  return number and number >= 0 and number or nil
end

-- Whether a mark names an entry behind another one.
local function isBehind(mark, entry)
  local epoch, number = mark:match('^(%d+)-(%d+)$')
  local own, ordinal = entry:match('^(%d+)-(%d+)$')
  return not epoch or epoch + 0 > own + 0 or epoch == own and number + 0 > ordinal + 0
end

-- Whether as much is used as is spent in a window's counters, by what is there and what is to be.
local function addsUp(key, fields, new)
  for name in pairs(key:find('}:w:', 1, true) and new or {}) do
    local counter, kind = name:sub(3), name:sub(1, 2)
    if kind == 'u:' or kind == 's:' then
      local function of(letter)
        return new[letter .. counter] or integer(fields[letter .. counter] or '0') or 0
      end
      if of('u:') + of('x:') < of('s:') then return false end
    end
  end
  return true
end

-- What a correction comes to; or nil and the error, or -1 where it is of something that is no more.
-- The entry: K, then for each field its name, what it was, what it is, and what the ledger was
-- short of.
local function correction(key, changes, asOf)
  local hash, fields, new = pcall('HGETALL', key), {}, {}
  if hash.err then return nil, fault(hash, key) end
  for i = 1, #hash, 2 do
    local name = hash[i]
    fields[name] = hash[i + 1]
    local isMark = name == 'born' or name == 'corrected' or name:sub(1, 2) == 'q:'
    if isMark and isBehind(hash[i + 1], asOf) then return nil, -1 end
  end
  local made = {writes = {}, text = 'K', before = {}, after = {}}
  for name, found, expected, short in changes:gmatch('(%S+) (%S+) (%S+) (%S+)') do
    if (found == '-') ~= (#hash == 0) then return nil, -1 end
    local have, was = integer(fields[name] or '0'), integer(found == '-' and '0' or found)
    -- A slot may be below 0: what was spent in it may be taken back.
    local to, least = tonumber(expected), name:sub(1, 2) == 'r:' and -MAX or 0
    local plain = found:gsub('%%(%x%x)', function(hex) return string.char(tonumber(hex, 16)) end)
    if name == 'flagged' then
      -- No number, though it is written as one: it is there or not.
      if fields[name] ~= plain or to ~= 0 then return nil, -1 end
      have, made.writes[#made.writes + 1] = nil, {'HDEL', key, name}
    elseif have and was then
      to = have + to - was
      made.writes[#made.writes + 1] = {'HINCRBY', key, name, format('%d', to - have)}
    else
      if was or fields[name] ~= plain then return nil, -1 end
      made.writes[#made.writes + 1] = {'HSET', key, name, format('%d', to)}
    end
    if to < least or to > MAX or new[name] then return nil, -1 end
    new[name] = to
    local from, now = have and format('%d', have) or found, format('%d', to)
    made.text = made.text .. ' ' .. name .. ' ' .. from .. ' ' .. now .. ' ' .. short
    made.before[#made.before + 1] = name .. ' ' .. from
    made.after[#made.after + 1] = name .. ' ' .. now
  end
  if not addsUp(key, fields, new) then return nil, -1 end
  if key:find(':R%d+$') then
    for name in pairs(fields) do new[name] = true end
    local oldest
    for name in pairs(new) do
      local slot = tonumber(name:match('^r:[^:]*:(%d+)$') or '')
      oldest = slot and math.min(oldest or slot, slot) or oldest
    end
    made.writes[#made.writes + 1] = oldest and {'HSET', key, 'oldest', format('%d', oldest)}
  end
  local what = (key:match('}:w:[^:]*:(.*)$') or 'run') .. ' '
  made.before = what .. table.concat(made.before, ', ')
  made.after = what .. table.concat(made.after, ', ')
  return made
end

-- What it comes to that names in a ranking have what the entries add up to, as above. Each has to be
-- as it was found: then whatever was added meanwhile came to nothing. '-' is found of a name that is
-- not there.
local function ranking(key, changes)
  local made = {writes = {}, text = 'K', before = {}, after = {}, isRanking = true}
  for name, found, expected in changes:gmatch('(%S+) (%S+) (%S+) %S+') do
    local plain = name:gsub('%%(%x%x)', function(hex) return string.char(tonumber(hex, 16)) end)
    local scores = pcall('ZMSCORE', key, plain)
    if scores.err then return nil, fault(scores, key) end
    if (scores[1] or '-') ~= found or not integer(expected) then return nil, -1 end
    made.writes[#made.writes + 1] = {'ZADD', key, expected, plain}
    made.text = made.text .. ' ' .. name .. ' ' .. found .. ' ' .. expected .. ' 0'
    made.before[#made.before + 1] = name .. ' ' .. found
    made.after[#made.after + 1] = name .. ' ' .. expected
  end
  local what = key:match('}:(top:.*)$') .. ' '
  made.before = what .. table.concat(made.before, ', ')
  made.after = what .. table.concat(made.after, ', ')
  return made
end

-- Writes it to a hash or a ranking; one that was missing is kept for `keep` milliseconds, for ever
-- where that is empty.
local function writeCorrection(key, made, seq, keep)
  -- First, so that the hash never is without a field, and its expiry stays.
  if not made.isRanking then call('HSET', key, 'corrected', seq) end
  for w = 1, #made.writes do call(unpack(made.writes[w])) end
  if keep ~= '' then call('PEXPIRE', key, keep, 'NX') end
end

-- What it comes to that a reservation is held again, which the line of that number made, until that
-- deadline: its record is gone or says something else, or it is among no holds, so that nothing would
-- ever end it. What is among the holds until then has not ended, whatever its record says.
local function reopening(journal, holds, key, changes)
  local line, deadline = changes:match('^held %- (%d+) 0 deadline %- (%d+) 0$')
  if not line then return nil, -1 end
  local epoch, number = math.floor(line / 2 ^ 40), line % 2 ^ 40
  local made = format('%d-%d', epoch, number)
  local known, steps = pcall('GET', key), pcall('XRANGE', journal, made, '+', 'COUNT', '1')
  if type(known) == 'table' then return nil, fault(known, key) end
  if steps.err then return nil, fault(steps, journal) end
  -- A step's entry has the number of its last line.
  local step = steps[1] or {'0-0', {}}
  local own, last = step[1]:match('^(%d+)-(%d+)$')
  local place = #step[2] / 2 - 1 - (last - number)
  local text = own + 0 == epoch and step[2][2 * place + 1] == key and step[2][2 * place + 2]
  if not text or text:sub(1, 1) ~= 'H' then return nil, -1 end
  local scores = pcall('ZMSCORE', holds, key)
  if scores.err then return nil, fault(scores, holds) end
  local isHeld, head = scores[1] == deadline, format('H%s %s %s ', deadline, made, step[2][2])
  local rest = '\n' .. text:match('^[^\n]*')
  local isWhole = known and known:sub(1, #head) == head and known:sub(-#rest) == rest
    and known:find('^[^\n]*\n[^\n]*$')
  local writes = {{'ZADD', holds, deadline, key}}
  if not known or isHeld and not isWhole then
    writes[2] = {'SET', key, head .. '0 0 1' .. rest}
  elseif isHeld or not isWhole then
    return nil, -1
  end
  return {
    writes = writes, text = 'K ' .. changes, before = 'reservation held -, deadline -',
    after = 'reservation held ' .. line .. ', deadline ' .. deadline,
  }
end
