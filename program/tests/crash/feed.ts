import type { Feeder, PushedItem } from './feeder.ts'
import { crashBrands } from './installation.ts'

/** Mentions are written this long before they are sent, so that no outage moves one into another minute. */
const writtenAgoMs = 60_000
const stormMentions = 400

/** A stream of numbered mentions. */
export interface Feed {
  /** Mentions by `brand minute`. */
  readonly byMinute: Record<string, number>
  sent(): number
  /** Complaints about a brand, all at once. */
  storm(brand: string): void
  stop(): void
}

/** A few mentions of every brand every 50 ms, and storms of complaints when told; some batches come twice. */
export function startFeed(feeders: readonly Feeder[], random: () => number): Feed {
  const byMinute: Record<string, number> = {}
  let sent = 0

  function write(brand: string, text: string): PushedItem {
    sent += 1
    const createdAt = Date.now() - writtenAgoMs
    const name = `${brand} ${Math.floor(createdAt / 60_000) * 60_000}`
    byMinute[name] = (byMinute[name] ?? 0) + 1
    const author = { id: `author-${sent % 997}`, followers: 50 + (sent % 100) }
    return { id: `mention-${sent}`, text, createdAt, author }
  }
  function push(items: readonly PushedItem[]): void {
    const times = random() < 0.05 ? 2 : 1
    for (const feeder of feeders) for (let time = 0; time < times; time += 1) feeder.push(items)
  }

  const timer = setInterval(() => {
    const brand = crashBrands[sent % crashBrands.length] ?? crashBrands[0]
    push([write(brand, `${brand} şubesine uğradım, sıra her zamanki gibiydi (${sent})`)])
  }, 50)
  return {
    byMinute,
    sent: () => sent,
    storm(brand) {
      for (let batch = 0; batch < stormMentions; batch += 20) {
        push(
          Array.from({ length: 20 }, () => write(brand, `${brand} rezalet, paramı geri alamadım! ${sent}`)),
        )
      }
    },
    stop: () => clearInterval(timer),
  }
}
