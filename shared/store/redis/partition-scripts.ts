import { script } from './script.ts'

/** Values are cut into pieces of at most so many bytes. */
export const pieceBytes = 2 ** 20

/**
 * The scripts of a partition's commit. Its state is a hash: under the empty name the head (`bytes of all values`, a space,
 * the manifest as canonical JSON), under each value's name its place (`bytes:number of its first piece:id of the commit`).
 * A commit's id ends in the number of its pieces and something random, so its pieces can be found from the id alone.
 */
export const headField = ''

const head = `
local head = redis.call('HGET', KEYS[1], '') or '0 '
local space = string.find(head, ' ', 1, true)
local bytes = tonumber(string.sub(head, 1, space - 1))
local manifest = string.sub(head, space + 1)
`

/**
 * In parts, as Lua's stack holds some thousands. A cluster refuses keys that are on their way to another node: those stay
 * behind, unused, rather than break off a commit that has been taken.
 */
const clearing = `
local gone = {}
local function clear(id, first, count)
  for i = first, first + count - 1 do gone[#gone + 1] = id .. ':' .. i end
end
local function clearCommit(id)
  clear(id, 0, tonumber(string.match(id, '^[^.]*%.[^.]*%.([^.]*)')))
end
local function unlink(pieces)
  for from = 1, #gone, 1000 do
    local names = {}
    for i = from, math.min(from + 999, #gone) do names[#names + 1] = pieces .. gone[i] end
    redis.pcall('UNLINK', unpack(names))
  end
end
`

/** Keys: state, pending. Arguments: id, base, pieces. Answers 0 when the base is not what stands. */
export const beginCommit = script(
  'beginCommit',
  `
${head}
if manifest ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
return 1
`,
)

/** Keys: pending, the pieces. Arguments: id, the pieces' bytes. Answers 0 when the commit was cleared away meanwhile. */
export const writePieces = script(
  'writePieces',
  `
if redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then return 0 end
for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 2]) end
redis.call('HINCRBY', KEYS[1], ARGV[3], 1 - #KEYS)
return 1
`,
)

/** Keys: pending. Arguments: id, beginning of the pieces' names. */
export const abandonCommit = script(
  'abandonCommit',
  `
${clearing}
redis.call('HDEL', KEYS[1], ARGV[3])
clearCommit(ARGV[3])
unlink(ARGV[4])
return 1
`,
)

/**
 * Keys: state, pending. Arguments: id, beginning of the pieces' names, base, next, how many names are deleted, how many put,
 * the deleted names, then name, bytes and first piece of each put one. Answers 1; 0 when another manifest stands; -1 when
 * pieces are missing, which a server that lost its tail may have forgotten. After both nothing of the commit is left. What
 * other writers have under way can win no more, and is cleared away with what this commit replaces.
 */
export const swapManifest = script(
  'swapManifest',
  `
${head}
${clearing}
local id, pieces, base, nextManifest = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local deletes, puts = tonumber(ARGV[7]), tonumber(ARGV[8])
local total = tonumber(string.match(id, '^[^.]*%.[^.]*%.([^.]*)'))
local answer = 1
if manifest ~= base then answer = 0
elseif total > 0 and redis.call('HGET', KEYS[2], id) ~= '0' then answer = -1 end
if answer < 1 then
  redis.call('HDEL', KEYS[2], id)
  clearCommit(id)
  unlink(pieces)
  return answer
end

local names, fields = {}, {}
for i = 9, 8 + deletes do names[#names + 1] = ARGV[i] end
for i = 9 + deletes, 8 + deletes + 3 * puts, 3 do
  names[#names + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i + 1] .. ':' .. ARGV[i + 2] .. ':' .. id
  bytes = bytes + tonumber(ARGV[i + 1])
end
for from = 1, #names, 1000 do
  local places = redis.call('HMGET', KEYS[1], unpack(names, from, math.min(from + 999, #names)))
  for _, place in ipairs(places) do
    if place then
      local length, first, commit = string.match(place, '^(%d+):(%d+):(.*)$')
      bytes = bytes - tonumber(length)
      clear(commit, tonumber(first), math.ceil(tonumber(length) / ${pieceBytes}))
    end
  end
end
local pending = redis.call('HKEYS', KEYS[2])
for _, other in ipairs(pending) do if other ~= id then clearCommit(other) end end

redis.call('HSET', KEYS[1], '', string.format('%.0f', bytes) .. ' ' .. nextManifest)
for from = 1, #fields, 1000 do
  redis.call('HSET', KEYS[1], unpack(fields, from, math.min(from + 999, #fields)))
end
for from = 1, deletes, 1000 do
  redis.call('HDEL', KEYS[1], unpack(names, from, math.min(from + 999, deletes)))
end
redis.call('DEL', KEYS[2])
unlink(pieces)
return 1
`,
)
