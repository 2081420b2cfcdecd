import { createHash } from 'node:crypto'
import { z } from 'zod'
import { servedLanguages } from '../languages.ts'
import { type ConfusionMatrix, confusionFrom } from '../sentiment-engine.ts'
import { FEATURES_VERSION } from './features.ts'
import type { LanguageModel } from './linear-model.ts'

/*
 * magic (8 bytes), format version and header length (two little-endian 32-bit numbers), SHA-256 of all that follows,
 * header (JSON, padded with spaces to a multiple of 4), then for each language 2^bits little-endian 32-bit weights.
 */
const MAGIC = 'NABIZSM\n'
const FORMAT_VERSION = 1
const HASH_AT = 16
const HEADER_AT = 48
const ID_DIGITS = 12

const pair = z.strictObject({ negative: z.number(), positive: z.number() })
const row = z.tuple([z.int().min(0), z.int().min(0), z.int().min(0)])
const headerSchema = z.strictObject({
  featuresVersion: z.int(),
  bits: z.int().min(8).max(22),
  languages: z
    .array(
      z.strictObject({
        language: z.enum(servedLanguages),
        scale: z.number().positive(),
        bias: pair,
        labelOffset: pair,
        calibration: z.strictObject({ temperature: z.number().positive(), bias: pair }),
        /** Counts by cross-validation; row = truth, column = prediction, both negative, neutral, positive. */
        confusion: z.tuple([row, row, row]),
      }),
    )
    .min(1),
})
type Header = z.infer<typeof headerSchema>

/** A model as the file holds it. */
export interface SentimentModel {
  /** Names the content: the first 12 digits of its SHA-256. */
  readonly id: string
  /** Features fall into 2^bits buckets. */
  readonly bits: number
  readonly languages: readonly (LanguageModel & { readonly confusion: ConfusionMatrix })[]
}

/** What a trainer hands over; `confusion` holds counts. */
export interface TrainedModel {
  readonly bits: number
  readonly languages: readonly (LanguageModel & {
    readonly confusion: Header['languages'][number]['confusion']
  })[]
}

/** A model file that cannot be used; the message says what was found and what was expected. */
export class ModelFileError extends Error {
  override readonly name: string = 'ModelFileError'
}

/** Writes a model down; the same model gives the same bytes. */
export function encodeModel(model: TrainedModel): Uint8Array {
  const header: Header = {
    featuresVersion: FEATURES_VERSION,
    bits: model.bits,
    languages: model.languages.map(({ weights, ...rest }) => rest),
  }
  const json = JSON.stringify(header)
  const text = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 4) * 4))
  const weights = model.languages.map((language) => littleEndian(language.weights))
  const body = Buffer.concat([text, ...weights])
  const prefix = Buffer.alloc(HEADER_AT)
  prefix.write(MAGIC, 'latin1')
  prefix.writeUInt32LE(FORMAT_VERSION, 8)
  prefix.writeUInt32LE(text.length, 12)
  createHash('sha256').update(body).digest().copy(prefix, HASH_AT)
  return Buffer.concat([prefix, body])
}

/** Reads a model; anything wrong with the bytes is a ModelFileError that names `file`. */
export function decodeModel(bytes: Uint8Array, file: string): SentimentModel {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const refuse = (found: string, expected: string): never => {
    throw new ModelFileError(`sentiment model ${file}: found ${found}, expected ${expected}`)
  }
  const magic = buffer.toString('latin1', 0, MAGIC.length)
  if (magic !== MAGIC) {
    refuse(
      `a file that starts with ${JSON.stringify(magic)}`,
      `one that starts with ${JSON.stringify(MAGIC)}`,
    )
  }
  if (buffer.length < HEADER_AT) refuse(`${buffer.length} bytes`, `at least ${HEADER_AT}`)
  const version = buffer.readUInt32LE(8)
  if (version !== FORMAT_VERSION) refuse(`format version ${version}`, `version ${FORMAT_VERSION}`)
  const headerLength = buffer.readUInt32LE(12)
  const weightsAt = HEADER_AT + headerLength
  if (weightsAt > buffer.length) refuse(`${buffer.length} bytes`, `a header that ends at byte ${weightsAt}`)
  const wanted = buffer.toString('hex', HASH_AT, HEADER_AT)
  const actual = createHash('sha256').update(buffer.subarray(HEADER_AT)).digest('hex')
  if (actual !== wanted) refuse(`content with SHA-256 ${actual} (damaged or cut off)`, `SHA-256 ${wanted}`)
  const header = readHeader(buffer.toString('utf8', HEADER_AT, weightsAt), refuse)
  if (header.featuresVersion !== FEATURES_VERSION) {
    refuse(
      `features of version ${header.featuresVersion}`,
      `version ${FEATURES_VERSION}; train the model again`,
    )
  }
  const size = 2 ** header.bits * 4
  const length = weightsAt + size * header.languages.length
  if (buffer.length !== length) refuse(`${buffer.length} bytes`, `${length}`)
  return {
    id: actual.slice(0, ID_DIGITS),
    bits: header.bits,
    languages: header.languages.map((language, index) => ({
      ...language,
      confusion: confusionFrom(language.confusion),
      weights: readWeights(buffer, weightsAt + index * size, 2 ** header.bits),
    })),
  }
}

function readHeader(text: string, refuse: (found: string, expected: string) => never): Header {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refuse('a header that is no JSON', 'JSON')
  }
  const parsed = headerSchema.safeParse(json)
  if (!parsed.success) return refuse(`a header with faults (${z.prettifyError(parsed.error)})`, 'none')
  return parsed.data
}

function littleEndian(weights: Int32Array): Buffer {
  const bytes = Buffer.alloc(weights.length * 4)
  for (const [index, weight] of weights.entries()) bytes.writeInt32LE(weight, index * 4)
  return bytes
}

function readWeights(buffer: Buffer, from: number, count: number): Int32Array {
  const weights = new Int32Array(count)
  for (let i = 0; i < count; i++) weights[i] = buffer.readInt32LE(from + i * 4)
  return weights
}
