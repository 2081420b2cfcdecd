import { partitionCount, type Topic, topics } from '../../contracts/index.ts'
import { checkOffset } from '../check-position.ts'
import type { Appended, LogRecord, PartitionBounds } from '../log.ts'
import { setTimestamp } from './codec.ts'
import { type Entry, roomFor } from './day-file.ts'
import { dayIndexOf, dayOf, endOfDay, wholeTopic } from './days.ts'
import type { FileCache } from './file-cache.ts'
import { type DayMeta, type MetaFile, newTopicMeta } from './meta-file.ts'
import { upToMissing } from './up-to-missing.ts'

/** A record to be written: its partition, and its bytes but for the timestamp. */
export interface Pending {
  partition: number
  bytes: Buffer
}

/** One topic of the log: its days, oldest first, and where each partition ends. Writes come one at a time. */
export class TopicLog {
  readonly topic: Topic
  readonly #meta: MetaFile
  readonly #files: FileCache
  #id: string
  #days: DayMeta[]
  #ends: number[]
  #lastTimestamp: number

  /** Reads the state of the topic as it stands on disk. */
  constructor(topic: Topic, meta: MetaFile, files: FileCache) {
    this.topic = topic
    this.#meta = meta
    this.#files = files
    const kept = meta.topic(topic)
    this.#id = kept.id
    this.#days = meta.days(topic)
    this.#ends = [...kept.ends]
    this.#lastTimestamp = kept.lastTimestamp
    const newest = this.#days.at(-1)
    if (!newest) return
    this.#lastTimestamp = Math.max(this.#lastTimestamp, newest.lastTimestamp)
    const file = files.existing(topic, newest.day)
    for (let partition = 0; partition < partitionCount; partition++) {
      const last = file?.last(partition)
      const end = Math.max(newest.base[partition] ?? 0, last ? last.offset + 1 : 0)
      this.#ends[partition] = Math.max(this.#ends[partition] ?? 0, end)
      this.#lastTimestamp = Math.max(this.#lastTimestamp, last?.timestamp ?? 0)
    }
  }

  get id(): string {
    return this.#id
  }

  get compacted(): boolean {
    return 'compacted' in topics[this.topic]
  }

  end(partition: number): number {
    return this.#ends[partition] ?? 0
  }

