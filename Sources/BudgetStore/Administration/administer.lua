-- One act of an administrator: the change, its journal entry and its audit entry in one step. It
-- stands behind correct.lua and steering.lua.
--
-- KEYS  1 journal, 2 steering, 3 audit, 4 the act's record, 5 the hash (reset, correct),
--       or the record of a reservation that is to be held again, and 6 the holds (correct)
-- ARGV  1 epoch and '-', 2 now (0: ask the clock), 3 body's digest, 4 how long the record is kept,
--       5 actor, 6 reason, 7 action, 8 scope, 9 limit, 10 measure, 11 identity, 12 amount,
--       13 until (empty: without end), 14 counter (reset) or how many grants there may be (grant);
--       of a policy 12 and 13 are the digests before and after; of a correction 12 are the
--       changes (field, found, expected and short in turn), 13 the entry as of which they were
--       found, 14 how long a missing hash is kept;
--       15 what was warned of (reset), 16 the limit's name, escaped
-- Answers {sequence, now, before, after, measure}, and 1 behind where it was done before, or 0 where the key stands for another act, or -1 where what is to be corrected is no
-- more, -2 where no override has the name, -3 where there are as many grants already, or one text,
-- the fault for which nothing was done. Before and after are 'S' or '-', an override as the steering
-- hash has it (cap:until:amount,until;…), what is spent, counters, or digests. A policy's change is
-- the daemon's; here it is entered.
--
-- An audit entry holds the hash of the one before it with its own content, so that a line that
-- was changed or taken out is found.
local now = tonumber(ARGV[2])
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local at, action, identity = format('%d', now), ARGV[7], ARGV[11]

local known = pcall('HGETALL', KEYS[4])
if known.err then return fault(known, KEYS[4]) end
if #known > 0 then
  local record = {}
  for i = 1, #known, 2 do record[known[i]] = known[i + 1] end
  if record.digest ~= ARGV[3] then return 0 end
  local measure = record.measure or ''
  return {record.seq, tonumber(record.at), record.before, record.after, measure, 1}
end

local newest = pcall('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')
if newest.err then return fault(newest, KEYS[1]) end
local epoch, number = (newest[1] and newest[1][1] or '0-0'):match('^(%d+)-(%d+)$')
local own = tonumber(ARGV[1]:match('%d+'))
if tonumber(epoch) > own then return 'EPOCH the journal is at epoch ' .. epoch end
local seq = ARGV[1] .. format('%d', (tonumber(epoch) == own and tonumber(number) or 0) + 1)
local last = pcall('XREVRANGE', KEYS[3], '+', '-', 'COUNT', '1')
if last.err then return fault(last, KEYS[3]) end

-- The steering of the scope. An override that is taken back may be named by its limit's name alone,
-- and is where it was set before the limit of that name became another one.
local steer = pcall('HGET', KEYS[2], ARGV[8])
if type(steer) == 'table' then return fault(steer, KEYS[2]) end
local measure, name, place = ARGV[10], ARGV[16], nil
local mark, overrides = readSteering(steer or '-', now)
for o = 1, #overrides do
  if overrides[o][1] == identity then place = o end
end
for o = 1, not place and action == 'unset' and #overrides or 0 do
  if overrides[o][5]:match('=(.*)$') == name then place = o end
end
if place and overrides[place][1] ~= identity then
  identity, measure = overrides[place][1], overrides[place][5]:match('^[^=]*')
elseif action == 'unset' and identity == '' then
  return -2
elseif identity ~= '' and not place then
  place = #overrides + 1
  overrides[place] = {identity, '', '', {}, measure .. '=' .. name}
end

local key, text, before, after, made = KEYS[4], 'A\t' .. action, nil, nil, nil
local slots, spent, used, over, isRolling, oldest = {}, 0, 0, 0, false, nil
if action == 'suspend' or action == 'resume' then
  before, after = mark, action == 'suspend' and 'S' or '-'
  mark = after
