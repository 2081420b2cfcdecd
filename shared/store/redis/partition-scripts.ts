import { script } from './script.ts'

/** Values are cut into pieces of at most so many bytes. */
export const pieceBytes = 2 ** 20
/** One script removes about as many pieces at most, so that it holds up the server for milliseconds only. */
export const piecesPerClearing = 1_000

/**
 * The scripts of a partition's commit. Its state is a hash: under the empty name the head (`bytes of all values`, a space,
 * the manifest as canonical JSON), under each value's name its place (`bytes:number of its first piece:id of the commit`).
 * A commit's id is `number of its pieces.something random`, so its pieces can be found from the id alone. Places stay under 32
 * bytes: of longer texts Lua 5.1 hashes every other character, and thousands that differ in a digit collide.
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
const unlinking = `
local gone = {}
local function collect(pieces, id, first, count)
  for i = first, first + count - 1 do gone[#gone + 1] = pieces .. id .. ':' .. i end
end
local function unlink()
  for from = 1, #gone, 1000 do
    redis.pcall('UNLINK', unpack(gone, from, math.min(from + 999, #gone)))
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

/**
 * Keys: pending. Arguments: id, beginning of the pieces' names, first piece, how many, 1 when they are the last. It adds
 * nothing, so it also runs on a server that is full.
 */
export const abandonPieces = script(
  'abandonPieces',
  `
${unlinking}
collect(ARGV[4], ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6]))
unlink()
if ARGV[7] == '1' then redis.call('HDEL', KEYS[1], ARGV[3]) end
return 1
`,
)

/**
 * Keys: state, pending, replaced. Arguments: id, beginning of the pieces' names, base, next, how many names are deleted, how
 * many put, the deleted names, then name, bytes and first piece of each put one. Answers 1; 0 when another manifest stands;
 * -1 when pieces are missing, which a server that lost its tail may have forgotten; neither changes anything. What other
 * writers have under way can win no more: it is cleared away with what this commit replaces. More than one script should
 * remove is written down under `replaced`, for `clearReplaced`, and the answer is 2.
 */
export const swapManifest = script(
  'swapManifest',
  `
${head}
${unlinking}
local id, pieces, base, nextManifest = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local deletes, puts = tonumber(ARGV[7]), tonumber(ARGV[8])
if manifest ~= base then return 0 end
local total = tonumber(string.match(id, '^(%d+)'))
if total > 0 and redis.call('HGET', KEYS[2], id) ~= '0' then return -1 end

local names, fields = {}, {}
for i = 9, 8 + deletes do names[#names + 1] = ARGV[i] end
for i = 9 + deletes, 8 + deletes + 3 * puts, 3 do
  names[#names + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i]
  fields[#fields + 1] = ARGV[i + 1] .. ':' .. ARGV[i + 2] .. ':' .. id
  bytes = bytes + tonumber(ARGV[i + 1])
end

local parts, count = {}, 0
local function replace(other, first, number)
  count = count + number
  for from = first, first + number - 1, ${piecesPerClearing} do
    parts[#parts + 1] = { other, from, math.min(${piecesPerClearing}, first + number - from) }
  end
end
for from = 1, #names, 1000 do
  local places = redis.call('HMGET', KEYS[1], unpack(names, from, math.min(from + 999, #names)))
  for _, place in ipairs(places) do
    if place then
      local length, first, other = string.match(place, '^(%d+):(%d+):(.*)$')
      bytes = bytes - tonumber(length)
      replace(other, tonumber(first), math.ceil(tonumber(length) / ${pieceBytes}))
    end
  end
end
for _, other in ipairs(redis.call('HKEYS', KEYS[2])) do
  if other ~= id then replace(other, 0, tonumber(string.match(other, '^(%d+)'))) end
end

redis.call('HSET', KEYS[1], '', string.format('%.0f', bytes) .. ' ' .. nextManifest)
for from = 1, #fields, 1000 do
  redis.call('HSET', KEYS[1], unpack(fields, from, math.min(from + 999, #fields)))
end
for from = 1, deletes, 1000 do
  redis.call('HDEL', KEYS[1], unpack(names, from, math.min(from + 999, deletes)))
end
redis.call('DEL', KEYS[2])
if count <= ${piecesPerClearing} then
  for _, part in ipairs(parts) do collect(pieces, part[1], part[2], part[3]) end
  unlink()
  return 1 + redis.call('EXISTS', KEYS[3])
end
for from = 1, #parts, 1000 do
  local rows = {}
  for i = from, math.min(from + 999, #parts) do rows[#rows + 1] = table.concat(parts[i], ':', 2, 3) .. ':' .. parts[i][1] end
  redis.call('RPUSH', KEYS[3], unpack(rows))
end
return 2
`,
)

/** Keys: replaced. Arguments: beginning of the pieces' names. Answers how many parts are left. */
export const clearReplaced = script(
  'clearReplaced',
  `
${unlinking}
while #gone < ${piecesPerClearing} do
  local part = redis.call('LPOP', KEYS[1])
  if not part then break end
  local first, count, id = string.match(part, '^(%d+):(%d+):(.*)$')
  collect(ARGV[3], id, tonumber(first), tonumber(count))
end
unlink()
return redis.call('LLEN', KEYS[1])
`,
)
