import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FEATURES_VERSION } from './features.ts'
import { decodeModel, encodeModel, type TrainedModel } from './model-file.ts'

describe('model file', () => {
  it('gives back what was written and names it by its content', () => {
    const trained = aTrainedModel()
    const model = decodeModel(encodeModel(trained), 'a.model')
    const [part] = model.languages
    expect(part?.weights).toEqual(trained.languages[0]?.weights)
    expect(part).toMatchObject({ language: 'tr', scale: 0.5, labelOffset: { negative: 0.1, positive: 0 } })
    expect(part?.confusion.sensitivity).toBeCloseTo(0.8, 9)
    expect(model.id).toMatch(/^[0-9a-f]{12}$/)
    expect(decodeModel(encodeModel(aTrainedModel({ bits: 9 })), 'b.model').id).not.toBe(model.id)
  })

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    [
      'another file',
      () => Buffer.from('label,text\nnegative,rezalet'),
      /starts with "label,te", expected one that/,
    ],
    ['an empty file', () => Buffer.alloc(0), /starts with "", expected/],
    ['a file cut off in its header', (bytes) => bytes.subarray(0, 60), /found 60 bytes, expected a header/],
    [
      'a file cut off before the header',
      (bytes) => bytes.subarray(0, 20),
      /found 20 bytes, expected at least 48/,
    ],
    ['a file cut off in its weights', (bytes) => bytes.subarray(0, bytes.length - 8), /damaged or cut off/],
    [
      'a flipped bit',
      (bytes) => flip(bytes, bytes.length - 1),
      /SHA-256 .* \(damaged or cut off\), expected SHA-256/,
    ],
    ['another version of the format', (bytes) => flip(bytes, 8), /format version 0, expected version 1/],
    [
      'another version of the features',
      (bytes) => rehash(bytes, `sVersion":${FEATURES_VERSION}`, 'sVersion":9'),
      /train the model again/,
    ],
    [
      'a header with a wrong field',
      (bytes) => rehash(bytes, '"scale":0.5', '"scale":-10'),
      /a header with faults/,
    ],
    ['a header that is no JSON', (bytes) => rehash(bytes, '{"features', '["features'), /no JSON/],
    ['more languages than weights', (bytes) => rehash(bytes, '"bits":8', '"bits":9'), /bytes, expected/],
  ])('refuses %s and says what was expected', (_, damage, message) => {
    const bytes = damage(Buffer.from(encodeModel(aTrainedModel())))
    expect(() => decodeModel(bytes, 'a.model')).toThrow(message)
    expect(() => decodeModel(bytes, 'a.model')).toThrow('sentiment model a.model: found ')
  })
})

function aTrainedModel({ bits = 8 } = {}): TrainedModel {
  return {
    bits,
    languages: [
      {
        language: 'tr',
        weights: Int32Array.from({ length: 2 ** bits }, (_, bucket) => (bucket - 100) * 77_777),
        scale: 0.5,
        bias: { negative: 0.2, positive: -0.3 },
        labelOffset: { negative: 0.1, positive: 0 },
        calibration: { temperature: 1.2, bias: { negative: 0, positive: 0.1 } },
        confusion: [
          [8, 1, 1],
          [2, 16, 2],
          [1, 1, 8],
        ],
      },
    ],
  }
}

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

/** Writes other text of the same length into the header and puts its hash right, as a faulty trainer would. */
function rehash(bytes: Buffer, from: string, to: string): Buffer {
  const at = bytes.indexOf(from)
  expect(at).toBeGreaterThan(0)
  bytes.write(to, at)
  createHash('sha256').update(bytes.subarray(48)).digest().copy(bytes, 16)
  return bytes
}
