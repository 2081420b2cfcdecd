import { createHash } from 'node:crypto'
import { z } from 'zod'

/** Bits a text, and hashes of each: of texts that were not learned from, 3 in 1,000 are taken for one that was. */
const bitsPerText = 12
const hashesPerText = 8

const learnedRows = z.strictObject({
  /** Id of the model that learned from the texts. */
  model: z.string(),
  texts: z.int().min(1),
  /** A Bloom filter (1970, Space/time trade-offs in hash coding), in base64. */
  filter: z.base64(),
})
export type LearnedRows = z.infer<typeof learnedRows>

/** Notes which texts a model learned from, without keeping any. */
export function noteLearned(model: string, texts: readonly string[]): LearnedRows {
  const filter = Buffer.alloc(Math.ceil((texts.length * bitsPerText) / 8))
  for (const text of texts)
    for (const bit of bitsOf(text, filter.length * 8))
      filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7))
  return { model, texts: texts.length, filter: filter.toString('base64') }
}

/** What `noteLearned` gave, from its JSON; a ZodError for anything else. */
export function readLearned(json: string): LearnedRows {
  return learnedRows.parse(JSON.parse(json))
}

/** Tells of a text whether the model learned from it: never no where it did, and rarely yes where it did not. */
export function createWasLearned({ filter }: LearnedRows): (text: string) => boolean {
  const bytes = Buffer.from(filter, 'base64')
  return (text) =>
    bitsOf(text, bytes.length * 8).every((bit) => ((bytes[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0)
}

function bitsOf(text: string, bits: number): number[] {
  const digest = createHash('sha256').update(text.trim()).digest()
  return Array.from({ length: hashesPerText }, (_, at) => digest.readUInt32LE(at * 4) % bits)
}