  bounds(partition: number): PartitionBounds {
    const end = this.end(partition)
    return { partition, earliest: this.#days[0]?.base[partition] ?? end, end }
  }

  /** Writes the records durably, in order; `now` is the clock's time, ms. `newDay`: it began a day. */
  async write(pending: readonly Pending[], now: number): Promise<{ appended: Appended[]; newDay: boolean }> {
    // Over all partitions, so that no record of an earlier day follows once a day has begun.
    const timestamp = Math.max(now, this.#lastTimestamp)
    const newDay = await this.#beginDay(timestamp)
    const day = this.#newestDay()
    const ends = [...this.#ends]
    const entries = pending.map(({ partition, bytes }): Entry => {
      setTimestamp(bytes, timestamp)
      const offset = ends[partition] ?? 0
      ends[partition] = offset + 1
      return { partition, offset, bytes }
    })
    try {
      await this.#files.writing(this.topic, day, (file) => file.write(entries))
    } catch (err) {
      this.#rereadEnds(day, new Set(entries.map((entry) => entry.partition)))
      throw err
    }
    this.#ends = ends
    this.#lastTimestamp = timestamp
    return { appended: entries.map(({ partition, offset }) => ({ partition, offset, timestamp })), newDay }
  }

  /** Records from an offset that lies within the bounds, up to `to`; empty only where there are none before `to`. */
  read(partition: number, from: number, to: number, maxRecords: number, maxBytes: number): LogRecord[] {
    checkOffset(from, this.topic, this.bounds(partition))
    const stop = Math.min(to, this.end(partition))
    const room = roomFor(maxRecords, maxBytes)
    const records: LogRecord[] = []
    let at = from
    for (let index = dayIndexOf(this.#days, partition, from); index < this.#days.length; index++) {
      if (at >= stop || room.records < 1) break
      const day = this.#days[index]
      const dayEnd = Math.min(stop, this.#endOfDay(index, partition))
      if (!day || dayEnd <= at) continue
      records.push(...this.#files.file(this.topic, day.day).read(partition, at, dayEnd, room))
      at = dayEnd
    }
    return this.compacted || from >= stop ? records : upToMissing(records, this.topic, partition, from)
  }

  /** Smallest offset whose timestamp is at or after `timestamp`; the end if there is none. */
  offsetAt(partition: number, timestamp: number): number {
    for (let index = 0; index < this.#days.length; index++) {
      const next = this.#days[index + 1]
      // The whole day is older: the next one began with the greatest timestamp of this one known.
      if (next && next.lastTimestamp < timestamp) continue
      const found = this.#offsetInDay(index, partition, timestamp)
      if (found !== undefined) return found
    }
    return this.end(partition)
  }

  /** Drops the days that ended more than `keptMs` before `now`. True when something went. */
  async dropDays(now: number, keptMs: number): Promise<boolean> {
    const dropped = this.#days.filter((day) => endOfDay(day.day) <= now - keptMs)
    if (dropped.length === 0) return false
    await this.#meta.write([
      {
        key: ['topic', this.topic],
        value: { id: this.#id, ends: this.#ends, lastTimestamp: this.#lastTimestamp },
      },
      ...dropped.map((day) => ({
        key: ['day', this.topic, day.day] as ['day', string, string],
        value: undefined,
      })),
    ])
    this.#days = this.#days.slice(dropped.length)
    for (const day of dropped) await this.#files.drop(this.topic, day.day)
    return true
  }

  /** Keeps the last record of each key, in each partition. */
  async compact(): Promise<void> {
    const day = this.#days[0]?.day
    if (day === undefined) return
    for (let partition = 0; partition < partitionCount; partition++) {
      const lastOfKey = new Map<string, number>()
      const superseded: number[] = []
      for (let at = 0; at < this.end(partition); ) {
        const records = this.read(partition, at, this.end(partition), 1_000, 2 ** 23)
        for (const { key, offset } of records) {
          const before = lastOfKey.get(key)
          if (before !== undefined) superseded.push(before)
          lastOfKey.set(key, offset)
        }
        at = (records.at(-1)?.offset ?? Number.POSITIVE_INFINITY) + 1
      }
      if (superseded.length === 0) continue
      await this.#files.writing(this.topic, day, (file) => file.remove(partition, superseded))
    }
  }

  /** Deletes every record and begins again at offset 0 under a new id. */
  async recreate(): Promise<void> {
    const fresh = newTopicMeta()
    const days = this.#days
    await this.#meta.write([
      { key: ['topic', this.topic], value: fresh },
      ...days.map((day) => ({
        key: ['day', this.topic, day.day] as ['day', string, string],
        value: undefined,
      })),
    ])
    this.#id = fresh.id
    this.#days = []
    this.#ends = fresh.ends
    this.#lastTimestamp = 0
    for (const day of days) await this.#files.drop(this.topic, day.day)
  }

  /** Deletes files of days that are gone from the records: a drop that was cut short. */
  async deleteLeftovers(): Promise<void> {
    const known = new Set(this.#days.map((day) => day.day))
    for (const day of await this.#files.daysOnDisk(this.topic)) {
      if (!known.has(day)) await this.#files.drop(this.topic, day)
    }
  }

  async #beginDay(timestamp: number): Promise<boolean> {
    const day = this.compacted ? wholeTopic : dayOf(timestamp)
    if (this.#days.at(-1)?.day === day) return false
    const begun: DayMeta = { day, base: [...this.#ends], lastTimestamp: this.#lastTimestamp }
    // Durable before the day's first record, so that the bounds never depend on a file that may be missing.
    await this.#meta.write([{ key: ['day', this.topic, day], value: begun }])
    this.#days.push(begun)
    this.#files.create(this.topic, day)
    return true
  }

  #newestDay(): string {
    const day = this.#days.at(-1)
    if (!day) throw new Error(`${this.topic}: no day has begun`)
    return day.day
  }

  /** After a failed write: what of it stands after all was written, and keeps its offsets. */
  #rereadEnds(day: string, partitions: ReadonlySet<number>): void {
    const file = this.#files.file(this.topic, day)
    for (const partition of partitions) {
      const last = file.last(partition)
      this.#ends[partition] = Math.max(this.end(partition), last ? last.offset + 1 : 0)
      this.#lastTimestamp = Math.max(this.#lastTimestamp, last?.timestamp ?? 0)
    }
  }

  #endOfDay(index: number, partition: number): number {
    return this.#days[index + 1]?.base[partition] ?? this.end(partition)
  }

  #offsetInDay(index: number, partition: number, timestamp: number): number | undefined {
    const day = this.#days[index]
    const end = this.#endOfDay(index, partition)
    if (!day || (day.base[partition] ?? 0) >= end) return undefined
    const file = this.#files.file(this.topic, day.day)
    if (this.compacted) {
      return file
        .read(partition, 0, end, roomFor(end, Number.POSITIVE_INFINITY))
        .find((record) => record.timestamp >= timestamp)?.offset
    }
    let low = day.base[partition] ?? 0
    let high = end
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((file.timestampAt(partition, middle) ?? 0) >= timestamp) high = middle
      else low = middle + 1
    }
    return low < end ? low : undefined
  }
}
