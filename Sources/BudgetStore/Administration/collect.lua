-- Takes what has ended out of the steering of some scopes. That changes no cap, so it is no entry.
-- This is the end of steering.lua.
--
-- KEYS  1 steering
-- ARGV  1 now (0: ask the clock), 2… scopes
-- Answer: how many had something that has ended, or the error that was met.
local now, ended = tonumber(ARGV[1]), 0
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local texts = redis.pcall('HMGET', KEYS[1], unpack(ARGV, 2))
if texts.err then return texts.err end
for s = 1, #texts do
  if texts[s] then
    local mark, overrides, hasEnded = readSteering(texts[s], now)
    if hasEnded then
      ended = ended + 1
      writeSteering(KEYS[1], ARGV[s + 1], mark, overrides)
    end
  end
end
return ended
