import { second } from '@nabiz/shared/time'
import { z } from 'zod'

/** Below this a number of the epoch is in seconds; ms have been above it since 1973. */
const secondsBelow = 1e11
/** Above this it is in microseconds. */
const microsecondsFrom = 1e14

/**
 * A platform's time as ms since the epoch, by its magnitude where it is a number (s, ms or µs, also as digits), by
 * ISO 8601 otherwise; `+0000` without a colon is read, a time without a zone is UTC. Undefined when it is no time.
 */
export function toMs(time: unknown): number | undefined {
  if (typeof time === 'string' && !/^-?\d+(\.\d+)?$/.test(time)) return parseIso(time)
  if (typeof time !== 'number' && typeof time !== 'string') return undefined
  const value = Number(time)
  if (!Number.isFinite(value) || value < 0) return undefined
  if (value < secondsBelow) return Math.floor(value * second)
  return Math.floor(value < microsecondsFrom ? value : value / 1_000)
}

function parseIso(text: string): number | undefined {
  const fit = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/i.exec(text)
  if (!fit) return undefined
  const [, date, time, zone = 'Z'] = fit
  const ms = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()}`)
  return Number.isNaN(ms) ? undefined : ms
}

/** A schema's message: what would be right, and the kind of the value that was found. */
export function expected(right: string): (issue: { input?: unknown }) => string {
  return ({ input }) => `expected ${right}, received ${kindOf(input)}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === '') return 'an empty text'
  return Array.isArray(value) ? 'array' : typeof value
}

/**
 * An id as text. Numbers beyond 2^53 arrive as digits already (`parseJson`), so nothing is rounded here; a whole number
 * that is small enough is written by its digits, never with an exponent.
 */
export const idField = z.union([z.string().min(1).max(400), z.int().transform((value) => String(value))], {
  error: expected('an id (text or a whole number)'),
})

/** Text that may be absent or null. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined)

/** An https or http address that a browser could open; undefined for anything else. */
export function linkOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2_048 || !URL.canParse(value)) return undefined
  return /^https?:/i.test(value) ? value : undefined
}

/** A count given as a number or as digits; undefined for anything else. */
export function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** A text as part of an address; half a character, which no address can hold, as U+FFFD. */
export function addressPart(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}
