import { type Cell, createCell, decodeCell, encodeCell, skipCell } from './cell.ts'
import { Reader, Writer } from './codec.ts'

/** The cells of an hour in which nothing happens any more, as they stand in the encoding. */
interface PackedHour {
  /** Minute of the first cell; the others say how much later than the one before they are. */
  first: number
  last: number
  count: number
  bytes: Uint8Array
}

/** An hour of what is being read, and where its bytes are. */
interface EncodedHour {
  first: number
  last: number
  count: number
  from: number
  to: number
  /** None of its cells may change any more. */
  isAtRest: boolean
}

const minutesPerHour = 60
const packer = new Writer(1_024)

/**
 * The minute cells of a platform. Those of hours long over are kept as bytes, a tenth of their size as objects, and come
 * back when they are asked for. Which ones are packed changes nothing in what is answered or encoded.
 */
export class MinuteCells {
  readonly #cells = new Map<number, Cell>()
  readonly #packed = new Map<number, PackedHour>()
  /** The cell that was asked for last, if there was one, and its minute: most often the running one. */
  #latest: Cell | undefined
  #latestMinute = 0

  get isEmpty(): boolean {
    return this.#cells.size === 0 && this.#packed.size === 0
  }

  get(minute: number): Cell | undefined {
    const cell = this.#cells.get(minute)
    if (cell !== undefined || this.#packed.size === 0) return cell
    return this.#unpack(hourOf(minute)) ? this.#cells.get(minute) : undefined
  }

  /** The cell of a minute, a new one where there is none. */
  obtain(minute: number): Cell {
    if (this.#latest !== undefined && this.#latestMinute === minute) return this.#latest
    let cell = this.get(minute)
    if (cell === undefined) {
      cell = createCell()
      this.#cells.set(minute, cell)
    }
    this.#latest = cell
    this.#latestMinute = minute
    return cell
  }

  /** Minutes of the changed cells; those of packed hours have not changed. */
  changed(): number[] {
    return [...this.#cells].flatMap(([minute, { changed }]) => (changed ? [minute] : []))
  }

  /** All of them, in no order in particular. */
  entries(): Iterable<[number, Cell]> {
    for (const hour of [...this.#packed.keys()]) this.#unpack(hour)
    return this.#cells
  }

  clear(): void {
    this.#latest = undefined
    this.#cells.clear()
    this.#packed.clear()
  }

  /** Forgets the cell of this minute. */
  delete(minute: number): void {
    if (minute === this.#latestMinute) this.#latest = undefined
    this.#unpack(hourOf(minute))
    this.#cells.delete(minute)
  }

  /** Forgets all cells before `minute`. */
  prune(minute: number): void {
    if (this.#latestMinute < minute) this.#latest = undefined
    for (const [hour, { last }] of this.#packed) if (last < minute) this.#packed.delete(hour)
    this.#unpack(hourOf(minute))
    for (const known of this.#cells.keys()) if (known < minute) this.#cells.delete(known)
  }

  /** Packs the hours that were over an hour before `now`, but for the oldest hour of what is kept `from` a minute on. */
  pack(from: number, now: number): void {
    const hours = new Map<number, number[]>()
    for (const minute of this.#cells.keys()) {
      const hour = hourOf(minute)
      if (hour <= hourOf(from) || hour > hourOf(now) - 2) continue
      const minutes = hours.get(hour)
      if (minutes === undefined) hours.set(hour, [minute])
      else minutes.push(minute)
    }
    for (const [hour, minutes] of hours) this.#packHour(hour, minutes)
  }

  encode(writer: Writer): void {
    let length = this.#cells.size
    const blocks: (PackedHour | number)[] = [...this.#cells.keys()]
    for (const packed of this.#packed.values()) {
      length += packed.count
      blocks.push(packed)
    }
    blocks.sort((a, b) => firstOf(a) - firstOf(b))
    writer.unsigned(length)
    let before = 0
    for (const block of blocks) {
      writer.unsigned(firstOf(block) - before)
      if (typeof block === 'number') {
        before = block
        encodeCell(this.obtain(block), writer)
      } else {
        before = block.last
        writer.raw(block.bytes)
      }
    }
  }

  /** Reads what `encode` wrote. Hours at rest stay the bytes that they are. */
  static decode(reader: Reader): MinuteCells {
    const cells = new MinuteCells()
    let minute = 0
    let hour: EncodedHour | undefined
    for (let left = reader.unsigned(); left > 0; left -= 1) {
      minute += reader.unsigned()
      if (hour === undefined || hourOf(hour.first) !== hourOf(minute)) {
        if (hour !== undefined) cells.#keep(hour, reader)
        hour = { first: minute, last: minute, count: 0, from: reader.position, to: 0, isAtRest: true }
      }
      if (!skipCell(reader)) hour.isAtRest = false
      hour.last = minute
      hour.count += 1
      hour.to = reader.position
    }
    if (hour !== undefined) cells.#keep(hour, reader)
    return cells
  }

  #keep({ first, last, count, from, to, isAtRest }: EncodedHour, reader: Reader): void {
    this.#packed.set(hourOf(first), { first, last, count, bytes: reader.between(from, to) })
    if (!isAtRest) this.#unpack(hourOf(first))
  }

  #packHour(hour: number, minutes: number[]): void {
    minutes.sort((a, b) => a - b)
    for (const minute of minutes) {
      const cell = this.#cells.get(minute)
      if (cell === undefined || cell.changed || cell.authors !== undefined) return
    }
    const first = minutes[0] ?? 0
    let last = first
    for (const minute of minutes) {
      if (minute !== first) packer.unsigned(minute - last)
      last = minute
      encodeCell(this.obtain(minute), packer)
      this.#cells.delete(minute)
    }
    this.#latest = undefined
    this.#packed.set(hour, { first, last, count: minutes.length, bytes: packer.finish() })
  }

  /** Says whether the hour was packed. */
  #unpack(hour: number): boolean {
    const packed = this.#packed.get(hour)
    if (packed === undefined) return false
    this.#packed.delete(hour)
    const reader = new Reader(packed.bytes, 'minutes')
    let minute = packed.first
    for (let left = packed.count; left > 0; left -= 1) {
      if (left < packed.count) minute += reader.unsigned()
      this.#cells.set(minute, decodeCell(reader))
    }
    return true
  }
}

function firstOf(block: PackedHour | number): number {
  return typeof block === 'number' ? block : block.first
}

function hourOf(minute: number): number {
  return Math.floor(minute / minutesPerHour)
}