elseif action == 'reset' then
  local hash = pcall('HGETALL', KEYS[5])
  if hash.err then return fault(hash, KEYS[5]) end
  local counter, width, left = ARGV[14], KEYS[5]:match(':R(%d+)$'), 0
  local fields = {}
  isRolling = width
  for i = 1, #hash, 2 do
    fields[hash[i]] = hash[i + 1]
    local name, slot = hash[i]:match('^r:([^:]*):(%d+)$')
    if name and name ~= counter then
      oldest = oldest and math.min(oldest, slot) or tonumber(slot)
    elseif name or hash[i]:match('^t:([^:]*):') == counter then
      slots[#slots + 1] = hash[i]
      if name and tonumber(slot) < math.floor(now * 60 / width) - 60 then
        local amount = integer(hash[i + 1])
        if not amount then return 'ERR no whole number in ' .. KEYS[5] end
        left = left + amount
      end
    end
  end
  local rate, period = KEYS[5]:match(':B(%d+)/(%d+)$')
  if rate then
    local level, when = (fields['u:' .. counter] or '0 0'):match('^(%d+) (%d+)$')
    level, when = level and natural(level), when and natural(when)
    if not level or not when then return 'ERR no level in ' .. KEYS[5] end
    level = math.max(0, level - math.max(0, now - when) * rate)
    slots[#slots + 1] = 'u:' .. counter
    before = format('%d', math.ceil(level / period))
  else
    spent, used = natural(fields['s:' .. counter]), natural(fields['u:' .. counter])
    over = natural(fields['x:' .. counter])
    if not spent or not used or not over then return 'ERR no whole number in ' .. KEYS[5] end
    before = format('%d', spent - left)
  end
  -- What was warned of may come again.
  slots[#slots + 1] = ARGV[15]
  after, key, text = '0', KEYS[5], 'Q ' .. counter .. ' ' .. before
elseif action == 'correct' then
  local why
  if KEYS[6] then
    made, why = reopening(KEYS[1], KEYS[6], KEYS[5], ARGV[12])
  elseif KEYS[5]:find('}:top:', 1, true) then
    made, why = ranking(KEYS[5], ARGV[12])
  else
    made, why = correction(KEYS[5], ARGV[12], ARGV[13])
  end
  if not made then return why end
  key, text, before, after = KEYS[5], made.text, made.before, made.after
elseif action == 'policy' then
  before, after = ARGV[12], ARGV[13]
else
  local one = overrides[place]
  before = spelled(one)
  one[5] = measure .. '=' .. name
  if action == 'set' then
    one[2], one[3] = ARGV[12], ARGV[13]
  elseif action == 'grant' then
    if #one[4] >= tonumber(ARGV[14]) then return -3 end
    one[4][#one[4] + 1] = ARGV[12] .. ',' .. ARGV[13]
  else
    one[2], one[3], one[4] = '', '', {}
  end
  after = spelled(one)
end

local entry = {
  'at', at, 'actor', ARGV[5], 'action', action, 'scope', ARGV[8], 'limit', ARGV[9],
  'measure', measure, 'identity', identity, 'before', before, 'after', after, 'reason', ARGV[6],
}
local past = last[1] and last[1][2] or {}
local chain = redis.sha1hex((past[#past] or '') .. '\n' .. seq .. '\n' .. table.concat(entry, '\n'))
local done = pcall('XADD', KEYS[1], seq, 'at', at, key, text)
if type(done) == 'table' then return done.err end
entry[#entry + 1], entry[#entry + 2] = 'chain', chain
call('XADD', KEYS[3], seq, unpack(entry))
if action == 'reset' then
  if spent > 0 then
    -- What is used above 2^53 goes first, as everywhere.
    local beyond = math.min(over, spent)
    if beyond > 0 then call('HINCRBY', KEYS[5], 'x:' .. ARGV[14], format('%d', -beyond)) end
    call('HINCRBY', KEYS[5], 'u:' .. ARGV[14], format('%d', -math.min(used, spent - beyond)))
    call('HSET', KEYS[5], 's:' .. ARGV[14], '0')
  end
  for s = 1, #slots do call('HDEL', KEYS[5], slots[s]) end
  if isRolling and oldest then
    call('HSET', KEYS[5], 'oldest', format('%d', oldest))
  elseif isRolling then
    call('HDEL', KEYS[5], 'oldest')
  end
  -- A charge from before is not taken back from what it is no longer in.
  if call('EXISTS', KEYS[5]) == 1 then call('HSET', KEYS[5], 'q:' .. ARGV[14], seq) end
elseif KEYS[6] then
  for w = 1, #made.writes do call(unpack(made.writes[w])) end
elseif made then
  writeCorrection(KEYS[5], made, seq, ARGV[14])
elseif action ~= 'policy' then
  writeSteering(KEYS[2], ARGV[8], mark, overrides)
end
call('HSET', KEYS[4], 'digest', ARGV[3], 'seq', seq, 'at', at, 'before', before, 'after', after,
  'measure', measure)
call('PEXPIRE', KEYS[4], ARGV[4])
return {seq, now, before, after, measure}
