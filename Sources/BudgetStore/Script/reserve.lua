-- One step of one tenant's books: n operations, decided in order, then written at once.
-- This is the first of ten parts of one program; the last one goes through the operations.
--
-- Everything is read first, by pcall, so that a key of the wrong type, or a value that is not as
-- the script writes it, fails the operations that need it and no other; decisions are made on an
-- overlay of what was read; then come the writes, none of which can fail: first the journal,
-- whose id is the sequence number. Amounts arrive as decimal strings, and every sum stays below
-- 2^53.
--
-- A counter is two fields in its window's hash: `u:` used (spent + held) and `s:` spent, so a
-- reservation reads and writes one field a limit. What is used above 2^53 (money that is spent
-- already is never refused) has a third, `x:`, so that no hold is lost from the sum.
--
-- Of several ways that were measured this has the fewest calls; the number of arguments, of bytes
-- in strings and of closures counts too, which is why plain reservations have ways of their own
-- before the general one.
--
-- KEYS  1 journal, 2 steering, 3 holds, then the hashes, then each operation's record
-- ARGV  1 epoch and '-', 2 numbers (msgpack, below), then steering fields, then each
--       operation's text, then further strings that numbers point at
-- numbers: now (0: ask the clock), grace, steering fields, hashes, operations, all as values or
--         in one array;
--   hash         expire, idle   (idle -1: a calendar window, kept until `expire` (below 0: for
--                so long, unless it has an expiry already); else a
--                lifetime, kept `expire` ms after its last use (0: for ever) and reborn after
--                `idle` ms (0: never); -2: a sorted set of the
--                ledger before it; -3: a rolling window, kept `expire` ms; -4: a bucket)
--   admission    kind 1 reserve 2 charge 3 record 4 check, valid from, until, ttl or keep,
--                steering fields, limits, preset denial; the fields; the limits; a ledger (2, 3)
--   limit        hash, cell, field, amount (below 0: a new task counts 1, and the number points
--                at its membership field), cap, steering field, identity (below 0: shadow),
--                where its thresholds stand (0: it has none)
--   ledger       the first of its 3 keys (hash, tasks, entries) or 0, task, counters; those:
--                cell, field, amount, the first of them the cost
--   settlement   kind 5 commit 6 release 7 expire, the reservation's sequence, keep, limits,
--                limits with thresholds, 1 if the held was spent when it expired; the limits:
--                hash, cell, field, held, spent; those with thresholds as above; a ledger
--   extension    kind 8, the reservation's sequence, ttl, how long its hashes are kept, hashes;
--                those
--   status       kind 9
--   usage        kind 10, valid from, until, limits; those: as above
-- A field above 0 is one of FIELD, below 0 a string of ARGV; the spent field follows the used.
-- Answers, one an operation, then the clock and the base sequence; an ordinal counts from that:
--   {1, ordinal, …} accepted (admission: tightest limit, left, cap, warnings; settlement: 1 if
--   late, warnings; extension: deadline; a warning is a limit and its threshold in 1/10000),
--   {2, ordinal, record} there was one, {3, ordinal} stale, {4, ordinal}
--   no record, {5, ordinal, {cap, held, spent, overridden} a limit} usage, {-1, ordinal, error},
--   {0, ordinal, overdue holds, reason, …} denied: 0 {limit, cap, held, spent, overridden, ms
--   until there may be room} of each that fails; 1 suspended by that field; 2 and above: the
--   preset
-- or, where all are plain reservations, each one's tightest limit, left and cap, then the clock
-- and the last one's sequence (an array within an array costs Redis seven look-ups);
-- or one text, the fault for which nothing was done.
local call, pcall, format, find = redis.call, redis.pcall, string.format, string.find
local match = string.match
local N = {cmsgpack.unpack(ARGV[2])}
if type(N[1]) == 'table' then N = N[1] end
local now, grace, steers, hashes, ops = N[1], N[2], N[3], N[4], N[5]
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local MAX = 9007199254740991
local FIELD = {
  'u:cost', 's:cost', 'u:tokens', 's:tokens', 'u:input_tokens', 's:input_tokens',
  'u:output_tokens', 's:output_tokens', 'u:calls', 's:calls', 'u:retries', 's:retries',
  'u:seconds', 's:seconds', 'u:in_flight', 's:in_flight', 'u:tasks', 's:tasks',
}
local at = format('%d', now)
local steer = steers > 0 and pcall('HMGET', KEYS[2], unpack(ARGV, 3, 2 + steers)) or {}
local holds = pcall('ZCARD', KEYS[3])
local p = 5 + hashes * 2

