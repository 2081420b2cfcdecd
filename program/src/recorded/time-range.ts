import { ConfigError } from '@nabiz/shared/errors'

/** [from, to) in ms, UTC. */
export interface TimeRange {
  from: number
  to: number
}

const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/

/** The range two options name; `to` is now where it is absent. ConfigError for times that are none, or the wrong way round. */
export function readRange(from: string | undefined, to: string | undefined, now: number): TimeRange {
  const range = {
    from: from === undefined ? 0 : readMoment('--from', from),
    to: to === undefined ? now : readMoment('--to', to),
  }
  if (range.from < range.to) return range
  const expected = `a moment before --to, ${new Date(range.to).toISOString()}`
  throw new ConfigError('command line', [{ path: '--from', found: from ?? 'nothing', expected }])
}

/** A moment as people write it: a day, or a time of day with an offset; UTC without. */
function readMoment(option: string, text: string): number {
  const hasOffset = /(Z|[+-]\d{2}:\d{2})$/.test(text) && text.includes('T')
  const written = text.includes('T') && !hasOffset ? `${text}Z` : text
  const at = moment.test(text) ? Date.parse(written) : Number.NaN
  // A day that no month has would otherwise be taken for one of the next.
  const isThere =
    Number.isNaN(at) || new Date(`${text.slice(0, 10)}T00:00Z`).toISOString().startsWith(text.slice(0, 10))
  if (!Number.isNaN(at) && isThere && at >= 0) return at
  const expected = 'a day such as 2026-03-01, or a moment such as 2026-03-01T09:30+03:00'
  throw new ConfigError('command line', [{ path: option, found: `"${text}"`, expected }])
}
