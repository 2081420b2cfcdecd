import type { Baseline, FallSpread, Forecast, Spread, SteadyParts, WindowBuckets } from './baseline.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { CountHistory } from './count-history.ts'
import type { DayForecast } from './day-window.ts'

const kind = 0x43
/** Version 1 held residuals in full width, 1 and 2 had no easing. */
const version = 3

/** An empty baseline for a signal whose buckets are whole numbers that add up: mentions, negative mentions, reach. */
export function createCountBaseline(): Baseline {
  return new CountBaseline(undefined, undefined)
}

/** A baseline from its encoding; throws a RangeError that says what is wrong with bytes it cannot read. */
export function decodeCountBaseline(bytes: Uint8Array): Baseline {
  const reader = new ByteReader(bytes, 'count baseline')
  const found = reader.uint8()
  reader.check(found === kind, `kind ${found}`, `${kind}`)
  const foundVersion = reader.uint8()
  const isKnown = foundVersion === 1 || foundVersion === 2 || foundVersion === version
  if (!isKnown) throw reader.unexpected(`version ${foundVersion}`, `1 to ${version}`)
  const next = reader.uint32()
  const begun = reader.uint8()
  const history = begun === 1 ? CountHistory.decode(reader, foundVersion) : undefined
  reader.check(
    history === undefined || history.next === next - 1,
    'a history that ends elsewhere',
    'the next',
  )
  reader.finish()
  return new CountBaseline(next === 0 ? undefined : next - 1, history)
}

class CountBaseline implements Baseline {
  #next: number | undefined
  /** Begins with the first observed bucket. */
  #history: CountHistory | undefined

  constructor(next: number | undefined, history: CountHistory | undefined) {
    this.#next = next
    this.#history = history
  }

  get next(): number | undefined {
    return this.#next
  }

  close(index: number, value: number, observed: boolean, localOffsetMinutes: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31) {
      throw new RangeError(`bucket index: found ${index}, expected a whole number of 5 minutes since 1970`)
    }
    if (this.#next !== undefined && index !== this.#next) {
      throw new RangeError(`bucket index: found ${index}, expected the one that follows, ${this.#next}`)
    }
    if (observed && !(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`value of bucket ${index}: found ${value}, expected a count of at least 0`)
    }
    this.#next = index + 1
    if (this.#history === undefined && observed) this.#history = new CountHistory(index)
    this.#history?.close(observed ? Math.round(value) : undefined, shiftOf(localOffsetMinutes))
  }

  correct(index: number, delta: number): void {
    if (!Number.isFinite(delta)) throw new RangeError(`delta: found ${delta}, expected a finite number`)
    this.#history?.correct(index, Math.round(delta))
  }

  exclude(from: number, to: number): void {
    this.#history = this.#history?.without(from, to)
  }

  adopt(from: number): void {
    this.#history = this.#history?.adopting(from)
  }

  forecast(window: WindowBuckets, index: number, localOffsetMinutes: number): Forecast {
    return this.#history?.forecast(window, index, shiftOf(localOffsetMinutes)) ?? nothing()
  }

  day(): DayForecast | undefined {
    return this.#history?.day()
  }

  fall(): FallSpread | undefined {
    return this.#history?.fall()
  }

  greatest(from: number, to: number): number {
    return this.#history?.greatest(from, to) ?? 0
  }

  least(from: number, to: number): number {
    return this.#history?.least(from, to) ?? 0
  }

  quiet(window: WindowBuckets, loud: number): Spread | undefined {
    return this.#history?.quiet(window, loud)
  }

  steady(parts: SteadyParts, loud = Number.POSITIVE_INFINITY): Spread | undefined {
    return this.#history?.steady(parts, loud)
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.uint8(kind)
    writer.uint8(version)
    writer.uint32(this.#next === undefined ? 0 : this.#next + 1)
    writer.uint8(this.#history === undefined ? 0 : 1)
    this.#history?.encode(writer)
    return writer.finish()
  }
}

/** Zones are multiples of 15 minutes today; anything else is taken to the nearest bucket. */
function shiftOf(localOffsetMinutes: number): number {
  return Math.round(localOffsetMinutes / 5)
}

function nothing(): Forecast {
  return { expected: 0, sigma: 1, burst: 0, days: 0, phase: 'none', ratePerHour: 0 }
}
