import type {
  BrandConfig,
  IncidentRecord,
  SignalName,
  SignalRecord,
  Transition,
} from '@nabiz/shared/contracts'
import type { createColors } from 'picocolors'

type Paint = ReturnType<typeof createColors>

const signals: Readonly<Record<SignalName, string>> = {
  volume: 'mentions',
  negative: 'negative mentions',
  negativity: 'negative share of mentions',
  authors: 'people writing',
  reach: 'followers reached',
  engagement: 'likes, shares or views',
}

/** What happened to a signal and why: the count that decided against what is usual. */
export function describeTransition(record: Transition, name: string): string {
  const { window, signal } = record
  if (record.transition === 'recovered') return `${name}: ${signals[signal]} back to usual`
  const isShare = signal === 'negativity'
  const value = isShare ? percent(window.value) : wholeNumber(window.value)
  const usual = isShare ? percent(window.expected) : wholeNumber(window.expected)
  const what = record.transition === 'opened' ? 'CRISIS' : 'CRISIS GROWS'
  return `${what}: ${name}, ${signals[signal]} ${value} in ${windowText(window.minutes)}, usual ${usual}; severity ${record.severity.toFixed(1)}`
}

/** What became of an incident; undefined for changes that people see elsewhere. */
export function describeChange(record: IncidentRecord, name: string): string | undefined {
  const incident = `incident ${record.incident.slice(0, 8)} of ${name}`
  switch (record.change) {
    case 'notified':
      return undefined
    case 'joined':
      return `${incident}: ${record.signals.map((signal) => signals[signal]).join(' and ')} are one crisis, nobody is paged twice`
    case 'delivered':
      return `${incident}: page delivered${record.channel ? ` (channel ${record.channel})` : ''}`
    case 'acknowledged':
      return `${incident}: somebody takes care of it, it escalates no further`
    default:
      return `${incident}: ${record.change.replaceAll('_', ' ')}`
  }
}

/** How a brand does, from the latest record of each of its signals. */
export function describeState(records: readonly SignalRecord[], paint: Paint): string {
  const severity = Math.max(0, ...records.map((record) => record.severity))
  const at = severity.toFixed(1)
  if (records.some((record) => record.state === 'firing')) return paint.red(`CRISIS ${at}`)
  if (records.some((record) => record.state === 'blind')) return paint.yellow('not seen')
  if (records.some((record) => record.state === 'pending')) return paint.yellow(`is it real? ${at}`)
  if (records.some((record) => record.state === 'recovering')) return paint.yellow(`recovering ${at}`)
  return severity >= 0.8 ? paint.yellow(`rising ${at}`) : paint.green('calm')
}

/** One line for all brands: new mentions, what is usual in the same time, and how each does. */
export function statusLine(
  brands: readonly Pick<BrandConfig, 'id' | 'name'>[],
  fresh: (brand: string) => number,
  recordsOf: (brand: string) => SignalRecord[],
  seconds: number,
  paint: Paint,
): string {
  const parts = brands.map(({ id, name }) => {
    const records = recordsOf(id)
    const hourly = records
      .find((record) => record.signal === 'volume')
      ?.windows.find((window) => window.minutes === 60)
    const usual = hourly ? paint.dim(` (usual ${((hourly.expected * seconds) / 3_600).toFixed(1)})`) : ''
    return `${name} ${String(fresh(id)).padStart(2)}${usual} ${describeState(records, paint)}`
  })
  return parts.join(paint.dim('  |  '))
}

function windowText(minutes: number): string {
  return minutes === 1_440 ? 'a day' : `${minutes} min`
}

function wholeNumber(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value))
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
