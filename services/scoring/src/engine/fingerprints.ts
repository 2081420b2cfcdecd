import { FingerprintTable } from './fingerprint-table.ts'

/** Hours of partition time for which an item is remembered. */
export const rememberedHours = 48
/** Hours that share one look-up table: few tables to ask, and a table is dropped whole. */
const hoursPerTable = 12
/** Fingerprints in one stored piece: 32 KiB, so that a checkpoint rewrites the last piece alone. */
const pieceEntries = 4_096

/** The fingerprints that came in one hour, in their order. */
interface Hour {
  /** Let go of once the hour is over and durable: what is looked up stands in the tables. */
  words: Int32Array
  /** Words in use: two a fingerprint. */
  length: number
  /** Words that are durable, and that the last encoding wrote. */
  durable: number
  encoded: number
}

const released = new Int32Array()

/** 64-bit fingerprints of the last 48 to 60 hours, kept by the hour in which they came. */
export class Fingerprints {
  readonly #hours = new Map<number, Hour>()
  readonly #tables = new Map<number, FingerprintTable>()
  readonly #dropped = new Set<string>()
  readonly #prefix: string
  #encodedDrops: string[] = []
  #latest = 0

  /** @param prefix of the names its values are stored under */
  constructor(prefix: string) {
    this.#prefix = prefix
  }

  has(low: number, high: number): boolean {
    const first = low === 0 && high === 0 ? 1 : low
    for (const table of this.#tables.values()) if (table.has(first, high)) return true
    return false
  }

  /** Remembers a fingerprint that is not known, in the hour (since 1970) of partition time, which never goes back. */
  add(low: number, high: number, now: number): void {
    const hour = Math.max(now, this.#latest)
    const first = low === 0 && high === 0 ? 1 : low
    this.#table(hour).add(first, high)
    const entry = this.#hour(hour)
    if (entry.length === entry.words.length) {
      const grown = new Int32Array(entry.words.length * 2)
      grown.set(entry.words)
      entry.words = grown
    }
    entry.words[entry.length] = first
    entry.words[entry.length + 1] = high
    entry.length += 2
  }

  /** Forgets the hours of a table once its last hour ended 48 hours before the hour `now`. */
  expire(now: number): void {
    for (const block of this.#tables.keys()) {
      const nextHour = (block + 1) * hoursPerTable
      if (nextHour + rememberedHours > now) continue
      this.#tables.delete(block)
      for (let hour = nextHour - hoursPerTable; hour < nextHour; hour += 1) this.#forget(hour)
    }
  }

  /** Writes the pieces that are not durable yet. */
  encode(puts: Map<string, Uint8Array>, deletes: string[]): void {
    for (const [hour, entry] of this.#hours) {
      if (entry.durable === entry.length) continue
      const firstPiece = Math.floor(entry.durable / (pieceEntries * 2))
      for (let piece = firstPiece; piece * pieceEntries * 2 < entry.length; piece += 1) {
        const from = piece * pieceEntries * 2
        puts.set(
          this.#key(hour, piece),
          bytesOf(entry.words.subarray(from, Math.min(entry.length, from + pieceEntries * 2))),
        )
      }
      entry.encoded = entry.length
    }
    this.#encodedDrops = [...this.#dropped]
    deletes.push(...this.#encodedDrops)
  }

  markDurable(): void {
    for (const entry of this.#hours.values()) entry.durable = Math.max(entry.durable, entry.encoded)
    this.#release()
    for (const name of this.#encodedDrops) this.#dropped.delete(name)
    this.#encodedDrops = []
  }

  /** Reads the pieces among a checkpoint's values. */
  static decode(values: ReadonlyMap<string, Uint8Array>, prefix: string): Fingerprints {
    const fingerprints = new Fingerprints(prefix)
    const names = [...values.keys()].filter((name) => name.startsWith(prefix)).map(partsOf)
    names.sort((a, b) => a.hour - b.hour || a.piece - b.piece)
    for (const { hour, piece } of names) {
      const bytes = values.get(fingerprints.#key(hour, piece)) ?? new Uint8Array()
      const entry = fingerprints.#hour(hour)
      const words = new Int32Array(Math.max(16, entry.length + bytes.length / 4))
      words.set(entry.words.subarray(0, entry.length))
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      for (let at = 0; at < bytes.length; at += 4) words[entry.length++] = view.getInt32(at, true)
      entry.words = words
      entry.durable = entry.encoded = entry.length
    }
    for (const hour of fingerprints.#hours.keys()) fingerprints.#fill(hour)
    fingerprints.#release()
    return fingerprints
  }

  #release(): void {
    for (const [hour, entry] of this.#hours)
      if (hour < this.#latest && entry.durable === entry.length) entry.words = released
  }

  #forget(hour: number): void {
    const encoded = this.#hours.get(hour)?.encoded ?? 0
    this.#hours.delete(hour)
    for (let piece = 0; piece * pieceEntries * 2 < encoded; piece += 1)
      this.#dropped.add(this.#key(hour, piece))
  }

  #key(hour: number, piece: number): string {
    return `${this.#prefix}${hour}/${piece}`
  }

  #fill(hour: number): void {
    const entry = this.#hours.get(hour)
    if (entry === undefined) return
    const table = this.#table(hour)
    for (let at = 0; at < entry.length; at += 2) table.add(entry.words[at] ?? 0, entry.words[at + 1] ?? 0)
  }

  #hour(hour: number): Hour {
    let entry = this.#hours.get(hour)
    if (entry === undefined) {
      entry = { words: new Int32Array(16), length: 0, durable: 0, encoded: 0 }
      this.#hours.set(hour, entry)
      this.#latest = Math.max(this.#latest, hour)
    }
    return entry
  }

  #table(hour: number): FingerprintTable {
    const block = Math.floor(hour / hoursPerTable)
    let table = this.#tables.get(block)
    if (table === undefined) {
      table = new FingerprintTable()
      this.#tables.set(block, table)
    }
    return table
  }
}

function partsOf(name: string): { hour: number; piece: number } {
  const [, hour, piece] = name.split('/')
  return { hour: Number(hour), piece: Number(piece) }
}

function bytesOf(words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 4)
  const view = new DataView(bytes.buffer)
  words.forEach((value, at) => {
    view.setInt32(at * 4, value, true)
  })
  return bytes
}
