-- One page of a run's ledger, read at one moment.
--
-- KEYS  1 journal, 2 the run's totals, 3 its tasks by cost, 4 its entries by time
-- ARGV  1 how many at most, 2 how many to pass over, 3 what: tasks, entries or both (then the
--       first tasks are beside each page of entries)
-- Answer: the clock, the newest sequence, {cost, tokens, calls, retries}, for each task
-- {task, cost, tokens, calls, retries}, for each entry {sequence, time, record's key, text}, how
-- many there are, and how many have been passed over or read.
-- An entry of the journal holds operations of one step, and its id is the last one's
-- sequence number; an entry that the journal no longer keeps is left out.
local count, from, listing = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1]
local totals = redis.call('HMGET', KEYS[2], 's:cost', 's:tokens', 's:calls', 's:retries')
local tasks, entries = {}, {}
local first = listing == 'tasks' and from or 0
local found = listing == 'entries' and {}
  or redis.call('ZREVRANGE', KEYS[3], first, first + count - 1, 'WITHSCORES')
for i = 1, #found, 2 do
  local task = found[i]
  local sums = redis.call('HMGET', KEYS[2], 'tokens:' .. task, 'calls:' .. task, 'retries:' .. task)
  tasks[#tasks + 1] = {task, found[i + 1], sums[1], sums[2], sums[3]}
end
local page = listing == 'tasks' and {}
  or redis.call('ZRANGE', KEYS[4], from, from + count - 1)
for _, member in ipairs(page) do
  local sequence = member:gsub('%-0*', '-')
  local step = redis.call('XRANGE', KEYS[1], sequence, '+', 'COUNT', '1')[1]
  if step then
    local own, last = tonumber(sequence:match('%d+$')), tonumber(step[1]:match('%d+$'))
    local place = #step[2] - 1 - 2 * (last - own)
    if place > 2 then
      entries[#entries + 1] = {sequence, step[2][2], step[2][place], step[2][place + 1]}
    end
  end
end
local all = redis.call('ZCARD', listing == 'tasks' and KEYS[3] or KEYS[4])
return {now, newest and newest[1] or '0-0', totals, tasks, entries, all, from + count}
