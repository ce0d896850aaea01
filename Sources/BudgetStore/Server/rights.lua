-- Which of these commands Redis refuses to its user. Redis judges each without carrying it out, so
-- that this leaves nothing behind, not even a line in its ACL LOG, and needs neither memory nor
-- disk.
--
-- KEYS  none: a key that the user has no right to would end the call, not be an answer
-- ARGV  commands, the words of each separated by spaces
-- Answer: the places of the refused ones.
local refused = {}
for place, command in ipairs(ARGV) do
  local words = {}
  for word in string.gmatch(command, '%S+') do words[#words + 1] = word end
  -- A command that was renamed or isn't known is an error.
  local isKnown, isAllowed = pcall(redis.acl_check_cmd, unpack(words))
  if not (isKnown and isAllowed) then refused[#refused + 1] = place end
end
return refused
