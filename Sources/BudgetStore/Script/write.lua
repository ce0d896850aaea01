-- The writes, none of which can fail, and the way through all operations.

local function moveExpiry(hash, keep)
  call('HSET', KEYS[3 + hash], 'expire', format('%d', now + keep))
  for k = hash, N[7 + hash * 2] == -2 and hash + 2 or hash do
    call('PEXPIRE', KEYS[3 + k], format('%d', keep))
  end
end

local function writeHashes()
  for hash, state in pairs(life) do
    if state == 'begun' then
      call('DEL', KEYS[3 + hash])
      call('HSET', KEYS[3 + hash], 'born', born[hash])
    end
  end
  for d = 1, #dirty do
    call('HINCRBY', KEYS[3 + dirtyHash[d]], nameOf(dirtyField[d]), delta[dirty[d]])
  end
  for hash, state in pairs(life) do
    local keep = N[4 + hash * 2]
    if state == 'used' or state == 'prolonged' or state == 'begun' then
      if N[5 + hash * 2] > 0 then call('HSET', KEYS[3 + hash], 'last', at) end
      if keep > 0 and state ~= 'used' then moveExpiry(hash, keep) end
    end
  end
  for hash in pairs(fresh) do
    local keep = N[4 + hash * 2]
    if keep < 0 then
      call('PEXPIRE', KEYS[3 + hash], format('%d', -keep), 'NX')
    elseif N[5 + hash * 2] == -1 then
      keep = math.max(keep - now, 86400000)
    end
    if keep > 0 then call('PEXPIRE', KEYS[3 + hash], format('%d', keep)) end
  end
  for hash, keep in pairs(lasting) do
    call('PEXPIRE', KEYS[3 + hash], format('%d', keep), 'GT')
  end
  for hash in pairs(flagged) do call('HSET', KEYS[3 + hash], 'flagged', '1') end
  writeRolled()
  writeBuckets()
  for _, threshold in pairs(warned) do
    if threshold.isDirty then
      call('HSET', threshold.key, threshold.name, format('%d', threshold.share))
    end
  end
end

local function write()
  local done = pcall('XADD', KEYS[1], seqText(), 'at', at, unpack(entries))
  if type(done) == 'table' then return {done.err} end
  -- Before the hashes, whose expiry is theirs too.
  for l = 1, #ledgers, 4 do
    local hash = ledgers[l]
    call('ZADD', KEYS[5 + hash], at, ledgers[l + 1])
    call('ZINCRBY', KEYS[4 + hash], ledgers[l + 2], ARGV[ledgers[l + 3]])
  end
  writeHashes()
  if held[1] then call('ZADD', KEYS[3], unpack(held)) end
  if ended[1] then call('ZREM', KEYS[3], unpack(ended)) end
  for key, text in pairs(record) do
    if recordKeep[key] then
      call('SET', key, text, 'PX', recordKeep[key])
    else
      call('SET', key, text)
    end
  end
end

local out = {}
for i = 1, ops do
  local kind = N[p + 1]
  if kind <= 4 then
    out[i] = admit(i, kind)
  elseif kind <= 7 then
    out[i] = settle(i, kind)
  elseif kind == 8 then
    out[i] = extend(i)
  elseif kind == 9 then
    out[i] = status(i)
  else
    out[i] = usage()
  end
end
local fault = n > 0 and write()
if fault then return fault end
out[ops + 1], out[ops + 2] = now, ARGV[1] .. format('%d', base)
return out
