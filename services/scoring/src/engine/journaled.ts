import { Reader, Writer } from './codec.ts'

/** How a baseline is told what happened; an entry's values are a fixed number of numbers. */
export interface JournalKind<B> {
  readonly width: number
  create(): B
  decode(bytes: Uint8Array): B
  close(baseline: B, index: number, values: readonly number[], observed: boolean, zone: number): void
  correct(baseline: B, index: number, values: readonly number[]): void
}

/** What a baseline has to offer to be journaled. */
export interface Journalable {
  readonly next: number | undefined
  exclude(from: number, to: number): void
  /** Takes what came since a bucket for the level of from now on; absent where there is no level. */
  adopt?(from: number): void
  encode(): Uint8Array
}

const opUnseen = 0
const opClose = 1
const opCorrect = 2
const opZone = 3
/** Numbers in a journal after which the baseline is stored anew, however short a time it has been. */
const longestJournal = 3_000
/** Buckets between two storings, 2 hours: a journal of a day took longer to tell again than all else of a brand. */
export const storedEvery = 24

/**
 * A baseline that is stored every two hours, and between as what happened to it since: tens of KB a signal need not be
 * written at every checkpoint. When it is stored depends on buckets alone, so bytes never depend on checkpoints.
 *
 * What was read from a checkpoint stays bytes until somebody asks for it: a member that takes over thousands of brands
 * counts their mentions at once, and reads each brand's past when it is judged by it.
 */
export class Journaled<B extends Journalable> {
  readonly #kind: JournalKind<B>
  readonly #dueSlot: number
  #baseline: B | undefined
  /** The whole bytes written last, of a baseline that nobody has asked for yet. */
  #unread: Uint8Array | undefined
  #journal = new Journal()
  #zone = Number.NaN
  #stored: Uint8Array | undefined
  #inFlight: Uint8Array | undefined
  readonly #derived = new Map<number, { index: number; zone: number; value: unknown }>()

  /** @param dueSlot bucket of the two hours, 0 to 23, at which it is stored; spread over brands */
  constructor(kind: JournalKind<B>, dueSlot: number, baseline?: B) {
    this.#baseline = baseline
    this.#kind = kind
    this.#dueSlot = dueSlot
  }

  get baseline(): B {
    this.#baseline ??= this.#read()
    return this.#baseline
  }

  get next(): number | undefined {
    return this.baseline.next
  }

  /**
   * Closes a bucket; `zone`: minutes east of UTC there and then. `isStoredByTime`: false where checkpoints are as good as
   * never made, which then only read a longer journal.
   */
  close(
    index: number,
    values: readonly number[],
    observed: boolean,
    zone: number,
    isStoredByTime = true,
  ): void {
    const { baseline } = this
    if (zone !== this.#zone) this.#journal.push(opZone, zone)
    this.#zone = zone
    this.#journal.push(observed ? opClose : opUnseen)
    // The first entry has to say where the buckets begin; the others follow one another.
    if (baseline.next === undefined) this.#journal.push(index)
    this.#push(values)
    this.#kind.close(baseline, index, values, observed, zone)
    this.#derived.clear()
    const isDue = isStoredByTime && index % storedEvery === this.#dueSlot
    if (isDue || this.#journal.length > longestJournal) this.store()
  }

  /** Late mentions changed a closed bucket. */
  correct(index: number, values: readonly number[]): void {
    if (this.baseline.next === undefined || values.every((value) => value === 0)) return
    this.#kind.correct(this.baseline, index, values)
    this.#journal.push(opCorrect, index)
    this.#push(values)
    this.#derived.clear()
    if (this.#journal.length > longestJournal) this.store()
  }

  /** Takes closed buckets [from, to] for unobserved; so rare that the whole baseline is stored anew. */
  exclude(from: number, to: number): void {
    this.baseline.exclude(from, to)
    this.#derived.clear()
    this.store()
  }

  /** Takes what was counted since bucket `from` for the level of from now on; as rare, and stored as well. */
  adopt(from: number): void {
    const { baseline } = this
    if (baseline.adopt === undefined) return
    baseline.adopt(from)
    this.#derived.clear()
    this.store()
  }

  /** A value made from the baseline, kept under a small number until the baseline changes. */
  derive<T>(key: number, index: number, zone: number, make: () => T): T {
    const known = this.#derived.get(key)
    if (known !== undefined && known.index === index && known.zone === zone) return known.value as T
    const value = make()
    this.#derived.set(key, { index, zone, value })
    return value
  }

  /** Lets the next encoding write the whole baseline. */
  store(): void {
    this.#stored = this.baseline.encode()
    this.#journal = new Journal()
    if (!Number.isNaN(this.#zone)) this.#journal.push(opZone, this.#zone)
  }

  /** The whole bytes that are not durable yet; undefined when the stored ones stand. */
  encodeStored(): Uint8Array | undefined {
    this.#inFlight = this.#stored
    return this.#stored
  }

  markDurable(): void {
    if (this.#stored === this.#inFlight) this.#stored = undefined
    this.#inFlight = undefined
  }

  encodeJournal(writer: Writer): void {
    this.#journal.encode(writer)
  }

  /** @param stored the whole bytes written last; undefined when there never were any */
  static decode<B extends Journalable>(
    reader: Reader,
    kind: JournalKind<B>,
    dueSlot: number,
    stored: Uint8Array | undefined,
  ): Journaled<B> {
    const journaled = new Journaled(kind, dueSlot)
    journaled.#journal = Journal.decode(reader)
    journaled.#unread = stored
    return journaled
  }

  /** The whole bytes, and what the journal tells has happened since. */
  #read(): B {
    const kind = this.#kind
    const baseline = this.#unread === undefined ? kind.create() : kind.decode(this.#unread)
    this.#unread = undefined
    const journal = this.#journal.values()
    for (let at = 0; at < journal.length; ) {
      const op = journal[at++]
      if (op === opZone) {
        this.#zone = journal[at++] ?? 0
        continue
      }
      const index = op === opCorrect || baseline.next === undefined ? (journal[at++] ?? 0) : baseline.next
      const values = journal.slice(at, at + kind.width)
      at += kind.width
      if (op === opCorrect) kind.correct(baseline, index, values)
      else kind.close(baseline, index, values, op === opClose, this.#zone)
    }
    return baseline
  }

  #push(values: readonly number[]): void {
    for (let at = 0; at < this.#kind.width; at += 1) this.#journal.push((values[at] ?? 0) + 0)
  }
}

/** Numbers in the few bytes in which they are stored: as a list they would be the largest part of many a baseline. */
class Journal {
  readonly #bytes = new Writer(64)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(...values: number[]): void {
    for (const value of values) this.#bytes.number(value)
    this.#length += values.length
  }

  values(): number[] {
    const bytes = new Writer(64)
    this.encode(bytes)
    const reader = new Reader(bytes.finish(), 'journal')
    return reader.list(() => reader.number())
  }

  encode(writer: Writer): void {
    writer.unsigned(this.#length)
    writer.rawOf(this.#bytes)
  }

  static decode(reader: Reader): Journal {
    const journal = new Journal()
    journal.#length = reader.unsigned()
    const from = reader.position
    for (let left = journal.#length; left > 0; left -= 1) reader.number()
    journal.#bytes.raw(reader.between(from, reader.position))
    return journal
  }
}
