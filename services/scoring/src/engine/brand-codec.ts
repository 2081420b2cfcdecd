import { AuthorBuckets } from './author-buckets.ts'
import {
  type BaselineName,
  type Baselines,
  baselineNames,
  countKind,
  dueSlot,
  shareKind,
} from './baselines.ts'
import type { BrandSettings } from './brand-settings.ts'
import {
  authorGeneration,
  type BrandState,
  type Correction,
  createBrand,
  type SignalSlot,
  termGenerations,
} from './brand-state.ts'
import type { Reader, Writer } from './codec.ts'
import { Generations } from './generations.ts'
import { Journaled } from './journaled.ts'
import { MinuteSpans } from './minute-spans.ts'
import { PlatformMinutes } from './platform-minutes.ts'
import { Samples } from './samples.ts'
import { decodeMachine, encodeMachine } from './state-machine.ts'
import { TextGroups } from './text-groups.ts'

/** Writes everything about a brand but its config, its counters and the whole bytes of its baselines. */
export function encodeBrand(brand: BrandState, writer: Writer): void {
  writer.unsigned(brand.bornMinute)
  writer.list(brand.languages, (language) => writer.string(language))
  writer.list([...brand.platforms.values()], (platform) => platform.encode(writer))
  brand.authors.encode(writer)
  for (const name of baselineNames) {
    encodeSlot(brand.signals[name], writer)
    brand.baselines[name].encodeJournal(writer)
  }
  brand.partial.encode(writer)
  brand.dark.encode(writer)
  writer.unsigned(brand.late.from)
  writer.unsigned(brand.late.to)
  const corrections = [...brand.corrections].sort((a, b) => a[0] - b[0])
  writer.list(corrections, ([bucket, { sums, authors }]) => {
    writer.unsigned(bucket)
    writer.list(sums, (value) => writer.unsigned(value))
    writer.unsigned(authors)
  })
  brand.recentTerms.encode(writer)
  brand.dayTerms.encode(writer)
  brand.topAuthors.encode(writer)
  brand.samples.encode(writer)
  const { probe } = brand
  writer.unsigned(probe.seenAt)
  writer.unsigned(probe.offset)
  writer.string(probe.platform)
  writer.string(probe.mention)
  writer.string(probe.episode)
  writer.unsigned(probe.openedMinute)
  brand.textGroups.encode(writer)
}

/**
 * Reads what `encodeBrand` wrote. `stored`: whole bytes of a signal's baseline; `minute`: the running one; `engine`: the
 * partition's sentiment engine.
 */
export function decodeBrand(
  id: string,
  settings: BrandSettings,
  reader: Reader,
  stored: (signal: BaselineName) => Uint8Array | undefined,
  minute: number,
  engine: string,
): BrandState {
  const brand = createBrand(id, settings, engine)
  brand.bornMinute = reader.unsigned()
  brand.languages = reader.list(() => reader.string())
  for (const platform of reader.list(() => PlatformMinutes.decode(id, reader))) {
    brand.platforms.set(platform.name, platform)
  }
  brand.authors = AuthorBuckets.decode(reader)
  for (const name of baselineNames) {
    brand.signals[name] = decodeSlot(reader)
    brand.baselines = { ...brand.baselines, ...decodeBaseline(id, name, reader, stored(name)) }
  }
  brand.partial = MinuteSpans.decode(reader)
  brand.dark = MinuteSpans.decode(reader)
  brand.late = { from: reader.unsigned(), to: reader.unsigned() }
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const bucket = reader.unsigned()
    const correction: Correction = { sums: reader.list(() => reader.unsigned()), authors: reader.unsigned() }
    brand.corrections.set(bucket, correction)
  }
  brand.recentTerms = Generations.decode(reader, termGenerations.recent)
  brand.dayTerms = Generations.decode(reader, termGenerations.day)
  brand.topAuthors = Generations.decode(reader, authorGeneration)
  brand.samples = Samples.decode(reader)
  brand.probe = {
    seenAt: reader.unsigned(),
    offset: reader.unsigned(),
    platform: reader.string(),
    mention: reader.string(),
    episode: reader.string(),
    openedMinute: reader.unsigned(),
  }
  // Checkpoints of older builds end here.
  if (!reader.done) brand.textGroups = TextGroups.decode(reader)
  brand.windowSums.reset([...brand.platforms.values()], minute)
  brand.dirty = false
  return brand
}

/** Writes where a signal stands. */
export function encodeSlot({ machine, told, triggers }: SignalSlot, writer: Writer): void {
  encodeMachine(machine, writer)
  writer.string(told.state)
  writer.unsigned(told.band)
  for (const trigger of triggers) writer.float(trigger)
}

/** Reads what `encodeSlot` wrote. */
export function decodeSlot(reader: Reader): SignalSlot {
  const machine = decodeMachine(reader)
  const told = { state: reader.string(), band: reader.unsigned() }
  return { machine, told, triggers: Float64Array.of(reader.float(), reader.float(), reader.float()) }
}

function decodeBaseline(
  id: string,
  name: BaselineName,
  reader: Reader,
  stored: Uint8Array | undefined,
): Partial<Baselines> {
  if (name === 'negativity') return { negativity: Journaled.decode(reader, shareKind, dueSlot(id), stored) }
  return { [name]: Journaled.decode(reader, countKind, dueSlot(id), stored) }
}
