-- What is set for a scope, as the steering hash has it: 'S' or '-', then for each override
-- |identity:cap:until:amount,until;…:measure=name, the last part as the limit was called then.

-- The mark, the overrides in order, each {identity, cap, until, grants, name}, without what has
-- ended by now, and whether anything has.
local function readSteering(text, now)
  local overrides, hasEnded = {}, false
  for identity, cap, til, grants, name in text:gmatch('|(%d+):(%d*):(%d*):([%d,;]*):?([^|]*)') do
    if til ~= '' and tonumber(til) <= now then cap, til, hasEnded = '', '', true end
    local alive = {}
    for amount, ends in grants:gmatch('(%d+),(%d+)') do
      if tonumber(ends) > now then
        alive[#alive + 1] = amount .. ',' .. ends
      else
        hasEnded = true
      end
    end
    if cap ~= '' or #alive > 0 then
      overrides[#overrides + 1] = {identity, cap, til, alive, name}
    end
  end
  -- Of a text that nobody wrote so, what can't be read is in no force, and goes with the next act.
  return text:sub(1, 1) == 'S' and 'S' or '-', overrides, hasEnded
end

local function spelled(one) return one[2] .. ':' .. one[3] .. ':' .. table.concat(one[4], ';') end

local function writeSteering(key, scope, mark, overrides)
  local texts = {mark}
  for o = 1, #overrides do
    local one = overrides[o]
    if one[2] ~= '' or #one[4] > 0 then
      texts[#texts + 1] = '|' .. one[1] .. ':' .. spelled(one) .. ':' .. one[5]
    end
  end
  if mark == '-' and #texts == 1 then
    redis.call('HDEL', key, scope)
  else
    redis.call('HSET', key, scope, table.concat(texts))
  end
end
