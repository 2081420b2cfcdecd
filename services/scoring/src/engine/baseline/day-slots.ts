import type { ByteReader, ByteWriter } from './bytes.ts'
import { type CountRing, missing } from './count-ring.ts'
import { bucketsPerDay, halfWidth, historyBuckets } from './grid.ts'

const greatestUint32 = 2 ** 32 - 1
/** Where decoding adds up totals, which seldom need the room. */
const decoded = new Float64Array(bucketsPerDay)

interface OffsetChange {
  /** First bucket index with this offset. */
  from: number
  /** Buckets by which local time is ahead of UTC. */
  shift: number
}

/**
 * Totals and numbers of observed buckets of 14 days, one pair for each 5-minute slot of the local day.
 * A bucket enters its slot with a delay (the caller's), so that what is being judged is never in its own expectation.
 */
export class DaySlots {
  /** Whole numbers; in four bytes each until one is too great for them. */
  #totals: Uint32Array | Float64Array
  readonly #observed = new Uint8Array(bucketsPerDay)
  /** Offsets in force over what the ring holds, oldest first. */
  #changes: OffsetChange[] = []
  /** Index of the latest bucket that has entered. */
  #entered = -1

  constructor(totals: Uint32Array | Float64Array = new Uint32Array(bucketsPerDay)) {
    this.#totals = totals
  }

  /** From bucket `index` on (the latest so far), local time is `shift` buckets ahead of UTC. */
  noteShift(index: number, shift: number): void {
    if (this.#changes.at(-1)?.shift !== shift) this.#changes.push({ from: index, shift })
    const second = this.#changes[1]
    if (second !== undefined && second.from <= index - 2 * historyBuckets) this.#changes.shift()
  }

  /** Bucket `index` enters its slot and the one 4,032 before it leaves; indices follow one another. */
  enter(index: number, counts: CountRing): void {
    this.#entered = index
    this.#put(index, counts.get(index), 1)
    this.#put(index - historyBuckets, counts.get(index - historyBuckets), -1)
  }

  /** A bucket's count changed by `delta`: its slot follows if the bucket is in it. */
  correct(index: number, delta: number): void {
    if (index > this.#entered || index <= this.#entered - historyBuckets) return
    const slot = slotOf(index, this.shiftAt(index))
    this.#addTo(slot, delta)
  }

  /**
   * Mean over the days of the mean of the window sums that end in the 13 buckets around `index`'s time of day, computed
   * slot by slot: a bucket k before or after counts once for each of the 13 windows it lies in. Slots that were never
   * observed are left out and the rest scaled up; -1 when no slot was. For an index in the past, buckets from that
   * moment on are taken out again, and those they pushed out put back while the ring still holds them.
   */
  expected(length: number, index: number, shift: number, counts: CountRing): number {
    const totals = this.#totals
    const observedOf = this.#observed
    const entered = this.#entered
    let sum = 0
    let weights = 0
    const first = -halfWidth - length + 1
    let slot = slotOf(index + first, shift) - 1
    for (let k = first; k <= halfWidth; k += 1) {
      const bucket = index + k
      slot = slot === bucketsPerDay - 1 ? 0 : slot + 1
      let total = totals[slot] ?? 0
      let observed = observedOf[slot] ?? 0
      if (bucket <= entered) {
        const later = bucket + shift - this.shiftAt(bucket)
        const count = counts.get(later)
        if (later <= entered && count !== missing) {
          total -= count
          observed -= 1
        }
        const gone = counts.get(later - historyBuckets)
        if (later <= entered && gone !== missing) {
          total += gone
          observed += 1
        }
      }
      if (observed === 0) continue
      const weight = Math.min(halfWidth, k + length - 1) - Math.max(-halfWidth, k) + 1
      sum += (weight * total) / observed
      weights += weight
    }
    if (weights === 0) return -1
    const positions = 2 * halfWidth + 1
    return weights === positions * length ? sum / positions : (sum / weights) * length
  }

  /** Writes the offsets and how far buckets have entered; the totals follow from the counts. */
  encode(writer: ByteWriter): void {
    writer.uint32(this.#entered + 1)
    writer.uint32(this.#changes.length)
    for (const change of this.#changes) {
      writer.uint32(change.from)
      writer.uint32(change.shift + bucketsPerDay)
    }
  }

  /** Reads what `encode` wrote and sums the counts again. */
  static decode(reader: ByteReader, counts: CountRing): DaySlots {
    const slots = new DaySlots(decoded.fill(0))
    slots.#entered = reader.uint32() - 1
    const length = reader.uint32()
    reader.check(length < 2 * historyBuckets, `${length} changes of the local offset`, 'a few')
    for (let i = 0; i < length; i += 1) {
      slots.#changes.push({ from: reader.uint32(), shift: reader.uint32() - bucketsPerDay })
    }
    const oldest = Math.max(counts.begin, slots.#entered - historyBuckets + 1)
    // Stretch by stretch of one offset, so that slots follow one another.
    for (let from = oldest; from <= slots.#entered; ) {
      const next = slots.#changes.slice(1).find((change) => change.from > from)
      const last = Math.min(slots.#entered, (next?.from ?? Number.POSITIVE_INFINITY) - 1)
      counts.addToSlots(from, last, slotOf(from, slots.shiftAt(from)), decoded, slots.#observed)
      from = last + 1
    }
    const isGreat = decoded.some((total) => total > greatestUint32)
    slots.#totals = isGreat ? decoded.slice() : new Uint32Array(decoded)
    return slots
  }

  #put(index: number, count: number, sign: 1 | -1): void {
    if (count === missing) return
    const slot = slotOf(index, this.shiftAt(index))
    this.#addTo(slot, sign * count)
    this.#observed[slot] = (this.#observed[slot] ?? 0) + sign
  }

  #addTo(slot: number, delta: number): void {
    const total = (this.#totals[slot] ?? 0) + delta
    if (total > greatestUint32 && this.#totals instanceof Uint32Array) {
      this.#totals = Float64Array.from(this.#totals)
    }
    this.#totals[slot] = total
  }

  /** The slot of the local day that a bucket belongs to that is held. */
  slotAt(index: number): number {
    return slotOf(index, this.shiftAt(index))
  }

  /** Buckets by which local time is ahead of UTC at a bucket that is held. */
  shiftAt(index: number): number {
    for (let i = this.#changes.length - 1; i > 0; i -= 1) {
      const change = this.#changes[i]
      if (change !== undefined && change.from <= index) return change.shift
    }
    return this.#changes[0]?.shift ?? 0
  }
}

function slotOf(index: number, shift: number): number {
  return (((index + shift) % bucketsPerDay) + bucketsPerDay) % bucketsPerDay
}
