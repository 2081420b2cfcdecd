import type { Comparison } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import { script } from './script.ts'

export interface KeyedValue {
  key: string
  value: Uint8Array
  ttlMs?: number | undefined
}

/** Values with the end of their life (8 bytes, 0 never) before them, which each read compares with the store's clock. */
export interface KeyedValues {
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>
  setMany(entries: readonly KeyedValue[]): Promise<void>
  remove(keys: readonly string[]): Promise<void>
  compareAndSet(
    key: string,
    expected: Uint8Array | undefined,
    next: Uint8Array | undefined,
    ttlMs: number | undefined,
  ): Promise<boolean>
  /** Whether each was set, in the order given. */
  compareAndSetMany(entries: readonly Comparison[]): Promise<boolean[]>
  list(prefix: string): Promise<{ key: string; value: Uint8Array }[]>
}

/** One script touches at most so many keys and bytes, so that it holds up the server for milliseconds only. */
const keysPerScript = 1_000
const bytesPerScript = 4 * 2 ** 20

/**
 * Redis's own expiry removes a row this long after its end, by the server's clock: it makes room and decides nothing, so
 * that a clock set back does not take away what should still be there. With a clock of the caller's it is not used.
 */
const roomAfterMs = 600_000

const alive = `
local function alive(row)
  if not row then return nil end
  local ends = struct.unpack('>d', row)
  if ends ~= 0 and ends <= now then return nil end
  return string.sub(row, 9)
end
`

const put = `
local function put(key, value, ttl)
  if ttl == '' then
    redis.call('SET', key, struct.pack('>d', 0) .. value)
    return
  end
  local row = struct.pack('>d', now + tonumber(ttl)) .. value
  if ARGV[1] == '' and tonumber(ttl) < 1e14 then
    redis.call('SET', key, row, 'PX', string.format('%.0f', math.ceil(tonumber(ttl)) + ${roomAfterMs}))
  else
    redis.call('SET', key, row)
  end
end
`

const getMany = script(
  'getMany',
  `
${alive}
local rows = {}
for i, key in ipairs(KEYS) do rows[i] = alive(redis.call('GET', key)) or false end
return rows
`,
)

const setMany = script(
  'setMany',
  `
${put}
for i, key in ipairs(KEYS) do put(key, ARGV[2 * i + 1], ARGV[2 * i + 2]) end
return 1
`,
)

const remove = script('remove', `return redis.call('UNLINK', unpack(KEYS))`)

/** Arguments of each key: whether one is expected, which; whether one is next, which, how long it lives. */
const compareAndSetMany = script(
  'compareAndSetMany',
  `
${alive}
${put}
local results = {}
for i, key in ipairs(KEYS) do
  local at = 5 * i - 2
  local found = alive(redis.call('GET', key))
  local expected = nil
  if ARGV[at] == '1' then expected = ARGV[at + 1] end
  if found ~= expected then
    results[i] = 0
  else
    if ARGV[at + 2] == '1' then put(key, ARGV[at + 3], ARGV[at + 4]) else redis.call('UNLINK', key) end
    results[i] = 1
  end
end
return results
`,
)

export function createKeyedValues(connection: Connection, keys: Keys): KeyedValues {
  /** Parts that one script may touch, each in the order given. */
  function parts<T>(items: readonly T[], keyOf: (item: T) => string, bytesOf: (item: T) => number): T[][] {
    const open = new Map<string, { items: T[]; bytes: number }>()
    const all: T[][] = []
    for (const item of items) {
      const bucket = connection.isCluster ? keys.bucket(keyOf(item)) : ''
      let part = open.get(bucket)
      if (part === undefined || part.items.length >= keysPerScript || part.bytes > bytesPerScript) {
        part = { items: [], bytes: 0 }
        open.set(bucket, part)
        all.push(part.items)
      }
      part.items.push(item)
      part.bytes += bytesOf(item)
    }
    return all
  }

  async function get(wanted: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const indexes = wanted.map((key, index) => ({ key, index }))
    const found: (Uint8Array | undefined)[] = new Array(wanted.length)
    const reading = parts(
      indexes,
      ({ key }) => key,
      () => 0,
    ).map(async (part) => {
      const names = part.map(({ key }) => keys.value(key))
      const rows = (await connection.run(getMany, names, [])) as (Buffer | null)[]
      for (const [i, { index }] of part.entries()) found[index] = owned(rows[i])
    })
    await Promise.all(reading)
    return found
  }

  async function compareAll(entries: readonly Comparison[]): Promise<boolean[]> {
    const indexes = entries.map((entry, index) => ({ ...entry, index }))
    const areSet: boolean[] = new Array(entries.length).fill(false)
    const writing = parts(
      indexes,
      ({ key }) => key,
      ({ expected, next }) => (expected?.length ?? 0) + (next?.length ?? 0),
    ).map(async (part) => {
      const results = (await connection.write(
        keys.bucket(part[0]?.key ?? ''),
        compareAndSetMany,
        part.map(({ key }) => keys.value(key)),
        part.flatMap(({ expected, next, ttlMs }) => [
          ...(expected === undefined ? ['0', ''] : ['1', expected]),
          ...(next === undefined ? ['0', ''] : ['1', next]),
          ttlMs === undefined ? '' : String(ttlMs),
        ]),
      )) as number[]
      for (const [i, { index }] of part.entries()) areSet[index] = results[i] === 1
    })
    await settled(writing)
    return areSet
  }

  return {
    getMany: get,

    async setMany(entries) {
      const writing = parts(
        entries,
        ({ key }) => key,
        ({ value }) => value.length,
      ).map((part) =>
        connection.write(
          keys.bucket(part[0]?.key ?? ''),
          setMany,
          part.map(({ key }) => keys.value(key)),
          part.flatMap(({ value, ttlMs }) => [value, ttlMs === undefined ? '' : String(ttlMs)]),
        ),
      )
      await settled(writing)
    },

    async remove(wanted) {
      const writing = parts(
        wanted,
        (key) => key,
        () => 0,
      ).map((part) =>
        connection.write(
          keys.bucket(part[0] ?? ''),
          remove,
          part.map((key) => keys.value(key)),
          [],
        ),
      )
      await settled(writing)
    },

    async compareAndSet(key, expected, next, ttlMs) {
      const [isSet] = await compareAll([{ key, expected, next, ...(ttlMs === undefined ? {} : { ttlMs }) }])
      return isSet === true
    },

    compareAndSetMany: compareAll,

    async list(prefix) {
      const names = new Set<string>()
      await connection.scan(keys.valuesLike(prefix), (found) => {
        for (const name of found) {
          const key = keys.keyOf(name)
          if (key?.startsWith(prefix)) names.add(key)
        }
      })
      const wanted = [...names]
        .map((key) => ({ key, bytes: Buffer.from(key) }))
        .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
        .map(({ key }) => key)
      const values = await get(wanted)
      return wanted.flatMap((key, i) => {
        const value = values[i]
        return value === undefined ? [] : [{ key, value }]
      })
    },
  }
}

/** As one's own bytes: those of a reply may share memory with its neighbours. */
function owned(row: Buffer | null | undefined): Uint8Array | undefined {
  return row === null || row === undefined ? undefined : new Uint8Array(row)
}

/** Waits for all, then throws the first fault: a write that is still under way must not outlive the call. */
async function settled(writing: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(writing)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
