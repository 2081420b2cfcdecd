import { decodeCountBaseline } from './baseline/count-baseline.ts'
import { decodeShareBaseline } from './baseline/share-baseline.ts'
import { countKind, dueSlot, shareKind } from './baselines.ts'
import type { BrandState } from './brand-state.ts'
import { closeBaselines } from './close-minutes.ts'
import { Reader, Writer } from './codec.ts'
import { languageIndex } from './count-mention.ts'
import { bucketOf, minuteMs } from './grid.ts'
import { Journaled } from './journaled.ts'
import type { PartitionState } from './partition-state.ts'
import type { Signal } from './signals/signal.ts'
import { languagesAt, mentionsAt, type Sums } from './sums.ts'

/** Version of the encoding; another one is refused. */
const version = 1
/** Signals whose level hangs on what a model calls negative. */
const touched = ['negative', 'negativity', 'reach'] as const

/**
 * What a brand's past looks like to the model that judged it in `state`: the baselines of the signals that hang on it, and
 * the minutes that are over. It goes into the log with the model's config copy, so that whoever reads the log again comes
 * to the same state. Undefined: the brand is unknown or nothing was read yet.
 */
export function encodeRebuilt(state: PartitionState, id: string): Uint8Array | undefined {
  const brand = state.brands.get(id)
  if (brand === undefined || state.time === 0) return undefined
  const running = Math.floor(state.time / minuteMs)
  const writer = new Writer()
  writer.unsigned(version)
  for (const name of touched) writer.bytes(brand.baselines[name].baseline.encode())
  writer.list(brand.languages, (language) => writer.string(language))
  writer.list([...brand.platforms.values()], (platform) => {
    writer.string(platform.name)
    const cells = [...platform.cells.entries()].filter(([minute]) => minute < running)
    writer.list(
      cells.sort(([a], [b]) => a - b),
      ([minute, { sums }]) => {
        writer.unsigned(minute)
        writer.list(sums, (value) => writer.unsigned(value))
      },
    )
  })
  return writer.finish()
}

/**
 * Takes a past that another model rebuilt in place of the brand's own; `running`: the running minute. Minutes after the
 * rebuilding, and those in which more came since, stay as they were judged. RangeError for an encoding it does not know.
 */
export function takeRebuilt(
  brand: BrandState,
  rebuilt: string,
  running: number,
  signals: readonly Signal[],
): void {
  const reader = new Reader(bytesOf(rebuilt), 'rebuilt')
  const found = reader.unsigned()
  if (found !== version)
    throw new RangeError(`rebuilt baselines: found version ${found}, expected ${version}`)
  const slot = dueSlot(brand.id)
  brand.baselines = {
    ...brand.baselines,
    negative: new Journaled(countKind, slot, decodeCountBaseline(reader.bytes())),
    negativity: new Journaled(shareKind, slot, decodeShareBaseline(reader.bytes())),
    reach: new Journaled(countKind, slot, decodeCountBaseline(reader.bytes())),
  }
  const languages = reader.list(() => reader.string())
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const cells = brand.platforms.get(reader.string())?.cells
    for (let minutes = reader.unsigned(); minutes > 0; minutes -= 1) {
      const cell = cells?.get(reader.unsigned())
      const sums = reader.list(() => reader.unsigned())
      if (cell && cell.sums[mentionsAt] === sums[mentionsAt]) cell.sums = inOwnColumns(brand, languages, sums)
    }
  }
  const judged = signals.filter(({ name }) => touched.some((each) => each === name))
  for (const name of touched) {
    const { next } = brand.baselines[name]
    const own = judged.filter((signal) => signal.name === name)
    // What closed between the rebuilding and now.
    for (let bucket = next ?? bucketOf(running); bucket < bucketOf(running); bucket += 1)
      closeBaselines(brand, bucket, { signals: own })
    brand.baselines[name].store()
  }
  brand.windowSums.reset([...brand.platforms.values()], running)
  brand.dirty = true
}

/** The same sums with each language in the brand's own column. */
function inOwnColumns(brand: BrandState, languages: readonly string[], sums: Sums): Sums {
  const own = sums.slice(0, languagesAt)
  languages.forEach((language, index) => {
    const mentions = sums[languagesAt + 2 * index] ?? 0
    if (mentions === 0) return
    const at = languagesAt + 2 * languageIndex(brand, language)
    while (own.length < at + 2) own.push(0, 0)
    own[at] = (own[at] ?? 0) + mentions
    own[at + 1] = (own[at + 1] ?? 0) + (sums[languagesAt + 2 * index + 1] ?? 0)
  })
  return own
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
