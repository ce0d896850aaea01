-- One page of a run's ledger, read at one moment.
--
-- KEYS  1 journal, 2 the run's totals, 3 its tasks by cost, 4 its entries by time
-- ARGV  1 how many at most, 2 how many to pass over, or of newest how many are left (0: all), 3
--       what: tasks, entries, newest (entries, the last one first) or both (then the first tasks
--       are beside each page of entries)
-- Answer: the clock, the newest sequence, {cost, tokens, calls, retries}, for each task
-- {task, cost, tokens, calls, retries}, for each entry {sequence, time, record's key, text}, and
-- the second argument of the next page, 0 where there is none.
-- An entry of the journal holds operations of one step, and its id is the last one's
-- sequence number; an entry that the journal no longer keeps is left out.
-- Where a key or a value is not as the other script writes it, the answer is only why.
local count, from, listing = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local call = redis.call

-- The time, key and text of an entry; nothing where the journal no longer keeps it.
local function entry(sequence)
  local step = call('XRANGE', KEYS[1], sequence, '+', 'COUNT', '1')[1]
  if not step then return end
  local epoch, own = sequence:match('^(%d+)-(%d+)$')
  local stepEpoch, last = step[1]:match('^(%d+)-(%d+)$')
  local place = #step[2] - 1 - 2 * (last - own)
  if epoch == stepEpoch and place > 2 then return step[2][2], step[2][place], step[2][place + 1] end
end

-- The members of a page of entries, and where the next one begins; 0 where there is none.
local function chosen()
  local all = call('ZCARD', KEYS[4])
  if listing ~= 'newest' then
    local members = call('ZRANGE', KEYS[4], from, from + count - 1)
    return members, from + count < all and from + count or 0
  end
  local left = from > 0 and math.min(from, all) or all
  local next = math.max(0, left - count)
  local reversed = {}
  for i, member in ipairs(left > 0 and call('ZRANGE', KEYS[4], next, left - 1) or {}) do
    reversed[left - next + 1 - i] = member
  end
  return reversed, next
end

local function page()
  local time = call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local newest = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
  local totals = call('HMGET', KEYS[2], 's:cost', 's:tokens', 's:calls', 's:retries')
  local tasks, entries = {}, {}
  local first = listing == 'tasks' and from or 0
  local found = (listing == 'tasks' or listing == 'both')
    and call('ZREVRANGE', KEYS[3], first, first + count - 1, 'WITHSCORES') or {}
  for i = 1, #found, 2 do
    local task = found[i]
    local sums = call('HMGET', KEYS[2], 'tokens:' .. task, 'calls:' .. task, 'retries:' .. task)
    tasks[#tasks + 1] = {task, found[i + 1], sums[1], sums[2], sums[3]}
  end
  if listing == 'tasks' then
    local next = from + count < call('ZCARD', KEYS[3]) and from + count or 0
    return {now, newest and newest[1] or '0-0', totals, tasks, entries, next}
  end
  local members, next = chosen()
  for _, member in ipairs(members) do
    local sequence = member:gsub('%-0*', '-')
    local at, key, text = entry(sequence)
    if at then entries[#entries + 1] = {sequence, at, key, text} end
  end
  return {now, newest and newest[1] or '0-0', totals, tasks, entries, next}
end

local isRead, answer = pcall(page)
return isRead and answer or {type(answer) == 'table' and answer.err or answer}