-- Whether no steering is found, and nothing is of a wrong type: what the short ways ask for.
local plain = not steer.err and type(holds) == 'number'
for s = 1, plain and steers or 0 do plain = plain and not steer[s] end

-- A counter for the short ways, and whether it is new; nil where it is not for them: among others a
-- lifetime's that may be over, or that would be gone before the hold is.
local function read(hash, field)
  local used, seen, life, idle = nil, nil, N[4 + hash * 2], N[5 + hash * 2]
  field = FIELD[field] or ARGV[-field]
  if idle < -2 then return end
  if idle > 0 then
    used = pcall('HMGET', KEYS[3 + hash], field, 'last')
    seen, used = used[2], used[1]
    if seen == nil or seen and now - (tonumber(seen) or 0) > idle then return end
  elseif idle == 0 and life > 0 then
    used = pcall('HMGET', KEYS[3 + hash], field, 'expire')
    seen, used = used[2], used[1]
    if seen == nil or used and (tonumber(seen or 0) or 0) - now < life / 2 then return end
  else
    used = pcall('HGET', KEYS[3 + hash], field)
  end
  if not used then return 0, true end
  if used == '0' then return 0 end
  used = type(used) == 'string' and find(used, '^[1-9]%d*$') and tonumber(used)
  return used and used < MAX and used or nil
end

-- The expiry of hashes that begin with a reservation.
local function expireNew(fresh)
  for hash, expire in pairs(fresh) do
    local idle = N[5 + hash * 2]
    if idle == -1 then expire = expire - now end
    if expire > 0 then
      if idle == 0 then call('HSET', KEYS[3 + hash], 'expire', format('%d', now + expire)) end
      call('PEXPIRE', KEYS[3 + hash], format('%d', expire))
    end
  end
end

-- One reservation that nothing speaks against. Whatever is not plain goes the general way.
local function reserve()
  if N[p + 7] > 0 or now < N[p + 2] or now >= N[p + 3] then return end
  local key = KEYS[4 + hashes]
  if pcall('GET', key) then return end
  local first, fresh = p + 8 + N[p + 5], nil
  local last = first + N[p + 6] * 8 - 1
  local tight, left, of, share = 0, 0, 1, 2
  for q = first, last, 8 do
    local amount, cap = N[q + 3], N[q + 4]
    local used, isNew = read(N[q], N[q + 2])
    if not used or type(amount) == 'number' then return end
    if isNew then
      fresh = fresh or {}
      fresh[N[q]] = N[4 + N[q] * 2]
    end
    local rest = cap - used - amount
    if rest < 0 or N[q + 6] < 0 or cap == 0 then return end
    local ratio = rest / cap
    if ratio < share then tight, left, of, share = (q - first) / 8 + 1, rest, cap, ratio end
    local shares = N[q + 7]
    if shares > 0 and used + amount >= cap / 10000 * match(ARGV[shares], '^%d+') then return end
  end
  local text, deadline = ARGV[3 + steers], format('%d', now + N[p + 4])
  local seq = pcall('XADD', KEYS[1], ARGV[1] .. '*', 'at', at, key, text)
  if type(seq) == 'table' then return end
  for q = first, last, 8 do
    local field = N[q + 2]
    call('HINCRBY', KEYS[3 + N[q]], FIELD[field] or ARGV[-field], N[q + 3])
  end
  if fresh then expireNew(fresh) end
  call('ZADD', KEYS[3], deadline, key)
  call('SET', key, format('H%s %s %s %d %d %d\n%s', deadline, seq, at, tight, left, of, text))
  return {tight, left, of, now, seq}
end
if plain and ops == 1 and N[p + 1] == 1 then
  local answer = reserve()
  if answer then return answer end
end
