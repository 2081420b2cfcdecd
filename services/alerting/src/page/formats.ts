/** Numbers, times and lists as a reader of one language in one zone writes them. */
export interface Formats {
  /** A count; one decimal below 10 unless whole. */
  count(value: number): string
  /** A share of 0..1. */
  percent(share: number): string
  /** Always one decimal: 1.0 is the boundary. */
  severity(value: number): string
  /** How many times; one decimal below 10. */
  times(ratio: number): string
  /** Day and time with the zone: `26 July 2026 14:32 (GMT+3)`. */
  moment(ms: number): string
  /** Time of day without the zone. */
  clock(ms: number): string
  /** In its two greatest units of day, hour and minute; undefined under a minute. */
  duration(ms: number): string | undefined
  list(items: readonly string[]): string
  /** Name of a language; the code itself where nobody knows it; undefined where it is no code. */
  language(code: string): string | undefined
}

const locales = { tr: 'tr-TR', en: 'en-GB' } as const

/** The formats of a page; an unknown zone counts as UTC, for a page must never fail over a setting. */
export function createFormats(language: 'tr' | 'en', timeZone: string): Formats {
  const locale = locales[language]
  const zone = knownZone(timeZone)
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const date = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const zoneName = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'shortOffset' })
  const languages = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' })
  const upTo10 = (value: number) => (Math.abs(value) < 9.95 ? fine : whole).format(value)

  return {
    count: upTo10,
    percent: (share) => percent.format(share),
    severity: (value) => tenths.format(value),
    times: upTo10,
    moment(ms) {
      const part = zoneName.formatToParts(ms).find((entry) => entry.type === 'timeZoneName')
      const offset = (part?.value ?? zone).replace(/^GMT(?:\+0)?$/u, 'UTC')
      return `${date.format(ms)} ${clock.format(ms)} (${offset})`
    },
    clock: (ms) => clock.format(ms),
    duration: (ms) => duration(locale, ms),
    // Intl's unit lists have no comma in Turkish, and runs of names need one.
    list: (items) => items.join(', '),
    language: (code) => (languageCode.test(code) ? languages.of(code) : undefined),
  }
}

/** The BCP 47 codes platforms send: a language, perhaps a script and a region. */
const languageCode = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/u

function duration(locale: string, ms: number): string | undefined {
  const total = Math.floor(ms / 60_000)
  if (total < 1) return undefined
  const units = [
    { unit: 'day', amount: Math.floor(total / 1_440) },
    { unit: 'hour', amount: Math.floor(total / 60) % 24 },
    { unit: 'minute', amount: total % 60 },
  ]
  const first = units.findIndex((entry) => entry.amount > 0)
  return units
    .slice(first, first + 2)
    .filter((entry) => entry.amount > 0)
    .map(({ unit, amount }) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(amount),
    )
    .join(' ')
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}
