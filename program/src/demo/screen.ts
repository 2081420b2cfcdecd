import {
  type BrandConfig,
  breachRecord,
  incidentRecord,
  type SignalRecord,
  signalRecord,
  type Transition,
} from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { type Clock, hour, second } from '@nabiz/shared/time'
import pc from 'picocolors'
import type { RunningServices, Terminal } from '../run-services.ts'
import { follow } from './follow.ts'

const statusEveryMs = 10 * second
const lookEveryMs = second / 2

export interface ScreenOptions {
  log: Log
  clock: Clock
  terminal: Terminal
  brands: readonly BrandConfig[]
  running: RunningServices
}

/** Tells the terminal, in plain lines, what the pipeline does: a status every ten seconds, a line for each event. */
export async function showPipeline(options: ScreenOptions, signal: AbortSignal): Promise<void> {
  const { log, clock, terminal, brands } = options
  const paint = pc.createColors(terminal.colours)
  const signals = await follow(log, 'signals', clock.now() - 2 * hour)
  const breaches = await follow(log, 'breaches')
  const incidents = await follow(log, 'incidents')
  const latest = new Map<string, SignalRecord>()
  const names = new Map(brands.map((brand) => [brand.id, brand.name]))
  let before = await countedByBrand(options.running)
  let statusAt = clock.now() + 3 * second
  const say = (text: string) => terminal.write(`${paint.dim(clockTime(clock.now()))}  ${text}\n`)

  while (!signal.aborted) {
    for (const value of await signals.read()) {
      const record = signalRecord.parse(value)
      if (names.has(record.brand)) latest.set(`${record.brand}/${record.signal}`, record)
    }
    for (const value of await breaches.read()) {
      const record = breachRecord.parse(value)
      if (record.type === 'transition' && names.has(record.brand))
        say(paint.bold(paint.yellow(describe(record, names))))
    }
    for (const value of await incidents.read()) {
      const record = incidentRecord.parse(value)
      if (!names.has(record.brand)) continue
      const about = `incident ${record.incident.slice(0, 8)} of ${names.get(record.brand)}`
      if (record.change !== 'notified')
        say(
          paint.cyan(
            `${about}: ${record.change.replaceAll('_', ' ')}${record.channel ? ` (${record.channel})` : ''}`,
          ),
        )
    }
    if (clock.now() >= statusAt) {
      const now = await countedByBrand(options.running)
      say(statusLine(brands, now, before, latest, paint))
      before = now
      statusAt = clock.now() + statusEveryMs
    }
    await clock.sleep(lookEveryMs, signal)
  }
}

function describe(record: Transition, names: ReadonlyMap<string, string>): string {
  const { window } = record
  const what = `${names.get(record.brand)}: ${record.signal} ${record.transition}`
  if (record.transition === 'recovered') return what
  const value = record.signal === 'negativity' ? percent(window.value) : Math.round(window.value)
  const expected = record.signal === 'negativity' ? percent(window.expected) : window.expected.toFixed(1)
  return `${what}: ${value} in ${window.minutes} min, expected ${expected}; severity ${record.severity.toFixed(1)} (1.0 pages)`
}

function statusLine(
  brands: readonly BrandConfig[],
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
  latest: ReadonlyMap<string, SignalRecord>,
  paint: ReturnType<typeof pc.createColors>,
): string {
  const parts = brands.map((brand) => {
    const fresh = (now.get(brand.id) ?? 0) - (before.get(brand.id) ?? 0)
    const volume = latest.get(`${brand.id}/volume`)
    const hourly = volume?.windows.find((window) => window.minutes === 60)
    const severity = Math.max(
      0,
      ...[...latest.values()].filter((record) => record.brand === brand.id).map((record) => record.severity),
    )
    const state =
      severity >= 1
        ? paint.red(`severity ${severity.toFixed(1)}`)
        : severity >= 0.8
          ? paint.yellow(`severity ${severity.toFixed(1)}`)
          : paint.green('calm')
    const usual = hourly ? `, usual ${(hourly.expected / 360).toFixed(1)}` : ''
    return `${brand.name} +${fresh}${usual ? paint.dim(usual) : ''} ${state}`
  })
  return parts.join(paint.dim('  |  '))
}

/** Mentions counted so far, from scoring's own metric. */
async function countedByBrand(running: RunningServices): Promise<Map<string, number>> {
  const metric = await running.registries
    .get('scoring')
    ?.getSingleMetric('nabiz_scoring_mentions_counted_total')
    ?.get()
  const counts = new Map<string, number>()
  for (const { labels, value } of metric?.values ?? []) {
    const brand = String(labels.brand)
    counts.set(brand, (counts.get(brand) ?? 0) + value)
  }
  return counts
}

function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour12: false })
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
