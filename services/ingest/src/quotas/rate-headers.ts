import { second } from '@nabiz/shared/time'
import type { Observed } from './quota.ts'

/** Reset given as ms since the epoch, Unix s, s from now or ISO 8601: told apart by its form and size. */
function resetAtOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) {
    const at = Date.parse(text)
    return Number.isNaN(at) ? undefined : at
  }
  if (value < 1e8) return now + value * second
  return value < 1e11 ? value * second : value
}

/**
 * What `<prefix>-limit`, `-remaining`, `-used` and `-reset` headers say: X (Unix s), Reddit (s from now, floats),
 * Mastodon (ISO 8601). Undefined when there are none.
 */
export function observedInHeaders(
  headers: Readonly<Record<string, string>>,
  now: number,
  prefix = 'x-ratelimit',
): Observed | undefined {
  const number = (name: string) => {
    const text = headers[`${prefix}-${name}`]
    const value = Number(text)
    return text === undefined || text.trim() === '' || !Number.isFinite(value) ? undefined : value
  }
  const remaining = number('remaining')
  const used = number('used')
  const limit =
    number('limit') ?? (remaining !== undefined && used !== undefined ? remaining + used : undefined)
  const resetAt = resetAtOf(headers[`${prefix}-reset`], now)
  if (remaining === undefined && used === undefined && limit === undefined) return undefined
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(used === undefined || remaining !== undefined ? {} : { used }),
    ...(resetAt === undefined ? {} : { resetAt }),
  }
}

/** ms that a `retry-after` header asks for: seconds or a date; undefined when it is neither. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * second)
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
