import { createBuiltInEngines } from '../sentiment/index.ts'
import { type PackedReadings, packReadings } from './packed-readings.ts'
import { readPlain } from './read-text.ts'

/** Texts for one engine of this build; the platform's words on their languages in the same order. */
export interface TextsToRead {
  engine: string
  texts: readonly string[]
  hints: readonly (string | undefined)[]
}

const engines = new Map(createBuiltInEngines().map((engine) => [engine.id, engine]))

/** Ids of the engines that this thread has. */
export function engineIds(): string[] {
  return [...engines.keys()]
}

/** Reads texts in order; an engine that is not there is a RangeError. */
export function readTexts({ engine: id, texts, hints }: TextsToRead): PackedReadings {
  const engine = engines.get(id)
  if (!engine) throw new RangeError(`engine: found ${id}, expected one of ${engineIds().join(', ')}`)
  return packReadings(texts.map((text, at) => readPlain(text, hints[at], engine)))
}
