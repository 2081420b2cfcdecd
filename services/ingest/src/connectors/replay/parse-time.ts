/** Formats of a time without a zone are taken as UTC. `number` is s, ms or µs since the epoch by its size. */
export const timeFormats = ['iso', 'number', 'day-first', 'month-first', 'year-first'] as const
export type TimeFormat = (typeof timeFormats)[number]

const orders = { 'day-first': [2, 1, 0], 'month-first': [2, 0, 1], 'year-first': [0, 1, 2] } as const

/** Three numbers, a separator, then hours, minutes and perhaps seconds: `24-02-2015 11.35`, `2015/02/24 11:35:10`. */
const parts = /^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})[ T](\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?$/

/** A time as ms since the epoch; undefined when the text is not of that format. */
export function parseTime(text: string, format: TimeFormat): number | undefined {
  const trimmed = text.trim()
  if (format === 'iso') return parseIso(trimmed)
  if (format === 'number') return parseNumber(trimmed)
  const found = parts.exec(trimmed)
  if (!found) return undefined
  const numbers = [Number(found[1]), Number(found[2]), Number(found[3])]
  const [year = 0, month = 0, day = 0] = orders[format].map((index) => numbers[index] ?? 0)
  if (year < 1_000 || month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const at = Date.UTC(year, month - 1, day, Number(found[4]), Number(found[5]), Number(found[6] ?? 0))
  return new Date(at).getUTCDate() === day ? at : undefined
}

/**
 * The format that most samples fit, at least half of them. Where day and month could both be first in every sample, the
 * day is; where two formats fit differing halves, undefined: a person must say.
 */
export function guessTimeFormat(samples: readonly string[]): TimeFormat | undefined {
  const fits = timeFormats.map((format) => ({
    format,
    count: samples.filter((text) => parseTime(text, format) !== undefined).length,
  }))
  const most = Math.max(...fits.map((fit) => fit.count))
  const best = fits.filter((fit) => fit.count === most)
  if (most === 0 || most * 2 < samples.length) return undefined
  return best.length === 1 || most === samples.length ? best[0]?.format : undefined
}

function parseIso(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text))
    return undefined
  const withT = text.replace(' ', 'T').replace(/\s/, '')
  const at = Date.parse(
    /(Z|[+-]\d{2}:?\d{2})$/.test(withT.slice(10)) ? withT : `${withT}${withT.length > 10 ? 'Z' : ''}`,
  )
  return Number.isNaN(at) ? undefined : at
}

function parseNumber(text: string): number | undefined {
  if (!/^\d{9,16}(\.\d+)?$/.test(text)) return undefined
  const value = Number(text)
  if (value < 1e11) return Math.floor(value * 1_000)
  return value < 1e14 ? Math.floor(value) : Math.floor(value / 1_000)
}
