import { type SentimentLabel, sentimentLabels } from '@nabiz/shared/contracts'
import { SKETCH_SIZE } from '../text/sketch.ts'
import type { PlainReading } from './read-text.ts'

/**
 * Readings of many texts as they go from one thread to another: columns, because a thousand objects take longer to copy
 * than to make. Words that several texts share are there once.
 */
export interface PackedReadings {
  labels: Uint8Array
  scores: Float64Array
  confidences: Float64Array
  /** Places in `words`. */
  languages: Uint32Array
  engines: Uint32Array
  /** Places in `words` of the terms of one text after the other; a text's end where `termEnds` says. */
  terms: Uint32Array
  termEnds: Uint32Array
  /** SKETCH_SIZE numbers a text. */
  sketches: Int32Array
  /** Bits of `Flag`. */
  flags: Uint8Array
  words: string[]
}

const Flag = { sketch: 1, apart: 2 } as const

/** Packs readings in order. */
export function packReadings(readings: readonly PlainReading[]): PackedReadings {
  const { length } = readings
  const words = new Map<string, number>()
  const placeOf = (word: string) => {
    const known = words.get(word)
    if (known !== undefined) return known
    words.set(word, words.size)
    return words.size - 1
  }
  const terms: number[] = []
  const packed = {
    labels: new Uint8Array(length),
    scores: new Float64Array(length),
    confidences: new Float64Array(length),
    languages: new Uint32Array(length),
    engines: new Uint32Array(length),
    termEnds: new Uint32Array(length),
    sketches: new Int32Array(length * SKETCH_SIZE),
    flags: new Uint8Array(length),
  }
  readings.forEach(({ sentiment, terms: ownTerms, sketch, apart }, at) => {
    packed.labels[at] = sentimentLabels.indexOf(sentiment.label)
    packed.scores[at] = sentiment.score
    packed.confidences[at] = sentiment.confidence
    packed.languages[at] = placeOf(sentiment.language)
    packed.engines[at] = placeOf(sentiment.engine)
    for (const term of ownTerms) terms.push(placeOf(term))
    packed.termEnds[at] = terms.length
    if (sketch) packed.sketches.set(sketch, at * SKETCH_SIZE)
    packed.flags[at] = (sketch ? Flag.sketch : 0) | (apart ? Flag.apart : 0)
  })
  return { ...packed, terms: Uint32Array.from(terms), words: [...words.keys()] }
}

/** The readings that were packed, in order. */
export function unpackReadings(packed: PackedReadings): PlainReading[] {
  const { labels, scores, confidences, languages, engines, terms, termEnds, sketches, flags, words } = packed
  const readings: PlainReading[] = []
  let from = 0
  for (let at = 0; at < labels.length; at++) {
    const end = termEnds[at] ?? from
    const ownTerms: string[] = []
    for (; from < end; from++) ownTerms.push(words[terms[from] ?? 0] ?? '')
    const flag = flags[at] ?? 0
    readings.push({
      sentiment: {
        label: sentimentLabels[labels[at] ?? 0] as SentimentLabel,
        score: scores[at] ?? 0,
        confidence: confidences[at] ?? 0,
        language: words[languages[at] ?? 0] ?? '',
        engine: words[engines[at] ?? 0] ?? '',
      },
      terms: ownTerms,
      sketch:
        (flag & Flag.sketch) === 0
          ? undefined
          : Array.from(sketches.subarray(at * SKETCH_SIZE, (at + 1) * SKETCH_SIZE)),
      apart: (flag & Flag.apart) !== 0,
    })
  }
  return readings
}
