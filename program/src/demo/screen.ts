import {
  type BrandConfig,
  breachRecord,
  incidentRecord,
  type SignalRecord,
  signalRecord,
} from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { type Clock, hour, second } from '@nabiz/shared/time'
import pc from 'picocolors'
import type { RunningServices, Terminal } from '../run-services.ts'
import { follow } from './follow.ts'
import { describeChange, describeTransition, statusLine } from './wording.ts'

const statusEverySeconds = 10
const lookEveryMs = second / 4

export interface ScreenOptions {
  log: Log
  clock: Clock
  terminal: Terminal
  /** Pages that were sent since the last call, drawn. */
  takePages(): string[]
  brands: readonly BrandConfig[]
  running: RunningServices
}

/**
 * Tells the terminal, in plain lines, what the pipeline does: a status every ten seconds, a line for each event. A page
 * is shown after the line that says why it was sent.
 */
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
      if (names.has(record.brand) && record.shadow !== true)
        latest.set(`${record.brand}/${record.signal}`, record)
    }
    for (const value of await breaches.read()) {
      const record = breachRecord.parse(value)
      const name = names.get(record.brand)
      if (record.type === 'transition' && name !== undefined)
        say(paint.bold(paint.yellow(describeTransition(record, name))))
    }
    for (const page of options.takePages()) terminal.write(page)
    for (const value of await incidents.read()) {
      const record = incidentRecord.parse(value)
      const name = names.get(record.brand)
      const text = name === undefined ? undefined : describeChange(record, name)
      if (text !== undefined) say(paint.cyan(text))
    }
    if (clock.now() >= statusAt) {
      const now = await countedByBrand(options.running)
      const fresh = (brand: string) => (now.get(brand) ?? 0) - (before.get(brand) ?? 0)
      const recordsOf = (brand: string) => [...latest.values()].filter((record) => record.brand === brand)
      say(statusLine(brands, fresh, recordsOf, statusEverySeconds, paint))
      before = now
      statusAt = clock.now() + statusEverySeconds * second
    }
    await clock.sleep(lookEveryMs, signal)
  }
  for (const page of options.takePages()) terminal.write(page)
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
