import { ByteReader, ByteWriter } from './bytes.ts'
import type { ShareSample } from './corrected-share.ts'
import { bucketsPerDay, lagBuckets } from './grid.ts'
import { type HourCell, ShareHours } from './share-hours.ts'

/** Usual share of negative and how it varies from hour to hour. */
export interface ShareForecast {
  /** Corrected share over the last 14 days up to an hour ago, drawn a little towards 0.2 while there is little. */
  expected: number
  /** Deviation of the hourly share beyond what chance and the correction explain; at least 0.03. */
  sigma: number
  /** Observed days of history behind it, of the last 14. */
  days: number
  /** As for counts; under an observed day nothing is expected. */
  phase: 'none' | 'plain' | 'full'
  /** Mentions per hour over the last 14 days. */
  ratePerHour: number
}

/** Baseline of the share of negative of one brand: 14 days of hourly sums, fed with 5-minute buckets like a `Baseline`. */
export interface ShareBaseline {
  /** Index of the next bucket to close; undefined before the first. */
  readonly next: number | undefined
  /** Closes the bucket `index`; indices must follow one another, a gap is closed as unobserved. */
  close(index: number, sample: ShareSample, observed: boolean): void
  /** Late mentions add `delta` to a closed bucket; ignored when older than 14 days or where its hour was unobserved. */
  correct(index: number, delta: ShareSample): void
  /** Takes the hours that the closed buckets [from, to] lie in for unobserved. */
  exclude(from: number, to: number): void
  /** What is usual now. There is no time of day in it: nights have few mentions, not other ones. */
  forecast(): ShareForecast
  /** Bytes of the state's encoding; the same state gives the same bytes. */
  encode(): Uint8Array
}

const kind = 0x53
const version = 1
const historyHours = 14 * 24
const bucketsPerHour = 12
/** What a brand is taken for while nothing is known, and the mentions that opinion weighs. */
const prior = { share: 0.2, mentions: 50 }
/** Below this an hour's share is not better known than its errors. */
const leastSigma = 0.03

/** An empty baseline. */
export function createShareBaseline(): ShareBaseline {
  return new HourlyShares(undefined, new ShareHours())
}

/** A baseline from its encoding; throws a RangeError that says what is wrong with bytes it cannot read. */
export function decodeShareBaseline(bytes: Uint8Array): ShareBaseline {
  const reader = new ByteReader(bytes, 'share baseline')
  const found = reader.uint8()
  reader.check(found === kind, `kind ${found}`, `${kind}`)
  const foundVersion = reader.uint8()
  reader.check(foundVersion === version, `version ${foundVersion}`, `${version}`)
  const next = reader.uint32()
  const hours = ShareHours.decode(reader)
  reader.finish()
  return new HourlyShares(next === 0 ? undefined : next - 1, hours)
}

class HourlyShares implements ShareBaseline {
  #next: number | undefined
  readonly #hours: ShareHours
  /** The forecast since the last change. */
  #known: ShareForecast | undefined
  /** Its part that takes a walk over all hours, and changes once an hour. */
  #past: Past | undefined

  constructor(next: number | undefined, hours: ShareHours) {
    this.#next = next
    this.#hours = hours
  }

  get next(): number | undefined {
    return this.#next
  }

  close(index: number, sample: ShareSample, observed: boolean): void {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31) {
      throw new RangeError(`bucket index: found ${index}, expected a whole number of 5 minutes since 1970`)
    }
    if (this.#next !== undefined && index !== this.#next) {
      throw new RangeError(`bucket index: found ${index}, expected the one that follows, ${this.#next}`)
    }
    this.#next = index + 1
    this.#known = undefined
    if (observed) this.#hours.add(Math.floor(index / bucketsPerHour), sample, 1)
    else this.#hours.reach(Math.floor(index / bucketsPerHour))
  }

  correct(index: number, delta: ShareSample): void {
    const hour = Math.floor(index / bucketsPerHour)
    if (this.#next === undefined || index >= this.#next || !this.#hours.observed(hour)) return
    this.#known = undefined
    this.#past = undefined
    this.#hours.add(hour, delta, 0)
  }

  exclude(from: number, to: number): void {
    this.#known = undefined
    this.#past = undefined
    this.#hours.clear(Math.floor(from / bucketsPerHour), Math.floor(to / bucketsPerHour))
  }

  forecast(): ShareForecast {
    this.#known ??= this.#forecast()
    return this.#known
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.uint8(kind)
    writer.uint8(version)
    writer.uint32(this.#next === undefined ? 0 : this.#next + 1)
    this.#hours.encode(writer)
    return writer.finish()
  }

  #forecast(): ShareForecast {
    // The last whole hour that ended at least an hour ago: a storm does not become usual while it lasts.
    const latest = Math.floor(((this.#next ?? 0) - lagBuckets) / bucketsPerHour) - 1
    if (this.#past?.latest !== latest) this.#past = pastOf(this.#hours, latest)
    const { counted, usual, ratePerHour } = this.#past
    const recent = observedIn(this.#hours.between(latest + 1, latest + 3))
    const days = Math.min(14, (counted + recent) / bucketsPerDay)
    return {
      ...usual,
      days,
      phase: days < 1 || counted === 0 ? 'none' : days < 3 ? 'plain' : 'full',
      ratePerHour,
    }
  }
}

/** What follows from the 14 days of hours that end with `latest`. */
interface Past {
  latest: number
  /** Buckets observed in them. */
  counted: number
  usual: Pick<ShareForecast, 'expected' | 'sigma'>
  ratePerHour: number
}

function pastOf(hours: ShareHours, latest: number): Past {
  const cells = hours.between(latest - historyHours + 1, latest)
  const counted = observedIn(cells)
  if (counted === 0)
    return { latest, counted, usual: { expected: prior.share, sigma: leastSigma }, ratePerHour: 0 }
  const mentions = cells.reduce((sum, cell) => sum + cell.mentions, 0)
  return {
    latest,
    counted,
    usual: usualOf(cells, mentions),
    ratePerHour: (bucketsPerHour * mentions) / counted,
  }
}

/**
 * Mean and between-hour deviation of shares by moments (Kleinman 1973, Proportions with extraneous variance): the
 * variance of an hour's share is tau^2 plus that of drawing its mentions. An hour weighs as much as it has mentions, but
 * no more than an average one, so that one storm does not decide what is usual for two weeks.
 */
function usualOf(cells: readonly HourCell[], mentions: number): Pick<ShareForecast, 'expected' | 'sigma'> {
  const busy = cells.filter((cell) => cell.mentions > 0)
  const average = mentions / Math.max(1, busy.length)
  const judged = busy.reduce((sum, cell) => sum + cell.negatives, 0) / Math.max(1, mentions)
  let weights = prior.mentions
  let shares = prior.mentions * prior.share
  for (const cell of busy) {
    const weight = Math.min(cell.mentions, average)
    weights += weight
    shares += (weight * cell.corrected) / cell.mentions
  }
  const expected = Math.min(1, Math.max(0, shares / weights))
  let excess = 0
  for (const cell of busy) {
    const weight = Math.min(cell.mentions, average)
    const deviation = cell.corrected / cell.mentions - expected
    const byChance = (judged * (1 - judged) * cell.inflated) / (cell.mentions * cell.mentions)
    excess += weight * (deviation * deviation - byChance)
  }
  const variance = excess / Math.max(1, weights - prior.mentions)
  return { expected, sigma: Math.max(leastSigma, Math.sqrt(Math.max(0, variance))) }
}

function observedIn(cells: readonly HourCell[]): number {
  return cells.reduce((sum, cell) => sum + cell.observed, 0)
}
