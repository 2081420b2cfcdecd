import type { Secret } from '@nabiz/shared/config'
import { type Clock, minute } from '@nabiz/shared/time'
import { hasSigned, isFresh, type Verify } from '../shared/signatures.ts'

/** How far a delivery's time may be away, ms: what is older was recorded and played again. */
const toleranceMs = 5 * minute

/** `TikTok-Signature: t=<Unix s>,s=<hex>` over the time, a dot and the bytes of the body; in any order. */
export function tiktokSignature(secrets: readonly Secret[], clock: Clock): Verify {
  return function verify({ headers, body }) {
    const header = headers['tiktok-signature']
    if (!header) return 'signature_missing'
    const parts = header.split(',').map((part) => {
      const at = part.indexOf('=')
      return { name: part.slice(0, Math.max(0, at)).trim(), value: part.slice(at + 1).trim() }
    })
    const times = parts.filter(({ name }) => name === 't').map(({ value }) => value)
    const [time] = times
    if (times.length !== 1 || time === undefined || !/^\d{1,12}$/.test(time)) return 'signature_wrong'
    const signed = Buffer.concat([Buffer.from(`${time}.`, 'utf8'), body])
    // Two signatures may come while a secret is rotated there.
    const signatures = parts.filter(({ name }) => name === 's').slice(0, 4)
    const how = { algorithm: 'sha256', encoding: 'hex' } as const
    const isGenuine = signatures.map(({ value }) => hasSigned(value, signed, secrets, how)).includes(true)
    if (!isGenuine) return 'signature_wrong'
    return isFresh(time, clock, toleranceMs) ? undefined : 'signature_old'
  }
}
