import { describe, expect, it } from 'vitest'
import { packReadings, unpackReadings } from './packed-readings.ts'
import type { PlainReading } from './read-text.ts'

const angry: PlainReading = {
  sentiment: { label: 'negative', score: -0.75, confidence: 0.8, language: 'tr', engine: 'model@1' },
  terms: ['kargo', 'rezalet'],
  sketch: [1, 2, 3, 4, 5, 6, 7, 0x7fffffff],
  apart: false,
}
const short: PlainReading = {
  sentiment: { label: 'neutral', score: 0, confidence: 0, language: 'und', engine: 'lexicon@1' },
  terms: [],
  sketch: undefined,
  apart: false,
}
const comparing: PlainReading = {
  sentiment: { label: 'positive', score: 1 / 3, confidence: 0.1 + 0.2, language: 'en', engine: 'model@1' },
  terms: ['kargo', 'better', '#velmora'],
  sketch: [8, 7, 6, 5, 4, 3, 2, 0],
  apart: true,
}

describe('packReadings', () => {
  it('loses nothing of what is unpacked again', () => {
    const readings = [angry, short, comparing, angry]
    expect(unpackReadings(structuredClone(packReadings(readings)))).toEqual(readings)
  })

  it('has each word once', () => {
    const { words } = packReadings([angry, comparing, angry])
    expect(words.filter((word) => word === 'kargo')).toHaveLength(1)
    expect(new Set(words).size).toBe(words.length)
  })

  it('takes no readings', () => {
    expect(unpackReadings(packReadings([]))).toEqual([])
  })
})
