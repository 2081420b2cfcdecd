import { type Count, count } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { day } from '@nabiz/shared/time'
import { readValues } from './read-values.ts'

/** One recorded minute of one platform. */
export interface RecordedMinute {
  /** Its first ms, UTC. */
  at: number
  platform: string
  mentions: number
  observed: boolean
  /** Undefined where nobody wrote. */
  details: Pick<Count, 'languages' | 'negatives' | 'authors' | 'reach'> | undefined
}

/** What `counts` holds of a brand: each minute as its last revision has it. */
export interface RecordedSeries {
  brand: string
  /** Oldest first; of one minute its platforms by name. */
  minutes: RecordedMinute[]
  /** Mentions that came after their minute was told; here they stand in their minute. */
  lateMentions: number
}

export interface WantedSeries {
  brand?: string | undefined
  /** First minute, and the one after the last, ms. */
  from: number
  to: number
}

/** The brands of a log, partition after partition; one partition's brands are in memory at a time, some 100 MB a brand-year. */
export async function* readSeries(log: Log, wanted: WantedSeries): AsyncGenerator<RecordedSeries> {
  const { brand, from, to } = wanted
  // The log takes a minute's record after the minute itself, never before.
  const since = Math.max(0, from - day)
  for (const { partition, earliest, end } of await log.bounds('counts')) {
    if (earliest === end) continue
    const brands = new Map<string, SeriesBuilder>()
    for await (const value of readValues(log, { topic: 'counts', brand, partition, since }, count)) {
      if (value.minute < from || value.minute >= to) continue
      if (brand !== undefined && value.brand !== brand) continue
      const builder = brands.get(value.brand) ?? new SeriesBuilder(value.brand)
      brands.set(value.brand, builder)
      builder.add(value)
    }
    for (const [, builder] of [...brands].sort(([a], [b]) => (a < b ? -1 : 1))) yield builder.finish()
  }
}

/** Gathers a brand's records in the order of the log. */
export class SeriesBuilder {
  readonly #brand: string
  readonly #found = new Map<string, { revision: number; minute: RecordedMinute; first: number }>()

  constructor(brand: string) {
    this.#brand = brand
  }

  add(value: Count): void {
    const key = `${value.platform} ${value.minute}`
    const known = this.#found.get(key)
    if (known !== undefined && known.revision >= value.revision) return
    const { languages, negatives, authors, reach, mentions, platform, observed, minute: at } = value
    const details = mentions === 0 ? undefined : { languages, negatives, authors: { ...authors }, reach }
    this.#found.set(key, {
      revision: value.revision,
      minute: { at, platform, mentions, observed, details },
      first: known?.first ?? mentions,
    })
  }

  finish(): RecordedSeries {
    const entries = [...this.#found.values()]
    const minutes = entries.map(({ minute }) => minute)
    minutes.sort((a, b) => a.at - b.at || (a.platform < b.platform ? -1 : 1))
    const lateMentions = entries.reduce(
      (sum, { first, minute }) => sum + Math.max(0, minute.mentions - first),
      0,
    )
    return { brand: this.#brand, minutes, lateMentions }
  }
}
