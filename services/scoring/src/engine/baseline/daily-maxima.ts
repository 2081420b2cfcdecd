import type { FallSpread } from './baseline.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { bucketsPerDay } from './grid.ts'

const days = 14
/** Days of 14 that lie above what is reached regularly. */
const regularRank = 4

/**
 * Greatest residual of each of the latest 14 days that has any, days counted from the history's beginning; and the
 * one that a brand reaches regularly: the fifth-largest of 14, the third of 7, the second of 2 to 5.
 */
export class DailyMaxima {
  // A plain list: a typed array of so few numbers takes three times the memory.
  readonly #greatest = new Array<number>(days).fill(Number.NEGATIVE_INFINITY)
  #day = -1
  #regular: number | undefined

  /** The maximum that regular bursts reach; undefined while no day has one. */
  get regular(): number | undefined {
    return this.#regular
  }

  /** The bucket `age` buckets after the history's beginning had this residual, or none; ages follow one another. */
  step(age: number, residual: number | undefined): void {
    const day = Math.floor(age / bucketsPerDay)
    if (day !== this.#day) {
      this.#day = day
      this.#greatest[day % days] = Number.NEGATIVE_INFINITY
      this.#rank()
    }
    if (residual === undefined || residual <= (this.#greatest[day % days] ?? 0)) return
    this.#greatest[day % days] = residual
    this.#rank()
  }

  encode(writer: ByteWriter): void {
    writer.uint32(this.#day + 1)
    const seen = Math.min(days, this.#day + 1)
    for (let day = 0; day < seen; day += 1) writer.float64(this.#greatest[day] ?? 0)
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): DailyMaxima {
    const maxima = new DailyMaxima()
    maxima.#day = reader.uint32() - 1
    const seen = Math.min(days, maxima.#day + 1)
    for (let day = 0; day < seen; day += 1) maxima.#greatest[day] = reader.float64()
    maxima.#rank()
    return maxima
  }

  #rank(): void {
    this.#regular = regularOf(this.#greatest)
  }
}

/** What is reached regularly, from the greatest residual of each of 14 days, negative infinity where there is none. */
export function regularOf(greatest: readonly number[]): number | undefined {
  return rankedOf(greatest, regularRank)
}

/** The greatest residual that has so many of 14 days above it; of fewer days as large a share of them. */
export function rankedOf(greatest: readonly number[], above: number): number | undefined {
  const sorted = greatest.filter((value) => value > Number.NEGATIVE_INFINITY).sort((a, b) => a - b)
  const n = sorted.length
  // Counted from the largest; the array is sorted upward.
  return sorted[n - 1 - Math.min(n - 1, Math.round((above * n) / days))]
}

/** How far hours fall below the expected: the mean square of what they lacked, and the deepest of each of 14 days, which it sorts. */
export function fallSpreadOf(meanSquare: number, deepest: number[]): FallSpread {
  deepest.sort((a, b) => b - a)
  return { deviation: Math.sqrt(meanSquare), regular: deepest[2] ?? 0 }
}
