import type { Lease } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import { script } from './script.ts'

export interface Leases {
  acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined>
  renew(lease: Lease, ttlMs: number): Promise<boolean>
  release(lease: Lease): Promise<void>
}

/**
 * A lease's row stays when it ends, so that its tokens grow. A new token is at least the time in ms as well: they grow also
 * when the server has lost its last second, and with it the last tokens it gave.
 */
const acquire = script(
  'acquireLease',
  `
local row = redis.call('HMGET', KEYS[1], 'holder', 'token', 'ends')
local token = tonumber(row[2]) or 0
if row[3] and tonumber(row[3]) > now then
  if row[1] ~= ARGV[3] then return false end
else
  token = math.max(token + 1, math.floor(now))
end
token = string.format('%.0f', token)
local ends = string.format('%.17g', now + tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], 'holder', ARGV[3], 'token', token, 'ends', ends)
return { token, ends }
`,
)

const held = `
local row = redis.call('HMGET', KEYS[1], 'holder', 'token', 'ends')
if not row[3] or tonumber(row[3]) <= now or row[1] ~= ARGV[3] or tonumber(row[2]) ~= tonumber(ARGV[4]) then
  return 0
end
`

const renew = script(
  'renewLease',
  `
${held}
redis.call('HSET', KEYS[1], 'ends', string.format('%.17g', now + tonumber(ARGV[5])))
return 1
`,
)

const release = script(
  'releaseLease',
  `
${held}
redis.call('HSET', KEYS[1], 'ends', '0')
return 1
`,
)

export function createLeases(connection: Connection, keys: Keys): Leases {
  function write(name: string, what: typeof acquire, args: string[]): Promise<unknown> {
    const key = keys.lease(name)
    return connection.write(key, what, [key], args)
  }

  return {
    async acquire(name, holder, ttlMs) {
      const reply = (await write(name, acquire, [holder, String(ttlMs)])) as [Buffer, Buffer] | null
      if (reply === null) return undefined
      return { name, holder, token: Number(reply[0].toString()), expiresAt: Number(reply[1].toString()) }
    },
    async renew({ name, holder, token }, ttlMs) {
      return (await write(name, renew, [holder, String(token), String(ttlMs)])) === 1
    },
    async release({ name, holder, token }) {
      await write(name, release, [holder, String(token)])
    },
  }
}
